"""The actual runs, from the journals and the registration: settings, times, machines, versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pytest_aiopt.analysis.trajectory import Trajectory
from pytest_aiopt.journal import ends
from pytest_aiopt.journal.store import Store
from pytest_aiopt.report.document import Registered

TASK, MACHINE = "task", "machine"


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting that identifies cells: its value, the tracks with the value (() for all), and their cells."""

    name: str
    value: str
    tracks: tuple[str, ...]
    cells: int


@dataclass(frozen=True, slots=True)
class Digest:
    """The sha256 of a task as recorded by its cells; "" if it is not."""

    task: str
    sha256: str
    cells: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """The runs of a study. ``first``, ``last``: dates of the first and the last line of its journals.

    ``registered``: the registration in force, None without one. ``versions``: packages that made the report.
    """

    seeds: tuple[int, ...]
    iterations: tuple[int, ...]
    settings: tuple[Setting, ...]
    digests: tuple[Digest, ...]
    first: str
    last: str
    registered: Registered | None
    versions: Mapping[str, str]

    def values(self, name: str) -> tuple[str, ...]:
        """Return every recorded value of a setting, sorted; () if no cell records it."""
        return tuple(dict.fromkeys(each.value for each in self.settings if each.name == name))


def runs(
    trajectories: Sequence[Trajectory],
    store: Store,
    registered: Registered | None,
    versions: Mapping[str, str],
) -> Runs:
    """Return the runs behind the cells of one study."""
    journals = [store.root / t.journal for t in trajectories]
    return Runs(
        seeds=tuple(sorted({t.cell.seed for t in trajectories})),
        iterations=tuple(sorted({t.iterations for t in trajectories})),
        settings=tuple(_settings(trajectories)),
        digests=tuple(_digests(trajectories)),
        first=_day(min(map(ends.began, journals))),
        last=_day(max(map(ends.ended, journals))),
        registered=registered,
        versions=versions,
    )


def _day(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")


def _settings(trajectories: Sequence[Trajectory]) -> Iterator[Setting]:
    cells = Counter(t.cell.track for t in trajectories)
    by_value: dict[tuple[str, str], Counter[str]] = {}
    for t in trajectories:
        for name, value in t.identity.items():
            if name not in (TASK, MACHINE):
                by_value.setdefault((name, value), Counter())[t.cell.track] += 1
    for (name, value), tracks in sorted(by_value.items()):
        everywhere = tracks == cells
        yield Setting(name, value, () if everywhere else tuple(sorted(tracks)), tracks.total())


def _digests(trajectories: Sequence[Trajectory]) -> Iterator[Digest]:
    found = Counter((t.cell.task, t.identity.get(TASK, "")) for t in trajectories)
    yield from (Digest(task, sha256, cells) for (task, sha256), cells in sorted(found.items()))
