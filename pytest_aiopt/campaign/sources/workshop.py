"""This machine's tools for one study: sandbox, compiler, profilers and one bench per task."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.campaign.sources import surroundings
from pytest_aiopt.campaign.sources.surroundings import Surroundings
from pytest_aiopt.design.study import Study
from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.host import machine
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import Cell, Stratum
from pytest_aiopt.profiling.base import Choice, Profiler, choose
from pytest_aiopt.profiling.registry import groups, only
from pytest_aiopt.tasks import information, loader
from pytest_aiopt.tasks.loader import Task


class Workshop:
    """Makes every tool on first use. ``further``: profilers besides those of this package."""

    def __init__(
        self,
        study: Study,
        *,
        tasks_dir: Path,
        store: Store,
        unsafe: bool = False,
        sanitize: bool = False,
        further: Callable[[], Iterable[Profiler]] = tuple,
    ) -> None:
        self.study = study
        self.store = store
        self._tasks_dir = tasks_dir
        self._unsafe = unsafe
        self._sanitize = sanitize
        self._further = further
        self._tasks: dict[str, Task] = {}
        self._benches: dict[tuple[str, str], Bench] = {}

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
        """The profilers of this study, so that every prompt's profiles are of the same kinds."""
        every = [*groups(), *([profiler] for profiler in self._further())]
        return choose(only(every, self.study.profilers))

    def task(self, name: str) -> Task:
        """Return a loaded task."""
        if name not in self._tasks:
            self._tasks[name] = loader.load(self._tasks_dir, name)
        return self._tasks[name]

    def posed(self, cell: Cell) -> Task:
        """Return the task of a cell with the scored workload and the start of its block."""
        return self.study.posed(self.task(cell.task), cell.seed)

    def bench(self, of: str | Task, profilers: Choice | None = None) -> Bench:
        """Return the instruments of a task, with the study's profilers or with others."""
        task = self.task(of) if isinstance(of, str) else of
        chosen = self.profilers if profilers is None else profilers
        key = task.label, chosen.described
        if key not in self._benches:
            self._benches[key] = Bench(
                task,
                toolchain=self.toolchain,
                sandbox=self.sandbox,
                profilers=chosen,
                meter=self.study.meter,
                store=self.store,
                sanitize=self._sanitize,
            )
        return self._benches[key]

    def stratum(self, task: Task) -> Stratum:
        """Return the stratum of a task; its last check may have taken it out of the confirmatory one."""
        uninformative = information.lacks(self.store.information, task.name, task.digest)
        confirmatory = task.stratum is Stratum.CONFIRMATORY
        return Stratum.UNINFORMATIVE if confirmatory and uninformative else task.stratum

    def surroundings(self) -> Surroundings:
        """Return what identifies this machine with the study's profilers; no task is needed."""
        described = machine.describe(self.toolchain.identity, self.sandbox.level)
        warning = self.sandbox.warning
        return surroundings.here(described, self.profilers, sanitize=self._sanitize, sandbox=warning)
