"""Rewrites of expressions, calls and single statements."""
