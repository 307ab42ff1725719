"""Run untrusted programs in a confined process of their own."""
