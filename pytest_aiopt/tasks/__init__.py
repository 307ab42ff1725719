"""Task folders: loading, validating and linting them."""
