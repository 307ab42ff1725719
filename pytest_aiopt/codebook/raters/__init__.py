"""Ratings of mutations: by people, by models, by the rules; and how far raters agree."""
