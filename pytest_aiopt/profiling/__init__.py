"""Profile candidates: where and why they spend time."""
