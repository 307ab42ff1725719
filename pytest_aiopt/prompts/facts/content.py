"""Content of the text on some profiles: the whole run, its costliest places, and the remainder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pytest_aiopt.model import ItemKind, Profile, ProfileState
from pytest_aiopt.prompts.facts import totals
from pytest_aiopt.prompts.facts.places import STATES, Facet, Place, Places, facets, places
from pytest_aiopt.prompts.text import amount, name, percent, tenths

_TITLE = "measured on the current program"
_OUTSIDE = {
    ItemKind.START_UP: "start-up and end",
    ItemKind.DRIVER: "driver",
    ItemKind.KERNEL: "kernel",
    ItemKind.PAGE_FAULTS: "page faults",
}


@dataclass(frozen=True, slots=True)
class Content:
    """The profiles taken, and their facts by place."""

    profiles: Sequence[Profile]
    places: Places

    def document(self, listed: Mapping[Place, int]) -> str:
        """Return the text with the listed places, costliest first; ``listed``: maximum quotation lengths."""
        shown = self.places.ordered(listed)
        tools = ", ".join(
            dict.fromkeys(name(profile.profiler) for profile in self.profiles if self._is_shown(profile))
        )
        blocks = [line for place in shown for line in self.places.block(place, listed[place])]
        lines = [f"{_TITLE} by {tools}", *self._whole(), *self._head(), *blocks, *self._rest(shown)]
        cases = [p for p in self.profiles if any(item.kind is ItemKind.CASE for item in p.items)]
        return "\n".join([*lines, *(line for case in cases[:1] for line in totals.costliest(case))])

    def _is_shown(self, profile: Profile) -> bool:
        return profile in self.places.profiles.values() or not facets(profile)

    def _whole(self) -> list[str]:
        known = self.places.profiles
        found = [totals.run(self.profiles)]
        found += [totals.caches(known[Facet.CACHES])] if Facet.CACHES in known else []
        found += [totals.heap(known[Facet.HEAP])] if Facet.HEAP in known else []
        return [line for line in found if line]

    def _head(self) -> list[str]:
        profile = self.places.profiles.get(Facet.TIME)
        charged = "library code counts for the line that calls it"
        if profile is None:
            return [f"by line ({charged}):"]
        total = f"; 100 % is {amount(profile.total_s, 's')}" if profile.total_s else ""
        return [f"share of {name(profile.unit)} by line, with 95 % interval ({charged}{total}):"]

    def _rest(self, shown: Sequence[Place]) -> list[str]:
        """Return the line on the time of unlisted places, which completes the shares to 100 %."""
        profile = self.places.profiles.get(Facet.TIME)
        if profile is None:
            return []
        parts = dict(_remainder(profile, self.places.waits))
        other = max(0, 1000 - self.places.shown_tenths(shown) - sum(parts.values()))
        said = [f"{percent(count)} % {words}" for words, count in parts.items() if count]
        return ["; ".join([f"the rest: {percent(other)} % other lines", *said])]


def read(profiles: Sequence[Profile], source: str) -> Content:
    """Return the content of profiles of ``source``; raises ValueError if none was taken."""
    from pytest_aiopt.cpp.functions import by_line

    known = [profile for profile in profiles if profile.state is ProfileState.TAKEN]
    if not known:
        raise ValueError(f"nothing was taken: {'; '.join(profile.detail for profile in profiles)}")
    return Content(known, places(known, source, by_line(source)))


def alike(profiles: Sequence[Profile], content: Content) -> list[Profile]:
    """Return the profiles without those whose kinds of facts are all missing in ``content``."""
    known = set(content.places.profiles)
    return [profile for profile in profiles if not facets(profile) or facets(profile) & known]


def _remainder(profile: Profile, waits: bool) -> Iterator[tuple[str, int]]:
    """Yield the time outside the program by kind, in tenths of a percent; with ``waits`` off-CPU time too."""
    alone = [item for item in profile.items if not item.line and not item.function]
    off = [item for item in alone if item.kind in STATES]
    if waits:
        ready = [item for item in off if item.kind is ItemKind.SCHEDULING]
        yield "ready without a CPU elsewhere", sum(tenths(item.value) for item in ready)
        waiting = [item for item in off if item.kind is not ItemKind.SCHEDULING]
        yield "idle elsewhere", sum(tenths(item.value) for item in waiting)
    if any(item.kind in _OUTSIDE for item in alone):
        for kind, words in _OUTSIDE.items():
            yield words, sum(tenths(item.value) for item in alone if item.kind is kind)
    else:
        yield "outside the program", max(0, tenths(profile.outside) - sum(tenths(i.value) for i in off))
