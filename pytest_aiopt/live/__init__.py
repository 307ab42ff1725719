"""A page that follows the journals of a results directory while cells run."""
