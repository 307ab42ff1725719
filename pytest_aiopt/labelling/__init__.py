"""Collects ratings of mutations by people and models, all blind and by one rubric."""
