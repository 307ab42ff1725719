"""Refuses to mix cells of one study that were run under different settings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from pytest_aiopt.design.identity import changes, of_design
from pytest_aiopt.design.study import Study
from pytest_aiopt.errors import DesignError, JournalError
from pytest_aiopt.journal.ends import first_event, has_call
from pytest_aiopt.journal.events import Opened
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import Cell

REMEDY = (
    "go on with the old value, or keep the two apart: --aiopt-fresh sets the stored cells aside, "
    "another name in the study file leaves them where they are"
)


def refuse(
    study: Study,
    stored: Iterable[Path],
    *,
    surroundings: Mapping[str, str],
    tasks: Mapping[str, str],
    aside: Collection[Cell],
) -> None:
    """Raise DesignError if a stored cell of ``study`` was run under other settings than the present ones.

    ``surroundings``: machine, profilers and gate, as far as they are to be compared; ``tasks``: digests of
    the tasks in use; ``aside``: cells whose records will be set aside.
    """
    for path in stored:
        opened = first_event(path)
        if opened is None or opened.cell in aside:
            continue
        now = {**_designed(study, opened), **surroundings}
        if opened.cell.task in tasks:
            now["task"] = tasks[opened.cell.task]
        recorded = {name: value for name, value in opened.identity.items() if name in now}
        found = changes(recorded, now)
        if found:
            listed = "; ".join(map(str, found))
            problem = f"study {study.id} has cells under other settings ({opened.cell.id}): {listed}"
            raise DesignError(problem, REMEDY)


def _designed(study: Study, opened: Opened) -> dict[str, str]:
    """Return a stored cell's settings by the design; of a removed track, those that all tracks share."""
    known = {track.name: track for track in (*study.defined, *study.tracks)}
    track = known.get(opened.cell.track)
    table = of_design(study, track or study.tracks[0])
    return {
        name: value
        for name, value in table.items()
        if track is not None or not name.startswith(("track.", "model."))
    }


def restart(store: Store, study: str, now: Opened) -> None:
    """Set a cell's journal aside where it has no call and was begun under other settings: nothing is lost."""
    path = store.journal(study, now.cell)
    first = first_event(path) if path.is_file() else None
    if first is not None and not has_call(path) and changes(first.identity, now.identity):
        store.set_aside(study, now.cell)


def refuse_foreign(path: Path, first: Opened, now: Opened) -> None:
    """Raise JournalError if a journal to be continued was begun under other settings."""
    found = changes(first.identity, now.identity)
    if found:
        raise JournalError(f"{path} was begun under other settings: {'; '.join(map(str, found))}", REMEDY)
