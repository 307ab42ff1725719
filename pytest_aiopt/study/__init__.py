"""Designs, campaigns and their journals."""
