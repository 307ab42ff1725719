"""The report for terminals and as Markdown."""
