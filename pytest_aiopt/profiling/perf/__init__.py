"""Profiles sampled with perf: time by line, blocked time, counters."""
