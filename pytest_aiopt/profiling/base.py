"""The interface of profilers, their selection, and profiles from counts by line."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from pytest_aiopt.evaluation.sandbox import allowance, untrusted, wire
from pytest_aiopt.evaluation.sandbox.runner import ATTEMPTS, unsettled
from pytest_aiopt.evaluation.sandbox.sandbox import Ended, RunOutcome, Sandbox
from pytest_aiopt.model import Build, ItemKind, Limits, Profile, ProfileItem, ProfileState
from pytest_aiopt.profiling.addresses import Site

MAX_ITEMS = 24
"""Maximum number of lines in a Profile; the other lines cost 1 - outside - sum of the items."""

WITHOUT_PLACES = "counters"
"""The profiler of whole runs, which is always available but is not a treatment by itself."""

Z_95 = 1.959964
_DECIMALS = 6


class ProfilingFailed(Exception):
    """This binary cannot be profiled, for the given reason; recorded as ProfileState.FAILED."""


@dataclass(frozen=True, slots=True)
class Subject:
    """The input of a profiler: a build, the request file (descriptor) it serves, and how to run it.

    ``dynamic`` builds the same source with dynamic linking and line tables, for a profiler inside the
    program's process. None if the source is not available.
    """

    build: Build
    requests: int
    workload: str
    limits: Limits
    sandbox: Sandbox
    dynamic: Callable[[], Build] | None = None


class Profiler(Protocol):
    """Profiles candidates in separate runs, never in timed ones."""

    @property
    def name(self) -> str:
        """The name shown in the profile's text."""

    @property
    def version(self) -> str:
        """The version of the tool; "" if it is not installed."""

    def available(self) -> str | None:
        """Return None, or the reason why the profiler cannot be used here, with the remedy."""

    def profile(self, subject: Subject) -> Profile:
        """Profile ``subject`` in separate runs.

        A failure of this binary gives a Profile in state FAILED; InfrastructureError is a failure of the
        machine.
        """


@dataclass(frozen=True, slots=True)
class Choice:
    """The selected profilers (possibly none), and why each other one is not used, by name.

    ``instead``: by profiler, the alternatives of its group if it fails on a program.
    """

    profilers: tuple[Profiler, ...]
    refused: Mapping[str, str]
    instead: Mapping[str, tuple[Profiler, ...]] = field(default_factory=dict)

    @property
    def locates(self) -> bool:
        """Whether any of them locates costs within a program."""
        return any(profiler.name != WITHOUT_PLACES for profiler in self.profilers)

    @property
    def described(self) -> str:
        """The profilers with their versions, for a header and a cell's identity."""
        return ", ".join(f"{profiler.name} {profiler.version}".strip() for profiler in self.profilers)


NONE = Choice((), {})
"""No profilers."""


def choose(groups: Sequence[Sequence[Profiler]]) -> Choice:
    """Return the first available profiler of each group; members are in order of preference."""
    chosen: list[Profiler] = []
    refused: dict[str, str] = {}
    instead: dict[str, tuple[Profiler, ...]] = {}
    for group in groups:
        for at, profiler in enumerate(group):
            reason = profiler.available()
            if reason is None:
                chosen.append(profiler)
                instead[profiler.name] = tuple(group[at + 1 :])
                break
            refused[profiler.name] = reason
    return Choice(tuple(chosen), refused, instead)


def chosen(profilers: Choice | Sequence[Profiler]) -> Choice:
    """Return a Choice unchanged; select the available profilers from a list."""
    return profilers if isinstance(profilers, Choice) else choose([[profiler] for profiler in profilers])


def run_once(
    subject: Subject,
    binary: Path,
    *,
    limits: Limits | None = None,
    outer: Sequence[str] = (),
    tool: Sequence[str] = (),
    shown: Sequence[Path] = (),
    passed: Sequence[int] = (),
    scratch: bool = False,
    samples_itself: bool = False,
    keep: Callable[[bytes], object] | None = None,
) -> RunOutcome:
    """Run the candidate with a command prefix (see Sandbox.run).

    ``keep`` receives its replies. ``limits`` overrides the subject's. Raises ProfilingFailed unless it exits
    normally, Unsettled if the machine may be at fault.
    """
    for _ in range(ATTEMPTS):
        replies = wire.empty_file()
        try:
            outcome = subject.sandbox.run(
                binary,
                stdin=subject.requests,
                stdout=replies,
                limits=limits or subject.limits,
                outer=outer,
                tool=tool,
                shown=shown,
                passed=passed,
                scratch=scratch,
                samples_itself=samples_itself,
            )
            if outcome.ended is Ended.EXITED and outcome.code == 0:
                if keep is not None:
                    keep(wire.contents(replies))
                return outcome
        finally:
            os.close(replies)
        if outcome.ended is not Ended.INFRASTRUCTURE:
            how = f"{outcome.ended.value} {outcome.code}; it printed {untrusted.quoted(outcome.stderr)}"
            raise ProfilingFailed(f"the profiled run failed ({how})")
        if allowance.exhausted():
            break
    raise unsettled("profiled runs", outcome)


def written(output: untrusted.Passed) -> str:
    """Return the output file of a profiler in the sandbox; raises ProfilingFailed if it is too long."""
    try:
        return output.text()
    except untrusted.UntrustedFile as error:
        raise ProfilingFailed(f"the profile cannot be read: {error}") from error


