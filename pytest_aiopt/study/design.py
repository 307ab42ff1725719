"""The study file: factors, tracks, seeds, tasks and search settings; and the grid they span."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Sequence
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
ALL = "all"
NAME = r"[A-Za-z0-9_][A-Za-z0-9_+.-]*"
"""What names of studies, tasks and tracks are made of: they stand in folders, node ids, -k and -m."""


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
    default_tracks: tuple[str, ...] = ()
    order_seed: int = 0
    search: dict[str, int | float] = {}
    meter: MeterSpec = MeterSpec()
    profilers: tuple[str, ...] = ()
    budget: Budget = Budget()


@dataclass(frozen=True, slots=True)
class Study:
    """A validated design. ``models``: by role. ``profilers``: names of those to use; () is all.

    ``tracks`` are those that have cells, ``defined`` all that the file defines. ``order_seed`` orders the
    tracks of a block and draws the twin whose profile is the placebo.
    """

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
    defined: tuple[Track, ...] = ()
    order_seed: int = 0

    @property
    def id(self) -> str:
        """Return the folder name of this study's records, which is its name.

        What its cells are run under is on record in each of them (see identity.py), so tasks, tracks and
        seeds can be added; a cell under other settings is refused.
        """
        return self.name

    def grid(self) -> list[Cell]:
        """Return the cells, seed outermost, so that an interrupted study stays balanced over tracks.

        The order of the tracks within a (seed, task) block is random but fixed; that of two tracks does not
        depend on which others there are.
        """
        return [
            Cell(task, track.name, seed)
            for seed in self.seeds
            for task in self.tasks
            for track in sorted(self.tracks, key=lambda track: self._draw(task, seed, track.name))
        ]

    def twin(self, task: str, seed: int, twins: Sequence[str]) -> str:
        """Return which twin of a task the cells of a block are profiled on; "" where no track needs any."""
        if not twins or not any(track.feedback is Feedback.PLACEBO for track in self.tracks):
            return ""
        return min(twins, key=lambda name: self._draw(task, seed, f"twin {name}"))

    def _draw(self, *what: str | int) -> bytes:
        return hashlib.sha256("\0".join(map(str, (self.order_seed, *what))).encode()).digest()

    def track(self, name: str) -> Track:
        """Return the track called ``name``, whether it has cells or not; raises StopIteration without."""
        return next(track for track in (*self.tracks, *self.defined) if track.name == name)

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
        if ALL in tasks:
            return self
        unknown = [name for name in tasks if name not in self.tasks]
        if unknown:
            problem = f"unknown task {unknown[0]!r} in --aiopt-tasks"
            raise DesignError(problem, f"study {self.name!r} has {', '.join(self.tasks)}")
        kept = tuple(name for name in self.tasks if not tasks or name in tasks)
        return replace(self, tasks=kept)

    def with_tracks(self, names: tuple[str, ...]) -> Study:
        """Return the study with cells of these tracks, in the order of the file; of the default ones without.

        ``all`` stands for every track defined. Raises DesignError for an unknown one.
        """
        if not names:
            return self
        known = {track.name: track for track in self.defined or self.tracks}
        unknown = [name for name in names if name not in (*known, ALL)]
        if unknown:
            raise DesignError(
                f"unknown track {unknown[0]!r} in --aiopt-tracks",
                f"study {self.name!r} has {', '.join(known)}",
            )
        kept = tuple(track for name, track in known.items() if name in names or ALL in names)
        return replace(self, tracks=kept)

    def smoke(self, tasks: int | None = 1) -> Study:
        """Return the CI smoke version: the first task (None: all), one seed, two iterations, short runs."""
        meter = MeterSpec(budget_s=0.5, confirm_s=0.5, floor_evaluations=3)
        name = f"{self.name}-smoke"
        return replace(
            self, name=name, tasks=self.tasks[:tasks], seeds=self.seeds[:1], iterations=2, meter=meter
        )

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
        tracks,
        spec.order_seed,
    ).with_tracks(spec.default_tracks)


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
    odd = [t for t in (spec.name, *spec.tracks) if not re.fullmatch(NAME, t)]
    if odd:
        raise DesignError(f"{path}: name {odd[0]!r} cannot be part of a test id", "use letters and digits")
    unknown = [name for name in spec.default_tracks if name not in spec.tracks]
    if unknown:
        known = ", ".join(spec.tracks)
        raise DesignError(f"{path}: default_tracks names unknown track {unknown[0]!r}", f"one of {known}")
    if ALL in spec.tracks:
        raise DesignError(f"{path}: a track is called {ALL!r}, which means every track", "call it otherwise")
