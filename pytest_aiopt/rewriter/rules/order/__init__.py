"""Rewrites of sorting and of queues."""
