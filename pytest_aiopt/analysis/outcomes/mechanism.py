"""Mechanism of feedback: does a mutation touch the true profile's hot regions, does a reply cite them?

Computed in the same way for every track, from the profile of the parent, whether or not a prompt showed it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pytest_aiopt.analysis.outcomes.claims import prose
from pytest_aiopt.codebook.character import read
from pytest_aiopt.model import Profile, ProfileItem, ProfileState

TOP = 3
"""Number of items of a profile that count as its hot regions."""
AROUND = 3
"""Number of lines around an item that belong to its region, besides its function."""


def hot_lines(program: str, profile: Profile) -> frozenset[int]:
    """Return the lines (1-based) of the hot regions; none if the profile was not taken."""
    if profile.state is not ProfileState.TAKEN:
        return frozenset()
    spans = read(program).functions
    hot: set[int] = set()
    for item in top(profile.items):
        hot.update(range(item.line - AROUND, item.line + AROUND + 1))
        for span in spans:
            if item.line in span:
                hot.update(span)
    return frozenset(hot)


def top(items: Sequence[ProfileItem]) -> list[ProfileItem]:
    """Return the items with the largest shares."""
    return sorted(items, key=lambda item: (-item.value, item.line))[:TOP]


def targeting(added: Mapping[int, int], hot: frozenset[int]) -> float | None:
    """Share of the new tokens, by line of the parent, in hot regions; None without tokens or regions."""
    total = sum(added.values())
    return sum(count for line, count in added.items() if line in hot) / total if total and hot else None


def uptake(reply: str, profile: Profile) -> bool | None:
    """Whether a reply's prose names a hot function or line of the profile; None if none was taken."""
    if profile.state is not ProfileState.TAKEN or not profile.items:
        return None
    said = prose(reply)
    for item in top(profile.items):
        function = item.function.removeprefix("lambda in ").partition(" in ")[0]
        name = re.split(r"[<(]", function)[0].rsplit("::", 1)[-1]
        if name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said):
            return True
        if re.search(rf"\blines? {item.line}\b", said, re.IGNORECASE):
            return True
    return False
