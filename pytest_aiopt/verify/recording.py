"""A published study: one directory with everything needed to replay it offline, and a checksum of each file.

``recording.json`` names format, version, study and the sha256 of every file; ``study.toml``, ``tasks/``,
``journals/`` (laid out as a results directory), ``test_recording.py`` and ``pytest.ini`` make it a project.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

import msgspec

import pytest_aiopt
from pytest_aiopt.campaign.champions import CONFIRMATIONS
from pytest_aiopt.design import study as design
from pytest_aiopt.design.identity import of_design
from pytest_aiopt.errors import StoreError
from pytest_aiopt.files import unwritable
from pytest_aiopt.journal.ends import last_line
from pytest_aiopt.journal.record import CellRecord, find_cell, read_cell
from pytest_aiopt.journal.schema import head_path
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import Cell
from pytest_aiopt.models import keys
from pytest_aiopt.search.settings import SearchSettings

FORMAT = 2
MANIFEST = "recording.json"
JOURNALS = "journals"
TEST = "def test_cell(campaign):\n    assert campaign.run().finished\n"
INI = "[pytest]\naiopt_study = study.toml\naiopt_tasks_dir = tasks\n"
README = """\
# Recording of study {study}
{cells} cells, {finished} of them finished, made with pytest-aiopt {version}. Every prompt, reply, build,
verdict, measurement and profile is in `journals/`; `recording.json` holds a checksum of each file.

Replay it offline, without models or keys (the prompts come out byte for byte, anything else is an error):

    pip install pytest-aiopt=={version}
    pytest --aiopt-replay {journals}

Compare its tracks: `aiopt records import . && aiopt report`.
"""


class Manifest(msgspec.Struct, frozen=True):
    """The content of a recording. ``files``: sha256 by path relative to the directory, the manifest aside."""

    format: int
    version: str
    study: str
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class Summary:
    """How many cells were copied, how many of them are finished, and how many were there already."""

    study: str
    cells: int
    finished: int
    known: int = 0


def export(study: design.Study, store: Store, tasks_dir: Path, target: Path) -> Summary:
    """Write the records of ``study`` as a new directory; raises StoreError if that cannot be done."""
    cells = [cell for cell in study.grid() if _begun(store.journal(study.id, cell))]
    if not cells:
        raise StoreError(f"study {study.id} has no records under {store.root}", "run some of its cells first")
    if target.exists() and any(target.iterdir()):
        raise StoreError(f"{target} is not empty", "name a new directory")
    absent = [cell.task for cell in cells if not (tasks_dir / cell.task).is_dir()]
    if absent:
        raise StoreError(f"no task {absent[0]!r} under {tasks_dir}", "name its directory: --tasks-dir")
    finished = 0
    try:
        for cell in cells:
            journal = store.journal(study.id, cell)
            finished += read_cell(journal).finished
            _copy(journal, Store(target / JOURNALS).journal(study.id, cell))
        _copy_ladders(store, Store(target / JOURNALS), [cell.task for cell in cells])
        for task in dict.fromkeys(cell.task for cell in cells):
            clutter = shutil.ignore_patterns("__pycache__", ".*")
            shutil.copytree(tasks_dir / task, target / "tasks" / task, ignore=clutter)
        words = {"study": study.id, "cells": len(cells), "finished": finished, "journals": JOURNALS}
        (target / "README.md").write_text(README.format(version=pytest_aiopt.__version__, **words))
        (target / "test_recording.py").write_text(TEST)
        (target / "pytest.ini").write_text(INI)
        (target / "study.toml").write_text(_toml(study, cells))
        _seal(study, target)
    except OSError as error:
        raise unwritable(target, error) from error
    return Summary(study.id, len(cells), finished)


def import_(source: Path, store: Store) -> Summary:
    """Copy the journals of a published directory into ``store``; raises StoreError if they do not fit."""
    manifest = verify(source)
    recorded = Store(source / JOURNALS)
    finished = known = 0
    targets: dict[Path, Path] = {}
    for path in recorded.journals():
        record = find_cell(path)
        targets[path] = target = _target(path, record, recorded, store)
        finished += record is not None and record.finished
        if target.exists() and target.read_bytes() != path.read_bytes():
            raise StoreError(f"{target} exists and differs", "import into another results directory")
    for path, target in targets.items():
        known += target.exists()
        try:
            _copy(path, target)
        except OSError as error:
            raise unwritable(target, error) from error
    try:
        _copy_ladders(recorded, store, [path.relative_to(recorded.root).parts[1] for path in targets])
    except OSError as error:
        raise unwritable(store.ladders, error) from error
    return Summary(manifest.study, len(targets), finished, known)


def verify(source: Path) -> Manifest:
    """Return the manifest of a recording; raises StoreError if a file is missing, changed or extra."""
    remedy = "ask for another copy of the recording"
    try:
        manifest = msgspec.json.decode((source / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise StoreError(
            f"{source} holds no {MANIFEST}", "name a directory that aiopt records export made"
        ) from None
    except msgspec.DecodeError as error:
        raise StoreError(f"{source / MANIFEST} is damaged ({error})", remedy) from error
    if manifest.format != FORMAT:
        problem = f"{source} has format {manifest.format}, this version reads format {FORMAT}"
        raise StoreError(problem, f"use pytest-aiopt {manifest.version}")
    found = _sums(source)
    for name, sha in sorted(manifest.files.items()):
        if found.get(name) != sha:
            state = "differs from its checksum" if name in found else "is missing"
            raise StoreError(f"{source / name} {state}", remedy)
    extra = [name for name in found if name.startswith(f"{JOURNALS}/") and name not in manifest.files]
    if extra:
        raise StoreError(f"{source / extra[0]} is not in {MANIFEST}", remedy)
    return manifest


def _begun(path: Path) -> bool:
    return path.is_file() and bool(last_line(path))


def _target(path: Path, record: CellRecord | None, recorded: Store, store: Store) -> Path:
    """Return where a recorded journal goes; raises StoreError if it lies elsewhere than its cell's do."""
    remedy = "ask for another copy of the recording"
    if record is None:
        raise StoreError(f"{path} holds no opened cell", remedy)
    study, cell = path.relative_to(recorded.root).parts[0], record.cell
    if path != recorded.journal(study, cell):
        raise StoreError(f"{path} holds {cell.id}, which belongs elsewhere", remedy)
    return store.journal(study, cell)


