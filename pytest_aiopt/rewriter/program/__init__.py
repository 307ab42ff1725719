"""What the rewriter infers about a program: declarations, types, effects."""
