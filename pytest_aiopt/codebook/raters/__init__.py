"""Ratings of mutations by people, models and the rules, and the agreement of raters."""
