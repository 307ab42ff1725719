"""The study file: factors, tracks, seeds, tasks and search settings; and the grid they span."""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass, fields, replace
from pathlib import Path

import msgspec

from pytest_aiopt.errors import DesignError
from pytest_aiopt.llm import keys
from pytest_aiopt.llm.base import ModelSpec
from pytest_aiopt.llm.budget import Allowance, Budget
from pytest_aiopt.model import Cell, Feedback, Hint, Strategy, Track
from pytest_aiopt.search.settings import SearchSettings

NO_BUDGET = Budget()
IDENTITY_VERSION = 3  # raise when campaigns recorded by older code must not be continued


class MeterSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds of timed runs spent on a candidate, on each A/A evaluation and on each confirmation.

    ``instructions``: also count the instructions of both programs, for machines too noisy to time.
    """

    budget_s: float = 2.0
    confirm_s: float = 4.0
    floor_evaluations: int = 30
    instructions: bool = False


class _TrackSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    model: str
    feedback: Feedback
    description: str = ""
    strategy: Strategy = Strategy.EVOLUTION
    hint: Hint = Hint.NONE


class _StudySpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    tasks: tuple[str, ...]
    seeds: tuple[int, ...]
    models: dict[str, str | ModelSpec]
    tracks: dict[str, _TrackSpec]
    iterations: int = 20
    search: dict[str, int | float] = {}
    meter: MeterSpec = MeterSpec()
    profilers: tuple[str, ...] = ()
    budget: Budget = Budget()


@dataclass(frozen=True, slots=True)
class Study:
    """A validated design. ``models``: by role. ``profilers``: names of those to use; () is all."""

    name: str
    tasks: tuple[str, ...]
    tracks: tuple[Track, ...]
    seeds: tuple[int, ...]
    models: dict[str, ModelSpec]
    iterations: int
    search: SearchSettings
    meter: MeterSpec
    profilers: tuple[str, ...] = ()
    budget: Budget = NO_BUDGET

    @property
    def id(self) -> str:
        """Return the folder name of this study's records: its name and a digest of what it fixes.

        Tasks and seeds only say which cells exist, so adding some keeps the study, and so does a budget.
        """
        tracks = [_identity(track) for track in self.tracks]
        models = {role: model.identity() for role, model in self.models.items()}
        run = [self.iterations, self.search, self.meter, self.profilers]
        fixed = [IDENTITY_VERSION, tracks, models, *run]
        return f"{self.name}-{hashlib.sha256(msgspec.json.encode(fixed, order='sorted')).hexdigest()[:8]}"

    def grid(self) -> list[Cell]:
        """Return the cells, seed outermost, so that an interrupted study stays balanced over tracks."""
        return [
            Cell(task, track.name, seed)
            for seed in self.seeds
            for task in self.tasks
            for track in self.tracks
        ]

    def track(self, name: str) -> Track:
        """Return the track called ``name``."""
        return next(track for track in self.tracks if track.name == name)

    def model_of(self, track: Track) -> str:
        """Return the spec of the model behind a track's role."""
        return self.models[track.model].spec

    def with_models(self, assignments: tuple[str, ...]) -> Study:
        """Return the study with ``ROLE=SPEC`` applied; raises DesignError for an unknown role."""
        models = dict(self.models)
        for assignment in assignments:
            role, _, spec = assignment.partition("=")
            if role not in models or not spec:
                known = ", ".join(models)
                raise DesignError(
                    f"--aiopt-model {keys.hide(assignment)}", f"write ROLE=SPEC; roles: {known}"
                )
            models[role] = msgspec.structs.replace(models[role], spec=spec)
            _check_model(models[role], f"--aiopt-model {role}")
        return replace(self, models=models)

    def restricted(self, tasks: tuple[str, ...]) -> Study:
        """Return the study with only some of its tasks; all where none is named."""
        unknown = [name for name in tasks if name not in self.tasks]
        if unknown:
            problem = f"unknown task {unknown[0]!r} in --aiopt-tasks"
            raise DesignError(problem, f"study {self.name!r} has {', '.join(self.tasks)}")
        kept = tuple(name for name in self.tasks if not tasks or name in tasks)
        return replace(self, tasks=kept)

    def smoke(self) -> Study:
        """Return the CI smoke version: one task, one seed, two iterations, short measurements."""
        meter = MeterSpec(budget_s=0.5, confirm_s=0.5, floor_evaluations=3)
        name = f"{self.name}-smoke"
        return replace(self, name=name, tasks=self.tasks[:1], seeds=self.seeds[:1], iterations=2, meter=meter)

    def sanity(self) -> Study:
        """Return the check before a costly study: five iterations of one cell for every model."""
        first = {track.model: track for track in reversed(self.tracks)}
        tracks = tuple(track for track in self.tracks if first[track.model] is track)
        name = f"{self.name}-sanity"
        return replace(
            self, name=name, tasks=self.tasks[:1], seeds=self.seeds[:1], tracks=tracks, iterations=5
        )


