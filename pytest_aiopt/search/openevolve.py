"""The search of one cell: OpenEvolve's population, selection and prompts as a deterministic state machine.

Everything it returns is a function of its arguments and the programs admitted so far, so the journal is the
checkpoint: replaying it through the same calls restores the state.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from openevolve.config import Config
from openevolve.database import Program, ProgramDatabase

from pytest_aiopt.model import Candidate, Frame, Prompt
from pytest_aiopt.search.changes import setting_changes
from pytest_aiopt.search.determinism import OrderedIds, scope
from pytest_aiopt.search.edits import Edit, apply_reply, take_rewrite
from pytest_aiopt.search.prompts import SCORE, Prompter, make_config
from pytest_aiopt.search.settings import SearchSettings

__all__ = [
    "Edit",
    "Member",
    "Search",
    "SearchSettings",
    "Selection",
    "apply_reply",
    "take_rewrite",
]


@dataclass(frozen=True, slots=True)
class Member:
    """A program of the population; ``step`` is where it was admitted (0: the initial one)."""

    id: str
    candidate: Candidate
    score: float
    step: int
    generation: int
    island: int


@dataclass(frozen=True, slots=True)
class Selection:
    """The input of a step. ``inspirations`` are member ids; ``island`` is the child's."""

    parent: Member
    inspirations: tuple[str, ...]
    island: int

    @property
    def parent_source(self) -> str:
        """Return the text the reply is applied to."""
        return self.parent.candidate.source


class Search:
    """The population of one cell and what follows from it.

    Call ``start`` once, then per step ``next_parent``, ``prompt`` and, for a child that passed the gate and
    was measured, ``admit``. Steps count from 1; ``iterations`` is their number and bounds the population.
    ``rewrite``: prompts ask for whole programs instead of SEARCH/REPLACE blocks. ``frame``: the text around
    programs and scores.
    """

    def __init__(
        self,
        *,
        system_message: str,
        settings: SearchSettings,
        seed: int,
        iterations: int,
        language: str = "cpp",
        rewrite: bool = False,
        frame: Frame = Frame.OPEN,
    ) -> None:
        self._seed = seed
        self._iterations = iterations
        changes = setting_changes(settings, iterations, rewrite=rewrite)
        with scope(seed, "init"):
            self._config = make_config(system_message, language, changes)
            self._database = _ordered_database(self._config, iterations)
            self._prompter = Prompter(
                self._config, room=settings.program_chars, open_frame=frame is Frame.OPEN
            )

    def start(self, initial: Candidate, score: float) -> None:
        """Add the program that everything descends from; ``score`` as in ``admit``."""
        unchanged = {"changes": "None, this is the initial program", "parent_metrics": _metrics(score)}
        with scope(self._seed, "start"):
            self._database.add(self._program(0, initial, score, unchanged), iteration=0)

    def next_parent(self, step: int) -> Selection:
        """Choose a parent; islands take turns. Raises ValueError before ``start`` or for a step beyond."""
        if not self._database.programs:
            raise ValueError("next_parent before start")
        if not 1 <= step <= self._iterations:
            raise ValueError(f"step {step} of a search of {self._iterations} steps")
        island = step % self._config.database.num_islands
        with scope(self._seed, step, "select"):
            parent, inspirations = self._database.sample_from_island(
                island, num_inspirations=self._config.prompt.num_diverse_programs
            )
        return Selection(_member(parent), tuple(program.id for program in inspirations), island)

    def prompt(self, step: int, selection: Selection, artifacts: Mapping[str, str]) -> Prompt:
        """Return the text for the model. ``artifacts`` (title to text) belong to the parent."""
        programs = self._database.programs
        inspirations = [programs[pid] for pid in selection.inspirations if pid in programs]
        with scope(self._seed, step, "prompt"):
            parent = programs[selection.parent.id]
            return self._prompter.build(self._database, parent, inspirations, step, artifacts)

    def admit(self, step: int, selection: Selection, child: Candidate, score: float) -> None:
        """Add a child. ``score``: finite and positive, higher is better (the speedup; not its logarithm,
        as OpenEvolve draws parents in proportion to it). Raises ValueError for another score."""
        parent = selection.parent
        metadata = {"parent_metrics": _metrics(parent.score), "island": parent.island}
        if isinstance(child, Edit):
            metadata["changes"] = child.changes
            if child.new_tokens is not None:
                metadata["new_tokens"] = child.new_tokens
        program = self._program(step, child, score, metadata)
        program.parent_id = parent.id
        program.generation = parent.generation + 1
        with scope(self._seed, step, "admit"):
            self._database.add(program, iteration=step, target_island=selection.island)
            self._database.increment_island_generation(selection.island)
            if self._database.should_migrate():
                self._database.migrate_programs()

    @property
    def best(self) -> Member:
        """Return the program with the highest score, the earliest of equals."""
        return _member(self._database.programs[self._database.best_program_id])

    @property
    def programs(self) -> tuple[Member, ...]:
        """Return the living programs, oldest first; one beaten in its own cell of the map is gone."""
        return tuple(_member(program) for program in self._database.programs.values())

    def _program(
        self, step: int, candidate: Candidate, score: float, metadata: Mapping[str, object]
    ) -> Program:
        return Program(
            id=f"{step:05d}-{candidate.sha[:12]}",
            code=candidate.source,
            language=self._config.language,
            timestamp=float(step),
            metrics=_metrics(score),
            metadata=dict(metadata),
        )


def _metrics(score: float) -> dict[str, float]:
    if not (math.isfinite(score) and score > 0.0):
        raise ValueError(f"a score must be finite and positive, not {score}")
    return {SCORE: score}


def _ordered_database(config: Config, iterations: int) -> ProgramDatabase:
    """Return an empty database whose sets keep their order and whose cache evicts nothing by clock."""
    database = ProgramDatabase(config.database)
    database.islands = [OrderedIds() for _ in database.islands]
    database.archive = OrderedIds()
    database.diversity_cache_size = iterations + 2
    return database


def _member(program: Program) -> Member:
    return Member(
        id=program.id,
        candidate=Candidate(program.code),
        score=program.metrics[SCORE],
        step=program.iteration_found,
        generation=program.generation,
        island=program.metadata["island"],
    )
