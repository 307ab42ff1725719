"""The fixtures. The first docstring line is what ``pytest --fixtures`` shows."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_aiopt.errors import InfrastructureError
from pytest_aiopt.model import Candidate, Cell, Track
from pytest_aiopt.plugin import injection, progress, session
from pytest_aiopt.plugin.parallel import cluster as clustered

if TYPE_CHECKING:  # at run time these would load numpy and scipy into every pytest session
    from pytest_aiopt.campaign.laboratory import Laboratory
    from pytest_aiopt.campaign.outcome import Outcome
    from pytest_aiopt.campaign.profiler_session import ProfilerSession
    from pytest_aiopt.campaign.sources.instruments import Instruments
    from pytest_aiopt.evaluation.gate.gate import Gate
    from pytest_aiopt.evaluation.meter.cost_meter import CostMeter
    from pytest_aiopt.evaluation.meter.meter import Meter
    from pytest_aiopt.journal.events import Reconfirmed
    from pytest_aiopt.models.base import LanguageModel
    from pytest_aiopt.profiling.base import Choice, Profiler
    from pytest_aiopt.tasks.loader import Task


def _laboratory(request: pytest.FixtureRequest) -> Laboratory:
    return session.of(request.config).laboratory


def _source(request: pytest.FixtureRequest) -> injection.FixtureSource:
    here = session.of(request.config)
    return injection.FixtureSource(request, lambda: here.model)


@pytest.fixture
def aiopt_task(request: pytest.FixtureRequest) -> Task:
    """The task of this cell."""
    return _laboratory(request).task(request.param)


@pytest.fixture
def aiopt_track(request: pytest.FixtureRequest) -> Track:
    """The track of this cell: model role and feedback policy."""
    return _laboratory(request).study.track(request.param)


@pytest.fixture
def aiopt_seed(request: pytest.FixtureRequest) -> int:
    """The seed of this cell."""
    return int(request.param)


@pytest.fixture
def aiopt_cell(aiopt_task: Task, aiopt_track: Track, aiopt_seed: int) -> Cell:
    """One (task, track, seed); a test that uses it runs once per cell of the study."""
    return Cell(aiopt_task.name, aiopt_track.name, aiopt_seed)


@pytest.fixture
def aiopt_model(request: pytest.FixtureRequest, aiopt_cell: Cell) -> LanguageModel:
    """The language model of this cell. Replace it in a conftest.py to let another model answer."""
    here = session.of(request.config)
    here.model = here.laboratory.source().model(aiopt_cell)
    return here.model


@pytest.fixture
def aiopt_profilers(request: pytest.FixtureRequest) -> Choice | Sequence[Profiler]:
    """The profilers of this session. Replace them in a conftest.py with a list of your own."""
    return _laboratory(request).profilers


@pytest.fixture
def aiopt_instruments(request: pytest.FixtureRequest, aiopt_cell: Cell) -> Instruments:
    """Builds, judges, measures and profiles this cell's programs. Replace them in a conftest.py."""
    from pytest_aiopt.campaign.sources.live import Live
    from pytest_aiopt.profiling.base import chosen

    laboratory = _laboratory(request)
    if not laboratory.source().live:
        return laboratory.source().instruments(aiopt_cell)
    profilers = chosen(request.getfixturevalue(injection.PROFILERS))
    return laboratory.source(Live(laboratory.workshop, profilers=profilers)).instruments(aiopt_cell)


@pytest.fixture
def aiopt_binary(request: pytest.FixtureRequest, aiopt_task: Task) -> Callable[[str], Path]:
    """Function from a program's source to the path of its compiled binary (cached by content)."""
    bench = _laboratory(request).bench(aiopt_task.name)
    return lambda source: bench.binary(Candidate(source))


@pytest.fixture
def aiopt_gate(request: pytest.FixtureRequest, aiopt_task: Task) -> Gate:
    """The correctness gate of this cell's task: ``aiopt_gate.check(binary) -> Verdict``."""
    return _laboratory(request).bench(aiopt_task.name).gate


