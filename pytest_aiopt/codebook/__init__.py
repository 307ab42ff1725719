"""Classify mutations from their code, blind to speed and track."""
