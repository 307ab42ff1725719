"""Examines what a study needs on this machine: what works, what does not, and how to fix it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.campaign.laboratory import Laboratory
from pytest_aiopt.errors import AioptError
from pytest_aiopt.evaluation.host import jitter, remedies
from pytest_aiopt.evaluation.host.cores import timing_cpu, usable
from pytest_aiopt.evaluation.host.findings import Finding, State, of_the_processors
from pytest_aiopt.evaluation.host.lock import MachineLock
from pytest_aiopt.models import base as llm
from pytest_aiopt.models import registry

STEADY = 0.02
"""A loop's scatter, and the share of its core that others take, up to which a machine counts as steady."""
NEEDED_GB = 2.0


def examine(laboratory: Laboratory) -> Iterator[Finding]:
    """Look at everything that a run of the study needs; a fault is a finding, never an exception."""
    for area, look in _LOOKS.items():
        try:
            yield from look(laboratory, area)
        except AioptError as error:
            yield Finding(area, area, State.MISSING, error.problem, error.remedy)


def _compiler(laboratory: Laboratory, area: str) -> Iterator[Finding]:
    toolchain = laboratory.toolchain
    toolchain.check()
    yield Finding(area, "g++", State.GOOD, toolchain.identity)


def _tasks(laboratory: Laboratory, area: str) -> Iterator[Finding]:
    for name in laboratory.study.tasks:
        try:
            laboratory.task(name)
        except AioptError as error:
            yield Finding(area, name, State.MISSING, error.problem, error.remedy)
    yield Finding(
        area, laboratory.study.name, State.GOOD, f"{len(laboratory.study.tasks)} tasks in the study"
    )


def _sandbox(laboratory: Laboratory, area: str) -> Iterator[Finding]:
    sandbox = laboratory.sandbox
    if not sandbox.warning:
        yield Finding(area, f"level {sandbox.level}", State.GOOD, "every layer works")
        return
    remedy = remedies.of(sandbox.missing)
    yield Finding(area, f"level {sandbox.level}", State.WORSE, sandbox.warning, remedy)


def _profilers(laboratory: Laboratory, area: str) -> Iterator[Finding]:
    choice = laboratory.profilers
    for profiler in choice.profilers:
        yield Finding(area, profiler.name, State.GOOD, f"version {profiler.version}, used")
    lost = State.WORSE if choice.locates else State.MISSING
    for name, reason in choice.refused.items():
        yield Finding(area, name, lost, reason, "see docs/explanation/profilers.md")


def _timing(_: Laboratory, area: str) -> Iterator[Finding]:
    cpu = timing_cpu()
    if cpu is None:
        detail = "one core for timed runs, builds and this process"
        yield Finding(area, "cores", State.WORSE, detail, "use a machine with two or more")
    else:
        yield Finding(area, "cores", State.GOOD, f"{len(usable())}; timed runs on core {cpu}")
    yield from of_the_processors(area, cpu)
    with MachineLock():
        found = jitter.observe(cpu)
    taken = found.others + found.stolen
    detail = f"a fixed loop scatters by {found.scatter:.1%}; others took {found.others:.1%} of the core, "
    detail += f"the hypervisor {found.stolen:.1%}"
    good = found.scatter <= STEADY and taken <= STEADY
    remedy = "" if good else "stop other work, or expect wider intervals and longer measurements"
    yield Finding(area, "steadiness", State.GOOD if good else State.WORSE, detail, remedy)


def _floors(laboratory: Laboratory, area: str) -> Iterator[Finding]:
    benches = laboratory.benches()
    stored = list(map(_floor, benches))
    known = [2**floor - 1 for floor in stored if floor is not None]
    detail = f"{len(known)} of {len(benches)} tasks measured on this machine"
    if known:
        detail += f', "faster" from {min(known):.1%} to {max(known):.1%}'
    complete = len(known) == len(benches)
    remedy = "" if complete else "aiopt baseline; without them each cell measures its own"
    yield Finding(area, "floors", State.GOOD if complete else State.WORSE, detail, remedy)


def _floor(bench: Bench) -> float | None:
    floor = bench.known_floor()
    return None if floor is None else floor.delta


def _models(laboratory: Laboratory, area: str) -> Iterator[Finding]:
    for role, spec in laboratory.study.models.items():
        name = f"{role}: {spec.shown}"
        if not llm.is_endpoint(spec.spec):
            registry.make(spec)
            yield Finding(area, name, State.GOOD, "built in, no language model")
            continue
        from pytest_aiopt.models.openai_compatible import OpenAICompatible

        try:
            yield Finding(area, name, State.GOOD, OpenAICompatible(spec).look())
        except AioptError as error:
            yield Finding(area, name, State.MISSING, error.problem, error.remedy)


def _disk(laboratory: Laboratory, area: str) -> Iterator[Finding]:
    laboratory.store.prepare()
    root = laboratory.store.root
    free = shutil.disk_usage(root).free / 1e9
    enough = free >= NEEDED_GB
    remedy = (
        ""
        if enough
        else f"free some space, or choose another results directory (cache: {_shown(root)}/cache)"
    )
    yield Finding(area, _shown(root), State.GOOD if enough else State.WORSE, f"{free:.1f} GB free", remedy)


def _shown(path: Path) -> str:
    return os.path.relpath(path)


_LOOKS: dict[str, Callable[[Laboratory, str], Iterator[Finding]]] = {
    "compiler": _compiler,
    "sandbox": _sandbox,
    "profilers": _profilers,
    "timing": _timing,
    "noise": _floors,
    "tasks": _tasks,
    "models": _models,
    "disk": _disk,
}
