"""The append-only record of a cell: its lines, its events, and where it is stored."""
