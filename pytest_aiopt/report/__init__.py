"""Comparisons as data and as text."""
