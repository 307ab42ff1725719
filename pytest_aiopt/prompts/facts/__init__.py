"""The facts of profiles as text: of the whole run, and of single lines."""
