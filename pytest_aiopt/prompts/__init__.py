"""Everything a model reads except OpenEvolve's frame."""