def dynamic_build(subject: Subject) -> Path:
    """Return the dynamically linked binary of the subject; raises ProfilingFailed without one."""
    if subject.dynamic is None:
        raise ProfilingFailed(
            "there is no source to link dynamically, which profiling inside the process takes"
        )
    build = subject.dynamic()
    if build.path is None:
        raise ProfilingFailed(f"it does not link dynamically: {build.detail}")
    return Path(build.path)


@dataclass(slots=True)
class Charges:
    """Cost by line of the candidate, and the cost outside its lines, in samples or instructions.

    ``kinds``: the cost outside by kind, as far as it is known.
    """

    by_site: dict[Site, float] = field(default_factory=dict)
    outside: float = 0.0
    kinds: dict[ItemKind, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """The total cost."""
        return sum(self.by_site.values()) + self.outside

    def add(self, site: Site | None, cost: float = 1.0, kind: ItemKind | None = None) -> None:
        """Charge ``cost`` to a line, or without a line to the outside, under its ``kind``."""
        if site is None:
            self.outside += cost
            if kind is not None:
                self.kinds[kind] = self.kinds.get(kind, 0.0) + cost
        else:
            self.by_site[site] = self.by_site.get(site, 0.0) + cost

    def lines(self) -> list[tuple[int, str, float]]:
        """Return (line, its costliest function, cost), costliest line first."""
        costs: dict[int, float] = {}
        functions: dict[int, str] = {}
        for site, cost in sorted(self.by_site.items(), key=lambda entry: (-entry[1], entry[0].function)):
            costs[site.line] = costs.get(site.line, 0.0) + cost
            functions.setdefault(site.line, site.function)
        return [(line, functions[line], costs[line]) for line in sorted(costs, key=lambda n: (-costs[n], n))]


def dearest_line(profiles: Iterable[Profile]) -> int | None:
    """Return the line with the largest share of time in the first profile that has one."""
    for profile in profiles:
        if profile.timed:
            return max(profile.timed, key=lambda item: item.value).line
    return None


def wilson(count: float, total: float) -> tuple[float, float]:
    """Return the 95 % interval of a share of ``total`` samples (Wilson 1927, score interval)."""
    share, z2 = count / total, Z_95 * Z_95
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = Z_95 / (1 + z2 / total) * math.sqrt(share * (1 - share) / total + z2 / (4 * total * total))
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))


def exact(count: float, total: float) -> tuple[float, float]:
    """Return the interval of a share that was counted instead of sampled: a point."""
    return count / total, count / total


@dataclass(frozen=True, slots=True)
class Observation:
    """The raw result of a profiler: charges in ``unit``, and the interval of a charge given the total."""

    charges: Charges
    unit: str
    interval: Callable[[float, float], tuple[float, float]]
    detail: str = ""
    kind: ItemKind = ItemKind.CPU
    wall_s: float = 0.0


def blank(profiler: Profiler, subject: Subject, state: ProfileState, detail: str = "") -> Profile:
    """Return a profile of ``subject`` without items, for unavailable and failed profiles."""
    sha = subject.build.binary_sha or ""
    return Profile(profiler.name, profiler.version, state, sha, subject.workload, detail=detail)


def guarded(profiler: Profiler, subject: Subject, take: Callable[[Path], Profile]) -> Profile:
    """Return the profile made by ``take`` with the time it took, or the recorded failure to take it."""
    started = time.monotonic()
    try:
        if subject.build.path is None:
            raise ProfilingFailed("the build has no binary")
        taken = take(Path(subject.build.path))
    except ProfilingFailed as failure:
        taken = blank(profiler, subject, ProfileState.FAILED, str(failure))
    return replace(taken, seconds=round(time.monotonic() - started, 3))


def record(profiler: Profiler, subject: Subject, observe: Callable[[Path], Observation]) -> Profile:
    """Profile the binary and return the Profile of its charges, or the recorded failure to take one."""

    def take(binary: Path) -> Profile:
        return _profile(blank(profiler, subject, ProfileState.TAKEN), observe(binary))

    return guarded(profiler, subject, take)


def _profile(empty: Profile, seen: Observation) -> Profile:
    total = seen.charges.total
    if not total:
        raise ProfilingFailed("no sample of the candidate's run was taken")
    return replace(
        empty,
        unit=seen.unit,
        samples=round(total),
        outside=round(seen.charges.outside / total, _DECIMALS),
        items=_items(seen, total),
        detail=seen.detail,
        wall_s=seen.wall_s,
    )


def _items(seen: Observation, total: float) -> tuple[ProfileItem, ...]:
    items = []
    for line, function, cost in seen.charges.lines()[:MAX_ITEMS]:
        low, high = (round(bound, _DECIMALS) for bound in seen.interval(cost, total))
        share = round(cost / total, _DECIMALS)
        items.append(ProfileItem(line, function, share, low, high, seen.kind, samples=round(cost)))
    for kind, cost in sorted(seen.charges.kinds.items()):
        low, high = (round(bound, _DECIMALS) for bound in seen.interval(cost, total))
        share = round(cost / total, _DECIMALS)
        items.append(ProfileItem(0, "", share, low, high, kind, samples=round(cost)))
    return tuple(items)
