"""Totals of the run: calls, sizes, times, threads, memory, misses; each only if it was counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_aiopt.model import Counter, ItemKind, Profile, ProfileItem
from pytest_aiopt.prompts.text import amount, name, plain, share

CASE_LETTERS = 240
"""Maximum length of a case's quotation."""

CALL = "system call "
MANY_CALLS, CALLS_SHOWN = 100, 2

_CACHES = {
    ItemKind.D1_MISSES: "L1 data misses",
    ItemKind.LL_MISSES: "last-level misses",
    ItemKind.MISPREDICTIONS: "branch mispredictions",
}
_HEAP = {"heap blocks": "", "heap bytes": "B", "heap bytes at the peak": "B"}


def run(profiles: Sequence[Profile], calls: int | None = None) -> str:
    """Return one line on the run, or "" if nothing was counted.

    ``calls``: number of kinds of system calls to name; by default the frequent ones.
    """
    counted = {i.site: i for p in profiles for i in p.items if i.kind is ItemKind.COUNTER and not i.line}
    facts = [*_calls(counted), *_times(counted), *_threads(profiles, counted), *_memory(counted)]
    system = [item for item in counted.values() if item.site.startswith(CALL)]
    frequent = system_calls(profiles) if calls is None else calls
    facts += [f"{item.value:.0f} {name(item.site.removeprefix(CALL))} calls" for item in system[:frequent]]
    return f"one run: {'; '.join(facts)}" if facts else ""


def system_calls(profiles: Sequence[Profile]) -> int:
    """Return the number of kinds of system calls that are frequent enough to be named."""
    items = [item for profile in profiles for item in profile.items if item.kind is ItemKind.COUNTER]
    many = [item for item in items if item.site.startswith(CALL) and item.value >= MANY_CALLS]
    return min(len(many), CALLS_SHOWN)


def _calls(counted: dict[str, ProfileItem]) -> Iterator[str]:
    calls, sizes = counted.get(Counter.CALLS), counted.get(Counter.REQUEST)
    if calls is None or sizes is None:
        return
    of = amount(sizes.value, "B")
    span = f" ({amount(sizes.low, 'B')}-{amount(sizes.high, 'B')})" if sizes.low < sizes.high else ""
    yield f"{calls.value:.0f} {'call' if calls.value == 1 else 'calls'} of {of}{span}"
    replies = counted.get(Counter.REPLIES)
    if replies is not None:
        yield f"replies of {amount(replies.value, 'B')}"


def _times(counted: dict[str, ProfileItem]) -> Iterator[str]:
    wall = counted.get(Counter.WALL)
    if wall is not None:
        yield f"{amount(wall.value, 's')} wall time ({amount(wall.low, 's')}-{amount(wall.high, 's')})"
    user, system = counted.get(Counter.USER), counted.get(Counter.SYSTEM)
    if user is not None and system is not None:
        yield f"{amount(user.value + system.value, 's')} CPU time"


def _threads(profiles: Sequence[Profile], counted: dict[str, ProfileItem]) -> Iterator[str]:
    followed = next((len(profile.threads) for profile in profiles if profile.threads), 0)
    counter = counted.get(Counter.THREADS)
    number = followed or (round(counter.value) if counter is not None else 0)
    if number:
        yield f"{number} {'thread' if number == 1 else 'threads'}"


def _memory(counted: dict[str, ProfileItem]) -> Iterator[str]:
    if (faults := counted.get(Counter.FAULTS)) is not None:
        yield f"{faults.value:.0f} page faults"
    if (peak := counted.get(Counter.PEAK)) is not None:
        yield f"{amount(1e6 * peak.value, 'B')} memory at the peak"


def caches(profile: Profile) -> str:
    """Return one line on the cache misses and mispredictions of the reference machine."""
    totals = {item.kind: item for item in profile.items if not item.line}
    thousands = max(profile.samples, 1) / 1000
    facts = [f"{totals[k].value / thousands:.2f} {words}" for k, words in _CACHES.items() if k in totals]
    return f"per 1000 instructions ({name(profile.detail.partition(':')[0])}): {', '.join(facts)}"


def heap(profile: Profile) -> str:
    """Return one line on the number of heap blocks, their bytes, and the bytes at the peak."""
    totals = {item.unit: item for item in profile.items if not item.line}
    words = {"heap blocks": "blocks", "heap bytes": "in all", "heap bytes at the peak": "at the peak"}
    facts = [
        f"{amount(totals[u].value, unit) if unit else f'{totals[u].value:.0f}'} {words[u]}"
        for u, unit in _HEAP.items()
        if u in totals
    ]
    return f"heap: {', '.join(facts)}"


def costliest(profile: Profile) -> list[str]:
    """Return two lines on the case with the most instructions: its share, and its text."""
    item = next(item for item in profile.items if item.kind is ItemKind.CASE)
    part = share(item.value / max(profile.samples, 1))
    said = f"the costliest case takes {part} % of the instructions of all ({profile.detail})"
    return [plain(said), plain(item.site)[:CASE_LETTERS]]
