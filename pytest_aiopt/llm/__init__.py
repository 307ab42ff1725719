"""Language models: hosted, local, recorded and embedded."""