def _copy(journal: Path, target: Path) -> None:
    """Copy a journal and what lies beside it to places where there is none."""
    later = journal.with_name(CONFIRMATIONS)
    for source in (journal, head_path(journal), later, head_path(later)):
        place = target.with_name(source.name)
        if source.is_file() and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)


def _copy_ladders(source: Store, target: Store, tasks: Iterable[str]) -> None:
    """Copy the gains of the known programs of tasks, which shares are measured by, where none is stored."""
    found = {path for task in tasks for path in source.ladders.glob(f"{task}[.-]*.json")}
    for path in sorted(found):
        place = target.ladders / path.name
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


def _seal(study: design.Study, target: Path) -> None:
    """Prove that the directory is the same study and holds no key, then write the manifest."""
    again = design.load(target / "study.toml")
    for track in again.tracks:
        if of_design(again, track) != of_design(study, study.track(track.name)):
            raise AssertionError(f"study.toml reads as another study of track {track.name}")
    for path in _files(target):
        data = path.read_bytes()
        if keys.hide_bytes(data) != data:
            raise StoreError(f"{path} holds a key of the environment", f"do not publish {target}; remove it")
    manifest = Manifest(FORMAT, pytest_aiopt.__version__, study.id, _sums(target))
    (target / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def _sums(folder: Path) -> dict[str, str]:
    files = [path for path in _files(folder) if path != folder / MANIFEST]
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def _seeds(study: design.Study, run: set[int]) -> dict[str, list[int]]:
    """Return the seeds that were run by the stage they are of."""
    first, *later = (sorted(run & set(stage)) for stage in study.stages)
    second = [seed for stage in later for seed in stage]
    return {"seeds": first, "second_stage": second} if first else {"seeds": second}


def _toml(study: design.Study, cells: list[Cell]) -> str:
    """Return the study file of ``study`` as it was run, for the tasks and seeds of ``cells``."""
    import tomli_w

    used = {cell.track for cell in cells}
    document = msgspec.to_builtins(
        {
            "name": study.name,
            "tasks": list(dict.fromkeys(cell.task for cell in cells)),
            **_seeds(study, {cell.seed for cell in cells}),
            "iterations": study.iterations,
            "order_seed": study.order_seed,
            "outcome": study.outcome,
            "scored": study.scored,
            "start": study.start,
            "contrasts": {
                each.name: {"treated": each.treated, "control": each.control, "primary": each.primary}
                for each in study.contrasts
                if used.issuperset((*each.treated, *each.control))
            },
            "profilers": study.profilers,
            "models": study.models,
            "tracks": {track.name: track for track in study.tracks if track.name in used},
            "meter": study.meter,
            "search": {f.name: getattr(study.search, f.name) for f in fields(SearchSettings)},
        }
    )
    for track in document["tracks"].values():
        del track["name"]
    for model in document["models"].values():
        for name in [name for name, value in model.items() if value is None]:
            del model[name]
    return tomli_w.dumps(document)
