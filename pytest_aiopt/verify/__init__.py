"""Check that stored records are what was recorded."""
