"""The pytest plugin: hooks, options, fixtures, and the grid of cells."""
