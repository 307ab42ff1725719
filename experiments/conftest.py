"""Champions are measured in a session of their own: only where their file is named."""

collect_ignore = ["test_champions.py"]
