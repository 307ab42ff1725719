"""Facts of profiles by place: all facts of a line together, under its number, function and text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from pytest_aiopt.model import Effect, ItemKind, Profile, ProfileItem
from pytest_aiopt.prompts.text import name, percent, quote, share, tenths

LETTERS = 100
"""Maximum length of a line's quotation."""

NOTABLE = 0.1
"""Minimum fraction of all misses, mispredictions or allocations for a line to be listed."""

CERTAIN = 0.005
"""Minimum lower bound of a saving with a certain sign, at the displayed precision of one percent."""

STATES = {
    ItemKind.CPU: "running",
    ItemKind.INSTRUCTIONS: "running",
    ItemKind.IO: "waiting for I/O",
    ItemKind.LOCK: "waiting for a lock",
    ItemKind.SCHEDULING: "ready without a CPU",
    ItemKind.OTHER: "sleeping",
    ItemKind.OFF_CPU: "waiting",
}
_CACHES = {
    ItemKind.LL_MISSES: "last-level misses",
    ItemKind.D1_MISSES: "L1 data misses",
    ItemKind.MISPREDICTIONS: "branch mispredictions",
}
_STATES_SHOWN, _SHOWN = 3, 0.01
"""Maximum number of states shown per line, and minimum share of all but the first."""


Place = tuple[int, str]
"""A line of the program, or 0 and a function name if the line is unknown."""


class Facet(Enum):
    """A kind of fact that can make a line listed."""

    TIME = "time"
    CAUSAL = "causal"
    CACHES = "caches"
    HEAP = "heap"


_KINDS: Mapping[Facet, frozenset[ItemKind]] = {
    Facet.TIME: frozenset(STATES),
    Facet.CAUSAL: frozenset({ItemKind.CAUSAL}),
    Facet.CACHES: frozenset(_CACHES),
    Facet.HEAP: frozenset({ItemKind.ALLOCATIONS}),
}


@dataclass(frozen=True, slots=True)
class Places:
    """The facts of one program on one workload, by place. ``functions``: by line, from the source.

    ``profiles``: the source of each facet. ``waits``: whether the text shows the states of threads.
    ``least``: the smallest known share of time; unlisted lines took less.
    """

    source: Sequence[str]
    functions: Sequence[str]
    profiles: Mapping[Facet, Profile]
    items: Mapping[Facet, Mapping[Place, Sequence[ProfileItem]]]
    waits: bool = False
    least: float = 0.0

    def ranked(self, facet: Facet) -> list[Place]:
        """Return all places of a facet, largest value first."""
        values = {place: _value(facet, items) for place, items in self.items.get(facet, {}).items()}
        return sorted((p for p in values if values[p] > 0), key=lambda place: (-values[place], place))

    def ordered(self, listed: Iterable[Place]) -> list[Place]:
        """Return distinct places by time, followed by those without time."""
        rank = {place: at for at, place in enumerate(self.ranked(Facet.TIME))}
        return sorted(dict.fromkeys(listed), key=lambda place: (rank.get(place, len(rank)), place))

    def queue(self) -> list[Place]:
        """Return every place in the profiles, in the order in which a text lists them.

        First the notable ones, drawn from the facets in turn, two at a time for time and effects; then the
        others.
        """
        turns = [(facet, 2 if facet in (Facet.TIME, Facet.CAUSAL) else 1) for facet in Facet]
        queues = {facet: self.listed(facet) for facet in Facet}
        found: list[Place] = []
        while any(queues.values()):
            for facet, count in turns:
                found += queues[facet][:count]
                del queues[facet][:count]
        found += [place for facet in Facet for place in self.ranked(facet)]
        return list(dict.fromkeys(found))

    def unnamed(self) -> list[Place]:
        """Return the lines of code that are in no profile."""
        named = set(self.queue())
        code = [(at, "") for at, text in enumerate(self.source, 1) if _is_code(text)]
        return [place for place in code if place not in named]

    def listed(self, facet: Facet) -> list[Place]:
        """Return the notable places of a facet, largest value first."""
        least = {Facet.CACHES: NOTABLE, Facet.HEAP: NOTABLE, Facet.CAUSAL: CERTAIN}.get(facet, 0.0)
        return [p for p in self.ranked(facet) if _value(facet, self.items[facet][p]) >= least]

    def block(self, place: Place, letters: int = LETTERS) -> list[str]:
        """Return the two lines on a place: name with a quotation of up to ``letters``, and all facts."""
        facts = [
            *self._time(place),
            *self._causal(place),
            *self._shares(Facet.CACHES, place, _CACHES),
            *self._shares(Facet.HEAP, place, {}),
        ]
        return [self._head(place, letters), f"  {'; '.join(facts)}"]

    def quoted(self, place: Place, letters: int) -> str:
        """Return the text of a place's line, cut to at most ``letters``."""
        at = place[0] - 1
        return quote(self.source[at], letters) if 0 <= at < len(self.source) else ""

    def shown_tenths(self, places: Iterable[Place]) -> int:
        """Return the tenths of a percent of time that the blocks of these places show."""
        items = [item for place in places for item in self._states(place)]
        return sum(tenths(item.value) for item in items)

    def _head(self, place: Place, letters: int) -> str:
        line, symbol = place
        if not line:
            return name(symbol)
        at = line - 1
        function = name(self.functions[at]) if at < len(self.functions) else ""
        text = self.quoted(place, letters)
        return f"line {line}{f', {function}' if function else ''}: {text}".rstrip()

    def _states(self, place: Place) -> list[ProfileItem]:
        items = sorted(
            self.items.get(Facet.TIME, {}).get(place, ()), key=lambda i: (-i.value, i.kind, i.site)
        )
        return [item for item in items[:_STATES_SHOWN] if item.value >= _SHOWN or item is items[0]]

    def _time(self, place: Place) -> Iterator[str]:
        if Facet.TIME not in self.profiles:
            return
        states = self._states(place)
        if not states:
            yield f"under {percent(max(1, math.ceil(1000 * self.least)))} %"
        for item in states:
            said = f"{share(item.value)} % ({share(item.low)}-{share(item.high)})"
            yield f"{said} {_state(item)}" if self.waits else said

    def _causal(self, place: Place) -> Iterator[str]:
        items = self.items.get(Facet.CAUSAL, {}).get(place, ())
        certain = [point for item in items for point in item.curve if point.low >= CERTAIN]
        if certain:
            first, *more = certain
            saved = [f"with {_at(first)} less time here the run takes {_saved(first, 'less ')}"]
            yield ", ".join([*saved, *(f"with {_at(point)} {_saved(point)}" for point in more)])
        elif items:
            yield "no certain effect of less time here"

    def _shares(self, facet: Facet, place: Place, words: Mapping[ItemKind, str]) -> Iterator[str]:
        """Yield the notable shares of a place, or else its largest share."""
        items = sorted(self.items.get(facet, {}).get(place, ()), key=lambda item: -item.value)
        shown = [item for item in items if item.value >= NOTABLE] or items[:1]
        if shown and shown[0].value >= _SHOWN:
            yield ", ".join(f"{share(i.value)} % of {words.get(i.kind) or name(i.unit)}" for i in shown)


