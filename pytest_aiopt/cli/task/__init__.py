"""``aiopt task``: commands on the folders of tasks."""
