"""Classify mutations by their code alone, without speed or track."""
