"""Shared by tests/ and experiments/. The plugin registers itself by its entry point, never here."""

pytest_plugins = ["pytester"]
