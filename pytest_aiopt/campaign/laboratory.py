"""Everything a session shares: the study, the store, and instruments and models made on first use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_aiopt.campaign import plan, preflight
from pytest_aiopt.campaign.audit import audit
from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.campaign.calls import Reserve
from pytest_aiopt.campaign.campaign import Campaign
from pytest_aiopt.campaign.ledger import Ledger
from pytest_aiopt.campaign.outcome import Outcome
from pytest_aiopt.campaign.sources.instruments import Instruments
from pytest_aiopt.campaign.sources.live import Live, MakeModel, make_model
from pytest_aiopt.campaign.sources.replay import Replay, ReplayMeasurements
from pytest_aiopt.campaign.sources.source import Source
from pytest_aiopt.campaign.sources.surroundings import PLACE, Surroundings
from pytest_aiopt.campaign.sources.workshop import Workshop
from pytest_aiopt.campaign.task_check import original
from pytest_aiopt.design import mixing
from pytest_aiopt.design import study as design
from pytest_aiopt.design.identity import VERSION, of_design
from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.host import cores
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.journal import ends, store
from pytest_aiopt.journal.events import Event, Opened
from pytest_aiopt.journal.journal import Journal, Recorder
from pytest_aiopt.journal.record import CellRecord, read_cell, remember
from pytest_aiopt.model import Cell, EditFormat, Feedback
from pytest_aiopt.models import base as llm
from pytest_aiopt.models.prices import Prices
from pytest_aiopt.profiling.base import Choice, Profiler
from pytest_aiopt.prompts import goals, hint
from pytest_aiopt.prompts.guidance import SYSGPT, guided
from pytest_aiopt.prompts.rules import Limits
from pytest_aiopt.tasks.loader import Task

if TYPE_CHECKING:
    from pytest_aiopt.search.openevolve import Search


class Laboratory:
    """Binds a study to a results directory and to a source of models and instruments.

    ``make_model`` makes the models of the study's specs; ``further_profilers`` gives profilers besides those
    of this package. ``replay`` and ``replay_measurements`` are folders of journals to answer from.
    """

    def __init__(
        self,
        study: design.Study,
        *,
        tasks_dir: Path,
        results: store.Store,
        unsafe: bool = False,
        sanitize: bool = False,
        replay: Path | None = None,
        replay_measurements: Path | None = None,
        prices: Prices | None = None,
        make_model: MakeModel = make_model,
        further_profilers: Callable[[], Iterable[Profiler]] = tuple,
    ) -> None:
        self.study = study
        self.store = results
        self.prices = prices
        self.workshop = Workshop(
            study,
            tasks_dir=tasks_dir,
            store=results,
            unsafe=unsafe,
            sanitize=sanitize,
            further=further_profilers,
        )
        self._make_model = make_model
        self._replay = replay
        self._replay_measurements = replay_measurements
        self.warn: Callable[[str], None] = lambda text: None
        self._chars: dict[str, int] = {}

    def source(self, base: Source | None = None) -> Source:
        """Return ``base`` (default: this machine), or the recording that replaces it in this session."""
        if self._replay is not None:
            return Replay(self._replay, self._replay_measurements or self._replay)
        live = Live(self.workshop, self._make_model) if base is None else base
        if self._replay_measurements is not None:
            return ReplayMeasurements(live, self._replay_measurements)
        return live

    @property
    def sandbox(self) -> Sandbox:
        """The best sandbox this machine allows."""
        return self.workshop.sandbox

    @property
    def toolchain(self) -> Toolchain:
        """The compiler with its build cache."""
        return self.workshop.toolchain

    @property
    def profilers(self) -> Choice:
        """The profilers of this session."""
        return self.workshop.profilers

    def task(self, name: str) -> Task:
        """Return a loaded task."""
        return self.workshop.task(name)

    def posed(self, cell: Cell) -> Task:
        """Return the task of a cell with the scored workload and the start of its block."""
        return self.workshop.posed(cell)

    def bench(self, of: str | Task) -> Bench:
        """Return the instruments of a task on this machine."""
        return self.workshop.bench(of)

    def benches(self) -> list[Bench]:
        """Return one bench per task, scored workload and start of the study."""
        posed = {task.label: task for task in map(self.posed, self.study.grid())}
        return [self.bench(task) for task in posed.values()]

    def prepare(
        self,
        cells: Sequence[Cell] = (),
        *,
        fresh: bool = False,
        instruments: bool = True,
        models: bool = True,
    ) -> None:
        """Check the results directory, and what ``cells`` need; raises AioptError.

        ``fresh``: stored records of ``cells`` will be set aside. ``instruments``: whether the cells use this
        machine's compiler and sandbox; ``models``: whether they use the study's models.
        """
        self.store.prepare()
        live = self.source().live
        self._refuse_mixing(cells, fresh, live and instruments)
        if live and instruments:
            _ = self.toolchain
            preflight.check_corpora(self.task(cell.task) for cell in cells if not self.is_cached(cell))
        if live:
            open_ = [c for c in cells if preflight.concerns(self.study, c) and not self.is_cached(c)]
            if models:
                preflight.check_models(self.study, open_, self._make_model, self.prices)
            preflight.check(self.study, open_, self.task, self._prompt_chars)

    @property
    def sandbox_warning(self) -> str:
        """Missing parts of this machine's sandbox; "" if a replay uses no sandbox."""
        return self.sandbox.warning if self.source().live else ""

    def plan(self, cells: Sequence[Cell]) -> plan.Plan:
        """Return what ``cells`` still take, by the journals of the results directory."""
        return plan.make(
            self.study,
            cells,
            journal=self.journal,
            stored=self.store.journals(),
            prices=self.prices,
            prompt_chars=self._prompt_chars,
        )

    def calls_left(self, cells: Sequence[Cell]) -> int:
        """Return how many model calls ``cells`` may still make."""
        return sum(plan.calls_left(self.journal(cell), self.study.iterations) for cell in cells)

    def journal(self, cell: Cell) -> Path:
        """Return the path of a cell's journal."""
        return self.store.journal(self.study.id, cell)

    def is_cached(self, cell: Cell) -> bool:
        """Whether the last line in the store ends the cell; its own test reports other damaged lines."""
        return ends.is_finished(self.journal(cell))

    def run(
        self,
        cell: Cell,
        on_event: Callable[[Event], None] = lambda event: None,
        on_open: Callable[[CellRecord | None], None] = lambda record: None,
        base: Source | None = None,
    ) -> Outcome:
        """Run the rest of a cell; a complete one is only read and audited.

        ``on_open`` gets the record so far once, before the first new one. ``base``: where model and
        instruments come from, default this machine.
        """
        if self.is_cached(cell):
            return self.outcome(cell, cached=True)
        source = self.source(base)
        instruments = source.instruments(cell)
        if isinstance(instruments, Bench):
            for warning in original.require(instruments):
                self.warn(warning)
        surroundings = instruments.surroundings()
        preflight.require_profiler(self.study.track(cell.track), surroundings)
        opened = self._opened(cell, surroundings, source.identity(cell))
        if isinstance(instruments, Bench):
            original.require_text(instruments, opened.track, opened.twin)
        mixing.restart(self.store, self.study.id, opened)
        journal = Journal(self.journal(cell))
        try:
            on_open(journal.record)
            with cores.off_the_timing_core():
                self._campaign(opened, journal, source, instruments, on_event).run()
            remember(journal.path, CellRecord.of(journal.events, journal.path))
        finally:
            journal.close()
        return self.outcome(cell, cached=False)

    def outcome(self, cell: Cell, *, cached: bool) -> Outcome:
        """Return the stored record of a cell with its audit."""
        record = read_cell(path := self.journal(cell))
        return Outcome(path, record, cached, audit(record))

    def begun_on(self) -> dict[str, str] | None:
        """Return machine, profilers and gate of the study's stored cells; None if none was begun."""
        for first in filter(None, map(ends.first_event, self._stored())):
            return {name: first.identity[name] for name in PLACE if name in first.identity}
        return None

    def _stored(self) -> list[Path]:
        begun = store.begun(self.store.study(self.study.id))
        return [path for path in begun if store.ASIDE not in path.parent.name and ends.has_call(path)]

    def _refuse_mixing(self, cells: Sequence[Cell], fresh: bool, here: bool) -> None:
        """Raise where stored cells are of another design, or of another machine if any is added ``here``."""
        stored = self._stored()
        if not cells or not stored:
            return
        adds = here and (fresh or not all(map(self.is_cached, cells)))
        mixing.refuse(
            self.study,
            stored,
            surroundings=self.surroundings().identity if adds else {},
            tasks={cell.task: self.task(cell.task).digest for cell in cells},
            aside=cells if fresh else (),
        )

    def _campaign(
        self,
        opened: Opened,
        journal: Journal,
        source: Source,
        instruments: Instruments,
        on_event: Callable[[Event], None],
    ) -> Campaign:
        """Return the campaign on ``journal``; raises JournalError if that belongs to another cell."""
        cell, opened = opened.cell, _continued(journal, opened)
        task = self.posed(cell)
        return Campaign(
            cell=cell,
            track=opened.track,
            program=task.program,
            search=self._search(cell, opened.machine),
            model=source.model(cell),
            instruments=instruments,
            recorder=Recorder(journal),
            opened=opened,
            iterations=self.study.iterations,
            on_event=on_event,
            reserve=self._reserve(cell, journal, source),
            noise=partial(goals.noise, task.metric),
        )

    def _reserve(self, cell: Cell, journal: Journal, source: Source) -> Reserve:
        """Return the function that records a call before it is made; it does nothing for free calls."""
        model = self.study.models[self.study.track(cell.track).model]
        own = source.identity(cell)
        if not source.live or own or not llm.is_endpoint(model.spec):
            return lambda step, prompt, seed: None
        folder = self.store.study(self.study.id)
        return Ledger(journal, folder, model, self.study.budget, self.prices).reserve

    def _search(self, cell: Cell, machine_: Mapping[str, str]) -> Search:
        from pytest_aiopt.search.openevolve import Search

        track = self.study.track(cell.track)
        limits = Limits(max_growth=self.study.search.max_growth, edit_budget=track.edit_budget)
        system = goals.system_message(self.posed(cell), machine_, limits)
        return Search(
            system_message=guided(system, track.guidance),
            settings=self.study.search,
            seed=llm.call_seed(cell.id, cell.seed, 0),
            iterations=self.study.iterations,
            rewrite=track.edit_format is EditFormat.REWRITE,
            frame=track.frame,
        )

    def _prompt_chars(self, cell: Cell) -> int:
        """Return the expected length of a cell's prompts, from its real first one."""
        program = self.posed(cell).program
        if cell.task not in self._chars:
            search = self._search(cell, {})
            search.start(program, 1.0)
            first = search.prompt(1, search.next_parent(1), {})
            self._chars[cell.task] = len(first.system) + len(first.user)
        return preflight.prompt_chars(self.study, cell, self._chars[cell.task], len(program.source))

    def surroundings(self) -> Surroundings:
        """Return what identifies this machine and its profilers in a cell's journal."""
        return self.workshop.surroundings()

    def _opened(self, cell: Cell, place: Surroundings, own: Mapping[str, str]) -> Opened:
        task, track = self.posed(cell), self.study.track(cell.track)
        twin = self._twin(cell) if place.twin is None else place.twin
        shown = {"twin": twin} if track.feedback is Feedback.PLACEBO else {}
        identity = {**of_design(self.study, track), "task": task.digest, **place.identity, **own, **shown}
        return Opened(
            cell=cell,
            track=track,
            model=self.study.model_of(track),
            study=self.study.id,
            iterations=self.study.iterations,
            program=task.program.source,
            identity=identity,
            machine=dict(place.machine),
            missing=dict(place.missing),
            sampling=self.study.models[track.model].sampling,
            oracle=hint.oracle(task.ladder),
            scored=task.scored.name,
            start=task.start,
            workload_words=hint.workload(task.scored),
            twin=twin,
            guidance=SYSGPT,
            contrasts=self.study.contrasts,
            outcome=self.study.outcome,
            stage=self.study.stage_of(cell.seed),
            stratum=self.workshop.stratum(task).value,
            search=asdict(self.study.search),
            rules=VERSION,
            alias=self.study.models[track.model].alias,
        )

    def _twin(self, cell: Cell) -> str:
        """Return the workload of a cell's second profiles; "" for none."""
        return self.study.twin(cell.task, cell.seed, [each.name for each in self.posed(cell).twins])


def _continued(journal: Journal, opened: Opened) -> Opened:
    """Return the event that a journal begins with; raises JournalError if it is another cell's."""
    record = journal.record
    if record is None:
        return opened
    mixing.refuse_foreign(journal.path, record.opened, opened)
    return record.opened