@pytest.fixture
def aiopt_meter(request: pytest.FixtureRequest, aiopt_task: Task) -> Meter | CostMeter:
    """The paired meter: ``aiopt_meter.compare(baseline, candidate, workload, budget_s) -> Measurement``."""
    return _laboratory(request).bench(aiopt_task.name).meter


@pytest.fixture
def aiopt_profiling(
    request: pytest.FixtureRequest, aiopt_profilers: Choice | Sequence[Profiler]
) -> Callable[..., AbstractContextManager[ProfilerSession]]:
    """``with aiopt_profiling("TASK") as s: s.profile(source)``: profiles of programs, all on one input.

    It also takes a workload of the task and a seed. ``s.text(source)`` is the text that a prompt would show,
    ``s.task`` the task. The test is skipped if no profiler works here.
    """
    from pytest_aiopt.profiling.base import chosen

    workshop, profilers = _laboratory(request).workshop, chosen(aiopt_profilers)
    if not profilers.locates:
        pytest.skip(f"no profiler works here: {'; '.join(profilers.refused.values())}")
    return lambda task, *args, **kwargs: workshop.bench(task, profilers).profiling(*args, **kwargs)


@dataclass(frozen=True, slots=True)
class CampaignRun:
    """The campaign of a cell: ``run()`` starts or resumes it."""

    cell: Cell
    request: pytest.FixtureRequest

    def run(self) -> Outcome:
        """Run the cell to its end; raises InfrastructureError if a prompt differs from its track."""
        outcome = self._outcome()
        properties = [("aiopt_cached", outcome.cached), (progress.CUT, len(outcome.audit.cut))]
        self.request.node.user_properties.extend(properties)
        if outcome.audit.problems:
            problem = (
                f"{len(outcome.audit.problems)} prompts are not as designed: {outcome.audit.problems[0]}"
            )
            raise InfrastructureError(
                problem, f"see {os.path.relpath(outcome.journal)}; this cell cannot be used"
            )
        _keep_summary(self.request, outcome)
        return outcome

    def _outcome(self) -> Outcome:
        config = self.request.config
        laboratory = session.of(config).laboratory
        listener = progress.Listener(self.request.node, self.cell, laboratory.study.iterations)
        try:
            elsewhere = clustered.outcome(config, self.cell)
            if elsewhere is not None:
                return elsewhere
            source = _source(self.request)
            return laboratory.run(self.cell, listener, listener.opened, source)
        finally:
            listener.close()


def _keep_summary(request: pytest.FixtureRequest, outcome: Outcome) -> None:
    from pytest_aiopt.analysis import readings

    readings.keep(_laboratory(request).store, outcome.journal)


@pytest.fixture
def campaign(request: pytest.FixtureRequest, aiopt_cell: Cell) -> CampaignRun:
    """The campaign of this cell: ``campaign.run()`` runs it, resumes it or reads the stored record."""
    return CampaignRun(aiopt_cell, request)


@dataclass(frozen=True, slots=True)
class Champion:
    """The champion of a finished cell: ``reconfirm()`` measures it again."""

    cell: Cell
    candidate: Candidate
    request: pytest.FixtureRequest

    def reconfirm(self) -> Reconfirmed:
        """Measure it on the held-out workloads in fresh placements; add the record beside the journal."""
        from pytest_aiopt.campaign import champions
        from pytest_aiopt.evaluation.host import cores

        laboratory = _laboratory(self.request)
        instruments = laboratory.source(_source(self.request)).instruments(self.cell)
        with cores.off_the_timing_core():
            return champions.reconfirm(
                laboratory.journal(self.cell),
                self.candidate,
                instruments,
                instruments.surroundings().machine,
            )


@pytest.fixture
def champion(request: pytest.FixtureRequest, aiopt_cell: Cell) -> Champion:
    """The champion of this cell from an earlier session; the test is skipped if there is none."""
    from pytest_aiopt.journal.record import read_cell

    laboratory = _laboratory(request)
    if not laboratory.is_cached(aiopt_cell):
        pytest.skip(f"{aiopt_cell.id} is not finished; run its campaign first")
    found = read_cell(laboratory.journal(aiopt_cell)).champion
    if found is None:
        pytest.skip(f"the champion of {aiopt_cell.id} is the original program")
    return Champion(aiopt_cell, found, request)
