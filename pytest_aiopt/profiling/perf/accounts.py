"""Account for thread time by activity (running, or waiting for what) and line of the candidate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pytest_aiopt.model import ItemKind
from pytest_aiopt.profiling.addresses import Site
from pytest_aiopt.profiling.base import wilson
from pytest_aiopt.profiling.perf.remainder import kind_of
from pytest_aiopt.profiling.perf.timeline import Thread
from pytest_aiopt.profiling.perf.waits import Chain, call, is_join


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the candidate (0: none in the chain), its function, and the library call it makes."""

    line: int
    function: str
    site: str


@dataclass(slots=True)
class Tally:
    """Seconds of one kind at one place; ``squares`` is the sum of squared observations."""

    seconds: float = 0.0
    squares: float = 0.0
    count: int = 0
    by_function: dict[str, float] = field(default_factory=dict)

    def add(self, function: str, seconds: float) -> None:
        """Add one observation."""
        self.seconds += seconds
        self.squares += seconds * seconds
        self.count += 1
        self.by_function[function] = self.by_function.get(function, 0.0) + seconds

    @property
    def function(self) -> str:
        """The function with most of the time; inlining may put a line into several."""
        return max(sorted(self.by_function), key=lambda name: self.by_function[name], default="")

    def interval(self, total: float) -> tuple[float, float]:
        """Return the 95 % interval of its share of ``total`` seconds.

        Wilson's interval for the effective number of observations (Kish): the number of equal observations
        with the same variance.
        """
        if not self.squares:
            return 0.0, 0.0
        effective = self.seconds**2 / self.squares
        return wilson(effective, effective * total / self.seconds)


@dataclass(slots=True)
class Account:
    """All thread time by kind, line and call, without time spent joining threads."""

    tallies: dict[tuple[ItemKind, int, str], Tally] = field(default_factory=dict)

    @property
    def total_s(self) -> float:
        """Thread time in seconds, without joins."""
        return sum(tally.seconds for tally in self.tallies.values())

    def add(self, kind: ItemKind, place: Place, seconds: float) -> None:
        """Add one observation."""
        self.tallies.setdefault((kind, place.line, place.site), Tally()).add(place.function, seconds)


def account(threads: Iterable[Thread], sites: Mapping[int, Site]) -> Account:
    """Add up thread time by kind and place. ``sites``: the candidate's line of each frame's ip."""
    booked = Account()
    for thread in threads:
        share_s = thread.cpu_s / len(thread.samples) if thread.samples else 0.0
        for chain in thread.samples:
            at = replace(place(chain, sites), site="")
            booked.add(ItemKind.CPU if at.line else kind_of(chain), at, share_s)
        if not thread.samples:
            booked.add(ItemKind.CPU, Place(0, "", ""), thread.cpu_s)
        for wait in thread.waits:
            if not is_join(wait.chain):
                booked.add(wait.kind, place(wait.chain, sites), wait.seconds)
    return booked


def place(chain: Chain, sites: Mapping[int, Site]) -> Place:
    """Return the candidate's innermost line in the chain, and the outermost call made from there."""
    called = ""
    for frame in chain:
        if frame.kernel:
            continue
        if (site := sites.get(frame.ip)) is not None:
            return Place(site.line, site.function, call(called))
        called = frame.symbol
    return Place(0, "", call(called))
