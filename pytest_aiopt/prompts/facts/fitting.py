"""Choose the places that a text lists so that it has a given length.

Texts of equal length do not reveal their treatment by their length. The same method applies to every profile,
so that a text does not show whether its own length or another text's was the target.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from pytest_aiopt.prompts import tokens
from pytest_aiopt.prompts.facts.content import Content
from pytest_aiopt.prompts.facts.places import LETTERS, Place

CLOSE = 0.4 * tokens.TOLERANCE
"""Relative tolerance of the length: two texts may both deviate by it."""

EXCHANGES = ((1, 1), (1, 2), (2, 2), (2, 3), (3, 3))
"""Numbers of last places to remove, and of others to insert instead, tried in this order."""

MOST_SPARE, MOST_UNNAMED = 30, 12
"""Maximum numbers of places, and of lines without facts, that are tried."""

FEWEST_LETTERS = 24
"""Minimum length of a cut quotation."""


def fitted(content: Content, wanted: int, most_bytes: int) -> dict[Place, int]:
    """Return the first places that fit into ``wanted`` tokens; the last ones are chosen to fill them.

    Each place has the longest quotation. If no choice of places comes close, more places are listed and the
    longest quotations are cut.
    """
    order, bare = content.places.queue(), content.document({})
    unnamed = content.places.unnamed()[:MOST_UNNAMED]
    blocks = {place: "\n" + "\n".join(content.places.block(place)) for place in (*order, *unnamed)}
    sizes = {place: tokens.count(block) for place, block in blocks.items()}
    left, room = wanted - tokens.count(bare), most_bytes - len(bare.encode())
    listed: list[Place] = []
    for place in order:
        size = len(blocks[place].encode())
        if sizes[place] <= left and size <= room:
            listed.append(place)
            left, room = left - sizes[place], room - size
    taken = set(listed)
    spare = [*[place for place in order if place not in taken][:MOST_SPARE], *unnamed]
    filled = _filled(listed, spare, sizes, left, CLOSE * wanted)
    short = wanted - tokens.count(bare) - sum(sizes[place] for place in filled)
    found = dict.fromkeys(filled, LETTERS)
    for place in (*order, *content.places.unnamed()):
        if short <= CLOSE * wanted:
            break
        if place not in found:
            found[place] = LETTERS
            short -= tokens.count("\n" + "\n".join(content.places.block(place)))
    if short < -CLOSE * wanted:
        found = _trimmed(content, found, -short)
    return found if len(content.document(found).encode()) <= most_bytes else dict.fromkeys(listed, LETTERS)


def _trimmed(content: Content, listed: dict[Place, int], over: int) -> dict[Place, int]:
    """Cut the longest quotations of the places, token by token, until ``over`` tokens are removed."""
    found = dict(listed)
    quoted = {place: content.places.quoted(place, letters) for place, letters in listed.items()}
    while over > 0:
        longest = max(found, key=lambda place: (len(quoted[place]), place))
        letters = len(quoted[longest]) - 1
        if letters < FEWEST_LETTERS:
            break
        cut = content.places.quoted(longest, letters)
        over -= tokens.count(quoted[longest]) - tokens.count(cut)
        found[longest], quoted[longest] = letters, cut
    return found


def _filled(
    listed: list[Place], spare: Sequence[Place], sizes: Mapping[Place, int], left: int, near: float
) -> list[Place]:
    """Return ``listed`` with some of its last places exchanged, so that no tokens are ``left``."""
    best, least = listed, abs(left)
    for out_count, in_count in EXCHANGES:
        end = max(0, len(listed) - out_count)
        kept, out = listed[:end], listed[end:]
        gap = left + sum(sizes[place] for place in out)
        for places in combinations([*out, *spare], in_count):
            off = abs(gap - sum(sizes[place] for place in places))
            if off < least:
                best, least = [*kept, *places], off
            if least <= near:
                return best
    return best
