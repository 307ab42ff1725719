"""Rewrites of texts: search, comparison and counting of bytes."""
