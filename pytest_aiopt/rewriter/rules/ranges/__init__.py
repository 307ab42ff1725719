"""Rewrites of loops that take sums or extrema over ranges of an array."""
