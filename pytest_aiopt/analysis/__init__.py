"""From journals to comparisons."""
