"""Figures of the report: small accessible SVG drawings, each with a table of its numbers."""
