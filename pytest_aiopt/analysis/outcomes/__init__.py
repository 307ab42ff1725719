"""The outcomes of one cell."""
