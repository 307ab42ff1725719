"""Chooses the places that a text lists so that it has a given length.

Texts of one length say nothing by it. The same choice is made of every profile, so that a text does not show
whether its length or another's was aimed at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from pytest_aiopt.prompts import tokens
from pytest_aiopt.prompts.places import Place
from pytest_aiopt.prompts.told import Told

CLOSE = 0.4 * tokens.TOLERANCE
"""The relative difference from the given length that is not improved on: two texts may both have it."""

EXCHANGES = ((1, 1), (1, 2), (2, 2), (2, 3), (3, 3))
"""How many of the last places are exchanged for how many others, tried in this order."""

MOST_SPARE = 40


def fitted(told: Told, wanted: int, most_bytes: int) -> list[Place]:
    """Return the first places that fit into ``wanted`` tokens; the last ones such that they fill them."""
    order, bare = told.places.queue(), told.document(())
    blocks = {place: "\n" + "\n".join(told.places.block(place)) for place in order}
    sizes = {place: tokens.count(block) for place, block in blocks.items()}
    left, room = wanted - tokens.count(bare), most_bytes - len(bare.encode())
    listed: list[Place] = []
    for place in order:
        size = len(blocks[place].encode())
        if sizes[place] <= left and size <= room:
            listed.append(place)
            left, room = left - sizes[place], room - size
    taken = set(listed)
    spare = [place for place in order if place not in taken]
    filled = _filled(listed, spare, sizes, left, CLOSE * wanted)
    return filled if len(told.document(filled).encode()) <= most_bytes else listed


def _filled(
    listed: list[Place], spare: Sequence[Place], sizes: Mapping[Place, int], left: int, near: float
) -> list[Place]:
    """Return ``listed`` with some of its last places exchanged, so that nothing is ``left``."""
    best, least = listed, abs(left)
    for out_count, in_count in EXCHANGES:
        end = max(0, len(listed) - out_count)
        kept, out = listed[:end], listed[end:]
        gap = left + sum(sizes[place] for place in out)
        for places in combinations([*out, *spare[:MOST_SPARE]], in_count):
            off = abs(gap - sum(sizes[place] for place in places))
            if off < least:
                best, least = [*kept, *places], off
            if least <= near:
                return best
    return best
