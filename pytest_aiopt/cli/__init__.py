"""The commands that run no test."""
