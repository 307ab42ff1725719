"""Lull, the causal profiler of this project."""
