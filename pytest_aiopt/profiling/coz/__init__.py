"""Causal profiles by Coz and BCOZ."""
