"""Validate the codebook against mutations whose labels are known."""
