"""The study file: factors, tracks, seeds, tasks and search settings; and the grid they span."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from pytest_aiopt.design import study_file
from pytest_aiopt.design.study_file import ALL, MeterSpec
from pytest_aiopt.errors import DesignError
from pytest_aiopt.model import Cell, Declared, Feedback, Primary, Scored, Track
from pytest_aiopt.models import keys
from pytest_aiopt.models.base import ModelSpec
from pytest_aiopt.models.budget import Budget
from pytest_aiopt.profiling.registry import QUICK
from pytest_aiopt.search.settings import SearchSettings
from pytest_aiopt.tasks.loader import PROGRAM, Task

NO_BUDGET = Budget()
SMOKE, SANITY = "-smoke", "-sanity"
"""Endings of the names of short trials."""


@dataclass(frozen=True, slots=True)
class Study:
    """A validated design. ``models``: by role. ``profilers``: names of those to use; () is all.

    ``tracks`` are those that have cells, ``defined`` all that the file defines. ``order_seed`` orders the
    tracks of a block and draws the twin whose profile is the placebo. ``stages``: the seeds of the first and
    of the declared second stage; ``seeds`` are those that have cells. ``scored`` and ``start``
    are what ``posed`` goes by. ``outcome``: the one that decides.
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
    contrasts: tuple[Declared, ...] = ()
    stages: tuple[tuple[int, ...], ...] = ()
    scored: Scored = Scored.FIRST
    start: str = PROGRAM
    outcome: Primary = Primary.GAIN

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

    def posed(self, task: Task, seed: int) -> Task:
        """Return ``task`` as the cells of a block have it: its scored workload, and where campaigns begin."""
        names = task.scorable
        first = int.from_bytes(self._draw(task.name, "scored")[:8], "big")
        scored = names[(first + seed) % len(names)] if self.scored is Scored.ROTATE else ""
        return task.pose(scored, self.start)

    def twin(self, task: str, seed: int, twins: Sequence[str]) -> str:
        """Return which twin of a task the cells of a block are profiled on; "" if no track needs any."""
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
                    f"model {keys.hide(assignment)} cannot be set", f"write ROLE=SPEC; roles: {known}"
                )
            models[role] = msgspec.structs.replace(models[role], spec=spec, alias="")
            _check_model(models[role], f"model {role}")
        return replace(self, models=models)

    def restricted(self, tasks: tuple[str, ...]) -> Study:
        """Return the study with only some of its tasks; all where none is named."""
        if ALL in tasks:
            return self
        unknown = [name for name in tasks if name not in self.tasks]
        if unknown:
            problem = f"unknown task {unknown[0]!r}"
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
                f"unknown track {unknown[0]!r}",
                f"study {self.name!r} has {', '.join(known)}",
            )
        kept = tuple(track for name, track in known.items() if name in names or ALL in names)
        return replace(self, tracks=kept)

    def with_stage(self, stage: int) -> Study:
        """Return the study with the seeds of all stages up to ``stage`` (from 1); raises DesignError."""
        known = [seeds for seeds in self.stages if seeds]
        if not 1 <= stage <= len(known):
            raise DesignError(
                f"no stage {stage}: study {self.name!r} declares {len(known)}",
                "declare further seeds as second_stage in the study file",
            )
        return replace(self, seeds=tuple(seed for seeds in known[:stage] for seed in seeds))

    def stage_of(self, seed: int) -> int:
        """Return the stage that a seed is of, from 1."""
        return next((number for number, seeds in enumerate(self.stages, 1) if seed in seeds), 1)

    def smoke(self) -> Study:
        """Return the CI smoke version: the first task, one seed, two iterations, short runs."""
        return replace(self._short(), tasks=self.tasks[:1], iterations=2)

    def smoke_of_tasks(self, *, all_tracks: bool) -> Study:
        """Return the smoke version of several tasks: one seed, one iteration, a track of each feedback.

        Unless the study names profilers, those alone that are quick.
        """
        kinds = {track.feedback: track for track in reversed(self.tracks)}
        tracks = tuple(track for track in self.tracks if all_tracks or kinds[track.feedback] is track)
        return replace(self._short(), tracks=tracks, iterations=1, profilers=self.profilers or QUICK)

    def _short(self) -> Study:
        meter = MeterSpec(budget_s=0.3, confirm_s=0.3, floor_evaluations=2, placements=1)
        return replace(self, name=self.name + SMOKE, seeds=self.seeds[:1], meter=meter)

    def sanity(self) -> Study:
        """Return the check before a costly study: five iterations of one cell for every model."""
        first = {track.model: track for track in reversed(self.tracks)}
        tracks = tuple(track for track in self.tracks if first[track.model] is track)
        name = self.name + SANITY
        return replace(
            self, name=name, tasks=self.tasks[:1], seeds=self.seeds[:1], tracks=tracks, iterations=5
        )


def load(path: Path) -> Study:
    """Read and validate a study file; raises DesignError naming the file, the key and the remedy."""
    spec = study_file.read(path)
    tracks = study_file.tracks_of(spec, path)
    models = {role: ModelSpec(m) if isinstance(m, str) else m for role, m in spec.models.items()}
    for role, model in models.items():
        _check_model(model, f"{path}: model {role}")
    return Study(
        name=spec.name,
        tasks=spec.tasks,
        tracks=tracks,
        seeds=spec.seeds,
        models=models,
        iterations=spec.iterations,
        search=study_file.search_settings(spec.search, path),
        meter=spec.meter,
        profilers=spec.profilers,
        budget=spec.budget.checked(),
        defined=tracks,
        order_seed=spec.order_seed,
        contrasts=tuple(Declared(n, c.treated, c.control, c.primary) for n, c in spec.contrasts.items()),
        stages=(spec.seeds, spec.second_stage),
        scored=spec.scored,
        start=spec.start,
        outcome=spec.outcome,
    ).with_tracks(spec.default_tracks)


def _check_model(model: ModelSpec, where: str) -> None:
    """Raise DesignError for values out of range. An unknown spec is ModelError's, when the model is made."""
    if problem := model.problem():
        raise DesignError(f"{where}: {problem}", "see docs/how-to/models.md")
