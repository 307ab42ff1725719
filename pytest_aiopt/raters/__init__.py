"""Raters of mutations: people on a local page and models behind an endpoint, all blind and by one rubric."""
