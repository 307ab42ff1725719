"""Where a candidate spends its time."""