def places(profiles: Sequence[Profile], source: str, functions: Sequence[str]) -> Places:
    """Return the facts of profiles of ``source``; each facet comes from the first profile that has it."""
    lines = source.split("\n")
    by_facet: dict[Facet, Profile] = {}
    items: dict[Facet, dict[Place, list[ProfileItem]]] = {}
    for facet, kinds in _KINDS.items():
        able = [profile for profile in profiles if facet in facets(profile)]
        for profile in able[:1]:
            by_facet[facet], items[facet] = profile, {}
            for item in profile.items:
                if item.kind in kinds and (0 < item.line <= len(lines) or (not item.line and item.function)):
                    place = (item.line, "" if item.line else item.function)
                    items[facet].setdefault(place, []).append(item)
    time = by_facet.get(Facet.TIME)
    if time is None:
        return Places(lines, functions, by_facet, items)
    waits = bool(time.threads) or any(item.kind.off_cpu for item in time.items)
    least = min(item.value for item in time.items if item.kind in STATES)
    return Places(lines, functions, by_facet, items, waits, least)


def _is_code(line: str) -> bool:
    return any(letter.isalnum() for letter in line) and not line.lstrip().startswith(("#", "//"))


def facets(profile: Profile) -> set[Facet]:
    """Return the facets of places in a profile."""
    return {facet for facet, kinds in _KINDS.items() if any(item.kind in kinds for item in profile.items)}


def _value(facet: Facet, items: Iterable[ProfileItem]) -> float:
    """Return the value of a place in a facet: total time, largest share, or surest saving."""
    if facet is Facet.TIME:
        return sum(item.value for item in items)
    if facet is Facet.CAUSAL:
        return max((point.low for item in items for point in item.curve), default=0.0)
    return max(item.value for item in items)


def _state(item: ProfileItem) -> str:
    words = STATES[item.kind]
    return f"{words} in {name(item.site)}" if item.kind.off_cpu and item.site else words


def _at(point: Effect) -> str:
    return f"{round(100 * point.at)} %"


def _saved(point: Effect, less: str = "") -> str:
    saved, low, high = (round(100 * x) for x in (point.value, point.low, point.high))
    return f"{saved} % {less}({low}-{high})"
