"""Measure a candidate against the baseline."""
