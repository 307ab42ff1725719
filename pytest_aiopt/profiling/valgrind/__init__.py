"""Profiles counted with valgrind: instructions, cache misses, allocations."""
