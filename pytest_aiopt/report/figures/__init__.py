"""The report's figures: small accessible SVG drawn from rows, with the numbers as a table beside each."""
