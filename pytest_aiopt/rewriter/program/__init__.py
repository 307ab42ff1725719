"""Infer declarations, types and effects of a program."""
