"""Collect blind ratings of mutations by people and models with one rubric."""
