"""The rewrites. Each module registers its rewrites; a new module is added to the import below."""

from __future__ import annotations

from pytest_aiopt.rewriter.registry import all_rewrites
from pytest_aiopt.rewriter.rules.data import (  # noqa: F401  (imported for what they register)
    chains,
    columns,
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
from pytest_aiopt.rewriter.rules.local import (  # noqa: F401  (imported for what they register)
    bits,
    calls,
    groups,
    inplace,
    interleave,
    memo,
    numeric,
    remainders,
    small,
    steps,
    strings,
)
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
    skips,
    strips,
    sums,
    tiling,
    walks,
)
from pytest_aiopt.rewriter.rules.order import (  # noqa: F401  (imported for what they register)
    extremes,
    latest,
    least,
    ordering,
    packing,
    radix,
    reaching,
    searching,
    windows,
)
from pytest_aiopt.rewriter.rules.ranges import candidates, eights, maxima, members, prefixes, unions  # noqa: F401  (imported for what they register)
from pytest_aiopt.rewriter.rules.texts import (  # noqa: F401  (imported for what they register)
    cells,
    distances,
    heads,
    lanes,
    orders,
    rejects,
    searches,
    tallies,
)

REWRITES = all_rewrites()
"""Every rewrite, ordered by name."""
