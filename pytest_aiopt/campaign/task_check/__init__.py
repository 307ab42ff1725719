"""Measure whether a task is fit for the experiment."""