def load(path: Path) -> Study:
    """Read and validate a study file; raises DesignError naming the file, the key and the remedy."""
    try:
        spec = msgspec.toml.decode(path.read_bytes(), type=_StudySpec)
    except FileNotFoundError as error:
        raise DesignError(f"no study file {path}", "name one with --aiopt-study") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DesignError(f"{path}: {error}", _hint(str(error))) from error
    _check(spec, path)
    tracks = tuple(
        Track(name, t.model, t.feedback, t.description, t.strategy, t.hint) for name, t in spec.tracks.items()
    )
    models = {role: ModelSpec(m) if isinstance(m, str) else m for role, m in spec.models.items()}
    for role, model in models.items():
        _check_model(model, f"{path}: model {role}")
    return Study(
        spec.name,
        spec.tasks,
        tracks,
        spec.seeds,
        models,
        spec.iterations,
        _search(spec.search, path),
        spec.meter,
        spec.profilers,
        spec.budget.checked(),
    )


def _identity(track: Track) -> dict[str, str]:
    """What tells a track from another; factors that came later count only where they are used."""
    values = msgspec.to_builtins(track)
    later = {"strategy": Strategy.EVOLUTION, "hint": Hint.NONE}
    return {name: value for name, value in values.items() if later.get(name) != value}


def _check_model(model: ModelSpec, where: str) -> None:
    """Raise DesignError for values out of range. An unknown spec is ModelError's, when the model is made."""
    if problem := model.problem():
        raise DesignError(f"{where}: {problem}", "see docs/models.md")


def _search(values: dict[str, int | float], path: Path) -> SearchSettings:
    unknown = values.keys() - {field.name for field in fields(SearchSettings)}
    if unknown:
        name = min(unknown)
        raise DesignError(f"{path}: unknown field `{name}` in [search]", _hint(f"unknown field `{name}`"))
    return SearchSettings(**values)  # type: ignore[arg-type]


def _hint(message: str) -> str:
    found = re.search(r"unknown field `(\w+)`", message)
    specs = (_StudySpec, _TrackSpec, MeterSpec, ModelSpec, Budget, Allowance)
    known = {name for spec in specs for name in spec.__struct_fields__}
    known |= {field.name for field in fields(SearchSettings)}
    close = difflib.get_close_matches(found[1], sorted(known - {found[1]}), 1) if found else []
    return f"did you mean {close[0]!r}?" if close else "see docs/studies.md for the keys"


def _check(spec: _StudySpec, path: Path) -> None:
    for name, values in (("tasks", spec.tasks), ("seeds", spec.seeds), ("tracks", tuple(spec.tracks))):
        if not values or len(set(values)) != len(values):
            raise DesignError(f"{path}: {name} must be a list of distinct entries", "remove the repeats")
    if spec.iterations < 1:
        raise DesignError(f"{path}: iterations = {spec.iterations}", "at least 1")
    for name, track in spec.tracks.items():
        if track.model not in spec.models:
            known = ", ".join(spec.models)
            raise DesignError(f"{path}: track {name} uses unknown model {track.model!r}", f"one of {known}")
    odd = [t for t in (spec.name, *spec.tracks) if not re.fullmatch(r"[A-Za-z0-9_'+.-]+", t)]
    if odd:
        raise DesignError(f"{path}: name {odd[0]!r} cannot be part of a test id", "use letters and digits")
