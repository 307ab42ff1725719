"""The rewrites. Each module registers its rewrites; a new module is added to the import below."""

from __future__ import annotations

from pytest_aiopt.rewriter.registry import all_rewrites
from pytest_aiopt.rewriter.rules.data import (  # noqa: F401  (imported for what they register)
    chains,
    containers,
    dense,
    fields,
    hashing,
    layout,
    lookups,
    ownership,
    pools,
    stacks,
    trees,
    views,
)
from pytest_aiopt.rewriter.rules.local import bits, calls, inplace, memo, numeric, remainders, small, strings  # noqa: F401  (imported for what they register)
from pytest_aiopt.rewriter.rules.loops import (  # noqa: F401  (imported for what they register)
    branches,
    lifting,
    loops,
    nests,
    queues,
    recurrences,
    runs,
    scans,
    selection,
    strips,
    sums,
    tiling,
)
from pytest_aiopt.rewriter.rules.order import ordering, packing, radix, searching  # noqa: F401  (imported for what they register)
from pytest_aiopt.rewriter.rules.ranges import maxima, prefixes  # noqa: F401  (imported for what they register)

REWRITES = all_rewrites()
"""Every rewrite, ordered by name."""
