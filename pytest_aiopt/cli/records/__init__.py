"""Commands on the stored records."""
