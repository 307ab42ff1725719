"""All text that a model reads, except OpenEvolve's frame."""
