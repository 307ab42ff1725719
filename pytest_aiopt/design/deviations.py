"""The registration of a study, and every deviation of the stored cells from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from pytest_aiopt.design.identity import Change, changes
from pytest_aiopt.journal import ends
from pytest_aiopt.journal.events import Opened
from pytest_aiopt.journal.store import ASIDE, Store, begun
from pytest_aiopt.model import Cell, Primary

Values = dict[str, Any]


class Registration(msgspec.Struct, frozen=True):
    """A registration. ``code``: sha256 by file of the code that computes numbers. ``at``: unix seconds.
    ``identities``: settings that identify the cells of each track. ``render``: version of the profiles' text.

    ``replaces``: the hash of the registration that it took the place of, and how many cells had begun.
    """

    format: int
    version: str
    study: str
    at: float
    design: Values
    tasks: dict[str, str]
    code: dict[str, str]
    thresholds: Values
    packages: dict[str, str]
    identities: dict[str, dict[str, str]]
    render: int
    replaces: tuple[str, int] | None = None
    sha256: str = ""

    @property
    def digest(self) -> str:
        """The hash of all other fields."""
        content = msgspec.structs.replace(self, sha256="")
        return hashlib.sha256(msgspec.json.encode(content, order="sorted")).hexdigest()


@dataclass(frozen=True, slots=True)
class Ran:
    """The start and end of one journal: its first event, when it began, whether it was finished."""

    opened: Opened
    began: float
    finished: bool
    aside: bool


def ran(store: Store, study: str) -> list[Ran]:
    """Return the cells of a study, those set aside too; a journal whose first line is damaged is left out."""
    found = []
    for path in begun(store.study(study)):
        opened = ends.first_event(path)
        if opened is not None:  # the report and aiopt verify name a damaged journal
            aside = ASIDE in path.parent.name
            found.append(Ran(opened, ends.began(path), ends.is_finished(path), aside))
    return found


def deviations(
    registered: Registration, cells: Sequence[Ran], *, code: Mapping[str, str], packages: Mapping[str, str]
) -> Iterator[str]:
    """Give every deviation from the registration, of the stored cells and of the code that reports them."""
    yield from _replaced(registered)
    counted = [cell for cell in cells if not cell.aside]
    yield from _grid(registered, counted)
    yield from _settings(registered, counted)
    yield from _outcome(registered, counted)
    early = [cell.opened.cell.id for cell in cells if cell.began < registered.at]
    if early:
        yield f"{_listed(early)} began before the registration"
    aside = [cell.opened.cell.id for cell in cells if cell.aside]
    if aside:
        yield f"{_listed(aside)} set aside and begun again"
    yield from _changed("analysis code", registered.code, code)
    yield from _changed("package", registered.packages, packages)


def _replaced(registered: Registration) -> Iterator[str]:
    if registered.replaces is not None:
        old, cells = registered.replaces
        yield f"it replaces the registration {old[:12]}, after {cells} cells had begun"


def _grid(registered: Registration, cells: Sequence[Ran]) -> Iterator[str]:
    """Cells that are missing, unfinished or more than was registered."""
    seeds = _seeds(registered, cells)
    planned = {
        Cell(task, track["name"], seed)
        for task in registered.design["tasks"]
        for track in registered.design["tracks"]
        for seed in seeds
    }
    there = {cell.opened.cell for cell in cells}
    open_ = {cell.opened.cell for cell in cells if not cell.finished} & planned
    for what, which in (("missing", planned - there), ("not finished", open_)):
        if which:
            yield f"{_listed([cell.id for cell in sorted(which)])} {what}"
    more = sorted(there - planned)
    for name, known in (("task", registered.design["tasks"]), ("seed", seeds)):
        added = {getattr(cell, name) for cell in more} - set(known)
        yield from (f"{name} {value} added" for value in sorted(added))
    tracks = {track["name"] for track in registered.design["tracks"]}
    yield from (f"track {name} added" for name in sorted({cell.track for cell in more} - tracks))
    inside = [cell.id for cell in more if _inside(cell, registered, seeds)]
    if inside:
        yield f"{_listed(inside)} added"


def _seeds(registered: Registration, cells: Sequence[Ran]) -> list[int]:
    """The registered seeds; those of a later stage that was declared too, once a cell of it was begun."""
    seeds = list(registered.design["seeds"])
    run = {cell.opened.cell.seed for cell in cells}
    for stage in registered.design.get("stages", []):
        if run & set(stage):
            seeds += [seed for seed in stage if seed not in seeds]
    return seeds


def _inside(cell: Cell, registered: Registration, seeds: Sequence[int]) -> bool:
    names = [track["name"] for track in registered.design["tracks"]]
    return cell.task in registered.design["tasks"] and cell.seed in seeds and cell.track in names


def _settings(registered: Registration, cells: Sequence[Ran]) -> Iterator[str]:
    """Give the settings of cells that differ from the registration; each difference once."""
    cells_of: dict[Change, list[str]] = {}
    for one in cells:
        cell, recorded = one.opened.cell, one.opened.identity
        planned = dict(registered.identities.get(cell.track, {}))
        if cell.task in registered.tasks:
            planned["task"] = registered.tasks[cell.task]
        actual = {name: recorded[name] for name in planned if name in recorded}
        for change in changes(planned, actual):
            named = replace(change, name=f"task {cell.task}") if change.name == "task" else change
            cells_of.setdefault(named, []).append(cell.id)
    for change, which in sorted(cells_of.items()):
        yield f"{change} ({_listed(which)})"


def _outcome(registered: Registration, cells: Sequence[Ran]) -> Iterator[str]:
    """Name the cells that were begun with another primary outcome."""
    planned = registered.thresholds.get("outcome", Primary.EFFECTIVE.value)
    for outcome in sorted({cell.opened.outcome for cell in cells} - {planned}):
        which = [cell.opened.cell.id for cell in cells if cell.opened.outcome == outcome]
        yield f"outcome was {planned}, is now {outcome} ({_listed(which)})"


def _changed(what: str, was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    names = [name for name in sorted({*was, *now}) if was.get(name) != now.get(name)]
    if names:
        yield f"{what} changed: {_listed(names)}"


def _listed(names: Sequence[str], most: int = 3) -> str:
    shown = ", ".join(names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
