"""The fixtures. The first docstring line is what ``pytest --fixtures`` shows."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_aiopt.errors import InfrastructureError
from pytest_aiopt.model import Candidate, Cell, Track
from pytest_aiopt.plugin import cluster as clustered
from pytest_aiopt.plugin import progress, session

if TYPE_CHECKING:  # at run time these would load numpy and scipy into every pytest session
    from pytest_aiopt.campaign.laboratory import Laboratory
    from pytest_aiopt.campaign.outcome import Outcome
    from pytest_aiopt.campaign.profiler_session import ProfilerSession
    from pytest_aiopt.evaluation.gate.gate import Gate
    from pytest_aiopt.evaluation.meter.cost_meter import CostMeter
    from pytest_aiopt.evaluation.meter.meter import Meter
    from pytest_aiopt.journal.events import Reconfirmed
    from pytest_aiopt.models.base import LanguageModel
    from pytest_aiopt.tasks.loader import Task


def _laboratory(request: pytest.FixtureRequest) -> Laboratory:
    return session.of(request.config).laboratory


@pytest.fixture
def task(request: pytest.FixtureRequest) -> Task:
    """The loaded task of this cell."""
    return _laboratory(request).task(request.param)


@pytest.fixture
def track(request: pytest.FixtureRequest) -> Track:
    """The track of this cell: model role and feedback policy."""
    return _laboratory(request).study.track(request.param)


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The replicate number of this cell."""
    return int(request.param)


@pytest.fixture
def cell(task: Task, track: Track, seed: int) -> Cell:
    """One (task, track, seed); requesting it turns a test into one test a cell of the study."""
    return Cell(task.name, track.name, seed)


@pytest.fixture
def task_binary(request: pytest.FixtureRequest, task: Task) -> Callable[[str], Path]:
    """Function from a program's source to the path of its compiled binary (cached by content)."""
    bench = _laboratory(request).bench(task.name)
    return lambda source: bench.binary(Candidate(source))


@pytest.fixture
def gate(request: pytest.FixtureRequest, task: Task) -> Gate:
    """The correctness gate of this cell's task: ``gate.check(binary) -> Verdict``."""
    return _laboratory(request).bench(task.name).gate


@pytest.fixture
def meter(request: pytest.FixtureRequest, task: Task) -> Meter | CostMeter:
    """The paired meter: ``meter.compare(baseline, candidate, workload, budget_s) -> Measurement``."""
    return _laboratory(request).bench(task.name).meter


@pytest.fixture
def profiler_session(
    request: pytest.FixtureRequest,
) -> Callable[..., AbstractContextManager[ProfilerSession]]:
    """``with profiler_session("TASK") as s: s.profile(source)``: profiles of programs, all on one input.

    Takes a workload of the task and a seed, too. ``s.text(source)`` is what a prompt would hold, ``s.task``
    the task. Skips where no profiler works.
    """
    laboratory = _laboratory(request)
    if not laboratory.profilers.locates:
        pytest.skip(f"no profiler works here: {'; '.join(laboratory.profilers.refused.values())}")
    return lambda task, *args, **kwargs: laboratory.bench(task).profiling(*args, **kwargs)


@pytest.fixture
def llm(request: pytest.FixtureRequest, cell: Cell) -> LanguageModel:
    """The language model of this cell's track (its recording under --aiopt-replay)."""
    return _laboratory(request).model(cell)


@dataclass(frozen=True, slots=True)
class CampaignRun:
    """What the ``campaign`` fixture gives: ``run()`` does or resumes the cell."""

    cell: Cell
    request: pytest.FixtureRequest

    def run(self) -> Outcome:
        """Run the cell to its end; raises InfrastructureError where a prompt is not as its track says."""
        config = self.request.config
        laboratory = session.of(config).laboratory
        tell = progress.Teller(self.request.node, self.cell, laboratory.study.iterations)
        try:
            outcome = clustered.outcome(config, self.cell) or laboratory.run(self.cell, tell, tell.opened)
        finally:
            tell.close()
        self.request.node.user_properties.append(("aiopt_cached", outcome.cached))
        if outcome.audit.problems:
            problem = (
                f"{len(outcome.audit.problems)} prompts are not as designed: {outcome.audit.problems[0]}"
            )
            raise InfrastructureError(
                problem, f"see {os.path.relpath(outcome.journal)}; this cell cannot be used"
            )
        if not outcome.cached:
            _keep_summary(self.request, outcome)
        return outcome


def _keep_summary(request: pytest.FixtureRequest, outcome: Outcome) -> None:
    from pytest_aiopt.analysis import readings as told

    told.keep(_laboratory(request).store, outcome.journal)


@pytest.fixture
def campaign(request: pytest.FixtureRequest, cell: Cell) -> CampaignRun:
    """The campaign of this cell: ``campaign.run()`` runs, resumes or finds it complete."""
    return CampaignRun(cell, request)


@dataclass(frozen=True, slots=True)
class Champion:
    """What the ``champion`` fixture gives: ``reconfirm()`` measures a finished cell's champion again."""

    cell: Cell
    candidate: Candidate
    request: pytest.FixtureRequest

    def reconfirm(self) -> Reconfirmed:
        """Measure it on the held-out workloads, several layouts each; the record goes beside the journal."""
        from pytest_aiopt.campaign import champions
        from pytest_aiopt.evaluation.host import cores

        laboratory = _laboratory(self.request)
        bench = laboratory.bench(self.cell.task)
        journal = laboratory.journal(self.cell)
        with cores.off_the_timing_core():
            return champions.reconfirm(
                journal, self.candidate, laboratory.instruments(self.cell), bench.machine
            )


@pytest.fixture
def champion(request: pytest.FixtureRequest, cell: Cell) -> Champion:
    """The champion of this cell, found by an earlier session; skips where there is none to measure."""
    from pytest_aiopt.campaign import champions
    from pytest_aiopt.journal.events import read

    laboratory = _laboratory(request)
    if not laboratory.is_cached(cell):
        pytest.skip(f"{cell.id} is not finished; run its campaign first")
    found = champions.champion(read(laboratory.journal(cell)))
    if found is None:
        pytest.skip(f"the champion of {cell.id} is the original program")
    return Champion(cell, found, request)
