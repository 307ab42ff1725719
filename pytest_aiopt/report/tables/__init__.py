"""The report's facts as tables for all renderings."""
