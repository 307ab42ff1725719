"""The report's facts as tables that every rendering shares."""
