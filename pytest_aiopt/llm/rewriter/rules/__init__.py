"""The families of rewrites. Each module registers its own; a new family is added to the import below."""

from __future__ import annotations

from pytest_aiopt.llm.rewriter.registry import all_rewrites
from pytest_aiopt.llm.rewriter.rules import (  # noqa: F401  (imported for what they register)
    bits,
    branches,
    calls,
    chains,
    containers,
    dense,
    fields,
    hashing,
    inplace,
    layout,
    lifting,
    lookups,
    loops,
    memo,
    nests,
    numeric,
    ordering,
    ownership,
    pools,
    recurrences,
    runs,
    selection,
    small,
    strings,
    strips,
    sums,
    tiling,
    trees,
    views,
)

REWRITES = all_rewrites()
"""Every rewrite, ordered by name."""
