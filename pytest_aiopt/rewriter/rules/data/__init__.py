"""Rewrites of data structures and storage."""
