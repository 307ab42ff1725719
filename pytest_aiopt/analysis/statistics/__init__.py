"""Exact statistics for few seeds, blocked by task."""
