"""Render the facts of profiles as text: for the whole run, and for single lines."""
