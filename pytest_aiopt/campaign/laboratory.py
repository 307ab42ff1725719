"""Everything a session shares: the study, the store, and instruments and models made on first use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_aiopt.campaign import plan, preflight
from pytest_aiopt.campaign import replay as replayed
from pytest_aiopt.campaign.audit import audit
from pytest_aiopt.campaign.bench import Bench, Instruments
from pytest_aiopt.campaign.campaign import Campaign, Reserve
from pytest_aiopt.campaign.embedded import OnThisMachine
from pytest_aiopt.campaign.ledger import Ledger
from pytest_aiopt.campaign.outcome import Outcome
from pytest_aiopt.campaign.task_check import original
from pytest_aiopt.design import mixing
from pytest_aiopt.design import study as design
from pytest_aiopt.design.identity import VERSION, of_design
from pytest_aiopt.errors import AioptError, JournalError, ToolMissing
from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.host import cores, machine
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.journal import store
from pytest_aiopt.journal.events import AnyEvent, Event, Opened, read
from pytest_aiopt.journal.journal import Journal, Recorder
from pytest_aiopt.model import Cell, EditFormat, Feedback
from pytest_aiopt.models import base as llm
from pytest_aiopt.models.prices import Prices
from pytest_aiopt.profiling.base import Choice, choose
from pytest_aiopt.profiling.registry import groups, only
from pytest_aiopt.prompts import goals, hint
from pytest_aiopt.prompts.guidance import SYSGPT, guided
from pytest_aiopt.tasks import loader
from pytest_aiopt.tasks.loader import Task

if TYPE_CHECKING:
    from pytest_aiopt.search.openevolve import Search


PLACE = ("machine", "profilers", "gate")
"""What identifies where a cell is run; cells of a study that differ in it are not mixed."""


class Laboratory:
    """Binds a study to a results directory and to this machine."""

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
    ) -> None:
        self.study = study
        self.store = results
        self._tasks_dir = tasks_dir
        self._unsafe = unsafe
        self._sanitize = sanitize
        self._replay = replay
        self._replay_measurements = replay_measurements or replay
        self.prices = prices
        self._tasks: dict[str, Task] = {}
        self._chars: dict[str, int] = {}
        self._benches: dict[str, Bench] = {}

    @cached_property
    def sandbox(self) -> Sandbox:
        """The best sandbox this machine allows."""
        return Sandbox.probe(self.store.cache, allow_unsafe=self._unsafe)

    @cached_property
    def toolchain(self) -> Toolchain:
        """The compiler with its build cache."""
        return Toolchain(cache=self.store.cache / "builds", sandbox=self.sandbox)

    @cached_property
    def profilers(self) -> Choice:
        """The profilers of this session, so that every prompt's profiles are of the same kinds."""
        return choose(only(groups(), self.study.profilers))

    def prepare(self, cells: Sequence[Cell] = (), *, fresh: bool = False, here: bool = True) -> None:
        """Check what the run needs: writable results, a compiler, a sandbox, models; raises AioptError.

        ``fresh``: stored records of ``cells`` will be set aside. ``here``: whether this process runs them.
        """
        self.store.prepare()
        self._refuse_mixing(cells, fresh, here)
        if self._replay is None:
            if here:
                _ = self.toolchain
            open_ = [c for c in cells if preflight.concerns(self.study, c) and not self.is_done(c)]
            preflight.check(self.study, open_, self.task, self.prices, self._prompt_chars)

    @property
    def sandbox_warning(self) -> str:
        """What the sandbox in use cannot do here; "" where a recording is replayed and none is used."""
        return "" if self._replay is not None else self.sandbox.warning

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

    def task(self, name: str) -> Task:
        """Return a loaded task."""
        if name not in self._tasks:
            self._tasks[name] = loader.load(self._tasks_dir, name)
        return self._tasks[name]

    def bench(self, name: str) -> Bench:
        """Return the instruments of a task."""
        if name not in self._benches:
            self._benches[name] = Bench(
                self.task(name),
                toolchain=self.toolchain,
                sandbox=self.sandbox,
                profilers=self.profilers.profilers,
                meter=self.study.meter,
                store=self.store,
                sanitize=self._sanitize,
            )
        return self._benches[name]

    def model(self, cell: Cell) -> llm.LanguageModel:
        """Return the model of a cell's track, or its recording under ``--aiopt-replay``."""
        if self._replay is not None:
            return replayed.ReplayedModel(store.recorded(self._replay, cell))
        spec = self.study.models[self.study.track(cell.track).model]
        model = llm.make(preflight.llm_argument(spec))
        return model if llm.is_endpoint(spec.spec) else OnThisMachine(model)

    def instruments(self, cell: Cell) -> Instruments:
        """Return the bench of a cell's task, with recorded measurements where the session replays them."""
        if self._replay is not None:
            events = store.recorded(self._replay_measurements or self._replay, cell)
            return replayed.Recording(events)
        bench = self.bench(cell.task)
        if self._replay_measurements is None:
            return bench
        return replayed.ReplayedMeasurements(store.recorded(self._replay_measurements, cell), bench)

    def journal(self, cell: Cell) -> Path:
        """Return the path of a cell's journal."""
        return self.store.journal(self.study.id, cell)

    def is_cached(self, cell: Cell) -> bool:
        """Whether the cell is complete in the store."""
        return store.finished(self.journal(cell))

    def is_done(self, cell: Cell) -> bool:
        """Whether the cell is complete; a damaged journal is not, as its own test will report."""
        try:
            return self.is_cached(cell)
        except AioptError:
            return False

    def run(
        self,
        cell: Cell,
        on_event: Callable[[Event], None] = lambda event: None,
        on_open: Callable[[Sequence[AnyEvent]], None] = lambda events: None,
    ) -> Outcome:
        """Run what a cell still lacks; a complete one is only read and audited.

        ``on_open`` is told once, before the first event, what the journal holds.
        """
        path, cached = self.journal(cell), self.is_cached(cell)
        if not cached:
            self._require_profiler(cell)
            self._require_original(cell)
            journal = Journal(path)
            try:
                on_open(tuple(journal.events))
                with cores.off_the_timing_core():
                    self.campaign(cell, journal, on_event).run()
            finally:
                journal.close()
        return self.outcome(cell, cached=cached)

    def outcome(self, cell: Cell, *, cached: bool) -> Outcome:
        """Return what the journal of a cell holds, audited."""
        path = self.journal(cell)
        events = read(path)
        return Outcome(path, events, cached, audit(events))

    def begun_on(self) -> dict[str, str] | None:
        """Return machine, profilers and gate of the study's stored cells; None where none was begun."""
        for first in filter(None, map(mixing.first_event, self._stored())):
            return {name: first.identity[name] for name in PLACE if name in first.identity}
        return None

    def _stored(self) -> list[Path]:
        begun = store.begun(self.store.study(self.study.id))
        return [path for path in begun if store.ASIDE not in path.parent.name]

    def _refuse_mixing(self, cells: Sequence[Cell], fresh: bool, here: bool) -> None:
        """Raise where stored cells are of another design; of another machine only if any is added here."""
        stored = self._stored()
        if not cells or not stored:
            return
        adds = here and self._replay is None and (fresh or not all(map(self.is_done, cells)))
        mixing.refuse(
            self.study,
            stored,
            surroundings=self._surroundings(cells[0])[0] if adds else {},
            tasks={cell.task: self.task(cell.task).digest for cell in cells},
            aside=cells if fresh else (),
        )

    def _require_profiler(self, cell: Cell) -> None:
        """Refuse a cell whose treatment could never be delivered, before a model call is paid for."""
        treated = self.study.track(cell.track).feedback is not Feedback.NONE
        if treated and self._replay_measurements is None and not self.profilers.locates:
            reasons = "; ".join(self.profilers.refused.values())
            raise ToolMissing(f"track {cell.track} shows profiles, but no profiler works here", reasons)

    def _require_original(self, cell: Cell) -> None:
        """Refuse a cell whose original program is wrong, before a journal is opened or a call is paid for."""
        instruments = self.instruments(cell)
        if isinstance(instruments, Bench):
            original.require(instruments)

    def campaign(self, cell: Cell, journal: Journal, on_event: Callable[[Event], None]) -> Campaign:
        """Return the campaign of ``cell`` on ``journal``; raises JournalError where that is another's."""
        task, opened = self.task(cell.task), _continued(journal, self._opened(cell))
        return Campaign(
            cell=cell,
            track=opened.track,
            program=task.program,
            search=self._search(cell),
            model=self.model(cell),
            instruments=self.instruments(cell),
            recorder=Recorder(journal),
            opened=opened,
            iterations=self.study.iterations,
            on_event=on_event,
            reserve=self._reserve(cell, journal),
        )

    def _reserve(self, cell: Cell, journal: Journal) -> Reserve:
        """Return what records a call before it is made; nothing does where no call costs anything."""
        model = self.study.models[self.study.track(cell.track).model]
        if self._replay is not None or not llm.is_endpoint(model.spec):
            return lambda step, prompt, seed: None
        folder = self.store.study(self.study.id)
        return Ledger(journal, folder, model, self.study.budget, self.prices).reserve

    def system_message(self, task: str) -> str:
        """Return what every prompt of a task says first."""
        return goals.system_message(self.task(task))

    def _search(self, cell: Cell) -> Search:
        from pytest_aiopt.search.openevolve import Search

        track = self.study.track(cell.track)
        return Search(
            system_message=guided(self.system_message(cell.task), track.guidance),
            settings=self.study.search,
            seed=llm.call_seed(cell.id, cell.seed, 0),
            iterations=self.study.iterations,
            rewrite=track.edit_format is EditFormat.REWRITE,
        )

    def _prompt_chars(self, cell: Cell) -> int:
        """Return the expected length of a cell's prompts, from its real first one."""
        program = self.task(cell.task).program
        if cell.task not in self._chars:
            search = self._search(cell)
            search.start(program, 1.0)
            first = search.prompt(1, search.next_parent(1), {})
            self._chars[cell.task] = len(first.system) + len(first.user)
        return preflight.prompt_chars(self.study, cell, self._chars[cell.task], len(program.source))

    def surroundings(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return what of this machine and its profilers identifies a cell's journal, and a description."""
        described = machine.describe(self.toolchain.identity, self.sandbox.level)
        part = {"machine": machine.fingerprint(described), "profilers": self.profilers.described}
        part["gate"] = "with sanitizers" if self._sanitize else "plain"
        return part, described

    def _surroundings(self, cell: Cell) -> tuple[dict[str, str], dict[str, str]]:
        """Return what identifies machine and profilers, and a description; a recording names its own."""
        if self._replay is not None:
            opened = store.opened(store.recorded(self._replay_measurements or self._replay, cell))
            part = {key: opened.identity.get(key, "") for key in PLACE}
            return part, opened.machine | {"replayed": "true"}
        part, described = self.surroundings()
        missing = {f"no {name}": reason for name, reason in self.profilers.refused.items()}
        return part, described | {"sandbox_missing": self.sandbox.warning} | missing

    def _opened(self, cell: Cell) -> Opened:
        task, track = self.task(cell.task), self.study.track(cell.track)
        part, described = self._surroundings(cell)
        twin = self._twin(cell)
        identity = {**of_design(self.study, track), "task": task.digest, **part}
        if track.feedback is Feedback.PLACEBO:
            identity["twin"] = twin
        return Opened(
            cell=cell,
            track=track,
            model=self.study.model_of(track),
            study=self.study.id,
            iterations=self.study.iterations,
            program=task.program.source,
            identity=identity,
            machine=described,
            sampling=self.study.models[track.model].sampling,
            oracle=hint.oracle(task.ladder),
            twin=twin,
            guidance=SYSGPT,
            contrasts=self.study.contrasts,
            stage=self.study.stage_of(cell.seed),
            stratum=task.stratum.value,
            search=asdict(self.study.search),
            rules=VERSION,
        )

    def _twin(self, cell: Cell) -> str:
        """Return the workload of a cell's second profiles, in a replay the recorded one; "" for none."""
        if self._replay_measurements is not None:
            return store.opened(store.recorded(self._replay_measurements, cell)).twin
        return self.study.twin(cell.task, cell.seed, [each.name for each in self.task(cell.task).twins])


def _continued(journal: Journal, opened: Opened) -> Opened:
    """Return the event that a journal begins with; raises JournalError where it is another cell's."""
    if not journal.events:
        return opened
    first = journal.events[0]
    if not isinstance(first, Opened):
        raise JournalError(f"{journal.path} does not start with an opened event", "use --aiopt-fresh")
    mixing.refuse_foreign(journal.path, first, opened)
    return first
