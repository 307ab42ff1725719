"""Present comparisons as data and as text."""
