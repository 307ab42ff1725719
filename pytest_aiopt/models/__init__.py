"""Language models behind endpoints: requests, replies, keys, budgets, prices."""
