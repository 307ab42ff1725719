"""The programs with their expected verdicts, and a process of its own that judges them as some user."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from math import log2
from pathlib import Path

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.design.study_file import MeterSpec
from pytest_aiopt.evaluation.build import recipe as recipes
from pytest_aiopt.evaluation.build import toolchain
from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.meter.sides import FEWEST
from pytest_aiopt.evaluation.sandbox import device, sandbox, trusted
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.evaluation.sandbox.users import ids_of
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import Candidate, Limits, Measurement, Status, Verdict
from pytest_aiopt.profiling.coz.bcoz import Bcoz
from pytest_aiopt.profiling.coz.coz import Coz
from pytest_aiopt.profiling.lull import session as lull
from pytest_aiopt.profiling.lull.profiler import VirtualSpeedup
from pytest_aiopt.profiling.perf import tool as perf_tool
from pytest_aiopt.profiling.perf.blocked import BlockedSamples
from pytest_aiopt.profiling.perf.counters import Counters
from pytest_aiopt.profiling.perf.hotlines import HotLines
from pytest_aiopt.profiling.valgrind.allocations import Allocations
from pytest_aiopt.profiling.valgrind.cachegrind import Cachegrind
from pytest_aiopt.profiling.valgrind.callgrind import Callgrind
from pytest_aiopt.tasks import loader
from pytest_aiopt.tasks.loader import Task

HERE = Path(__file__).parent
PROGRAMS = HERE / "programs"
TASKS = HERE / "tasks"
DECISIONS = HERE.parents[1] / "tasks" / "evict_policy"
"""A shipped task, with its corpus, whose replies are decisions that must be made online."""
DEVICES = HERE.parents[1] / "tasks"
DEVICE_NAMES = {
    "agg_service": "directory",
    "bounded_handoff": "sink",
    "epoch_join": "store",
    "event_log": "medium",
}
"""Shipped tasks with a device, and what their entries call it."""
USER = 47123
"""A user id that nobody has."""
COMPILING = Limits(cpu_s=3.0, memory_mb=512, output_mb=16)
PATIENCE_S = 150.0
PROFILED = "profiled"
NO_GAIN = "no gain"
GAIN = log2(1.05)


@dataclass(frozen=True)
class Program:
    """One hostile program; the comments on its first lines say what it must earn."""

    name: str
    source: str
    expected: tuple[str, ...]
    task: str


def programs() -> list[Program]:
    paths = sorted(PROGRAMS.glob("*/*.cpp"))
    whole = [_read(path) for path in paths if path.parent.name != "devices"]
    return whole + [each for path in paths if path.parent.name == "devices" for each in _patched(path)]


def _patched(path: Path) -> Iterator[Program]:
    """Yield the programs of its tasks with what stands before the mark in front and the rest in the entry."""
    ahead, _, inside = path.read_text().partition("// --- in the entry\n")
    head = dict(re.findall(r"^// (expect|tasks): (.*)$", ahead, re.MULTILINE))
    for name in head["tasks"].split():
        program = (DEVICES / name / "program.cpp").read_text()
        entry = program.index("{", program.rindex('extern "C"')) + 1
        statement = inside.replace("@DEVICE@", DEVICE_NAMES[name])
        source = f"{ahead}{program[:entry]}\n{statement}{program[entry:]}"
        yield Program(f"devices/{path.stem}/{name}", source, tuple(head["expect"].split(" or ")), name)


def _read(path: Path) -> Program:
    head = dict(re.findall(r"^// (expect|task): (.*)$", path.read_text(), re.MULTILINE))
    name = path.relative_to(PROGRAMS).with_suffix("").as_posix()
    return Program(name, path.read_text(), tuple(head["expect"].split(" or ")), head.get("task", "running"))


class Judge:
    """A forked process that judges programs as ``user`` (None: as who we are) with its own cache.

    Forked, not started: the interpreter and this repository may lie where that user cannot read.
    """

    def __init__(self, folder: Path, user: int | None) -> None:
        self._ours, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            os.closerange(3, theirs.fileno())  # also the other judge's end, which it waits on
            os.closerange(theirs.fileno() + 1, 1024)
            _serve(theirs, folder, user)
        theirs.close()
        self._ours.settimeout(PATIENCE_S)
        self._answers = self._ours.makefile("r")
        self.described = json.loads(self._answers.readline())

    def ask(self, program: Program) -> None:
        self._ours.sendall(json.dumps(program.name).encode() + b"\n")

    def answer(self) -> dict[str, object]:
        """Wait for the finding on the program last asked about."""
        return dict(json.loads(self._answers.readline()))

    @property
    def ids(self) -> range:
        """The user ids that this process gives to what it runs, if it is root."""
        return ids_of(self.pid)

    def close(self) -> int:
        """End the process; returns its exit code."""
        self._answers.close()
        self._ours.close()
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def _serve(channel: socket.socket, folder: Path, user: int | None) -> None:
    try:
        known = {program.name: program for program in programs()}
        benches = _benches(folder, user)
        with channel.makefile("rw") as lines:
            box = next(iter(benches.values())).sandbox
            for bench in benches.values():
                bench.binary(bench.task.program)  # what we trust must be there before
            _say(lines, {"level": box.level, "warning": box.warning, "user": os.getuid()})
            for line in lines:
                program = known[json.loads(line)]
                _say(lines, _found(benches[program.task], program))
        os._exit(0)
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
        os._exit(1)


def _found(bench: Bench, program: Program) -> dict[str, object]:
    try:
        return judge(bench, program)
    except Exception:
        return {"verdict": "no verdict", "detail": traceback.format_exc()}


def _say(lines, what: dict[str, object]) -> None:
    lines.write(json.dumps(what) + "\n")
    lines.flush()


def _benches(folder: Path, user: int | None) -> dict[str, Bench]:
    """Give up root if asked to, then make everything as that user."""
    tasks = {path.name: loader.load(folder / "tasks", path.name) for path in (folder / "tasks").iterdir()}
    native = folder / "native"
    for module in (sandbox, toolchain, trusted, recipes, device):
        module.NATIVE = native
    lull.NATIVE = folder / "lull"
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    perf_tool.probe.cache_clear()  # it showed what another user may do
    tempfile.tempdir = str(folder)  # the lock of timed runs, which root and user share
    return _made(tasks, _own(folder))


def _own(folder: Path) -> Path:
    """Return the folder of the caches of the user who we are; root finds there what ``prepare`` built."""
    return folder / f"own-{os.getuid()}"


def _made(tasks: dict[str, Task], own: Path) -> dict[str, Bench]:
    box = Sandbox.probe(own)
    made = Toolchain(cache=own / "builds", sandbox=box, limits=COMPILING)
    spec = MeterSpec(budget_s=0.3, confirm_s=0.3, floor_evaluations=1, placements=FEWEST)
    return {
        name: Bench(task, toolchain=made, sandbox=box, meter=spec, store=Store(own))
        for name, task in tasks.items()
    }


def judge(bench: Bench, program: Program) -> dict[str, object]:
    """Build, gate and time the program; returns the verdict (or whether it gains) and why."""
    candidate = Candidate(program.source.replace("@TASK@", str(bench.task.root)))
    build = bench.build(candidate)
    if not build.ok:
        said = "\n".join([build.detail, *(each.message for each in build.diagnostics)])
        return {"verdict": Status.COMPILE_ERROR.value, "detail": said}
    if bench.task.name == PROFILED:
        return profile(bench, candidate)
    if program.name.startswith(("examined/", "holding/")):
        return _refused(bench.examine(candidate).verdict)
    found = bench.judge(candidate)
    for _ in range(2):  # a real gain comes again, on other inputs; luck does not
        if isinstance(found, Verdict) and found.status is not Status.PASSED:
            return _refused(found)
        found = bench.measure(candidate)
        if isinstance(found, Measurement) and found.low <= GAIN:
            break
    if isinstance(found, Verdict):
        return _refused(found)
    gain = found.low > GAIN
    return {"verdict": "gain" if gain else NO_GAIN, "detail": f"log2 {found.low:+.2f}..{found.high:+.2f}"}


def _refused(verdict: Verdict) -> dict[str, object]:
    said = f"{verdict.detail}\n{verdict.counterexample}"
    return {"verdict": verdict.status.value, "detail": said, "seconds": verdict.seconds}


def profile(bench: Bench, candidate: Candidate) -> dict[str, object]:
    """Take every profile that this machine can take; the detail holds the outcomes."""
    every = (VirtualSpeedup(1.0), Coz(1.0), Bcoz(), BlockedSamples(), HotLines(), Callgrind(), Cachegrind())
    usable = [each for each in (*every, Allocations(), Counters()) if each.available() is None]
    taken = bench.profile(candidate, profilers=usable)
    said = [f"{each.profiler} {each.state}: {each.detail} {' '.join(each.lost)}" for each in taken]
    return {"verdict": PROFILED, "detail": "\n".join(said)}


def prepare(folder: Path) -> None:
    """Put tasks (with frozen corpora) and our native sources there, and let every user write."""
    os.chmod(folder, 0o777)
    _copy_tasks(folder / "tasks")
    shutil.copytree(trusted.NATIVE, folder / "native")
    shutil.copytree(lull.NATIVE, folder / "lull")
    tasks = {name: loader.load(folder / "tasks", name) for name in loader.discover(folder / "tasks")}
    measured = set()
    for bench in _made(tasks, _own(folder)).values():  # imports all that the user may be unable to read
        verdict = bench.judge(bench.task.program)
        assert verdict.status is Status.PASSED, f"{bench.task.name}: {verdict.detail}"
        if (kind := (bench.task.counted, bench.task.name in DEVICE_NAMES)) not in measured:
            measured.add(kind)
            bench.measure(bench.task.program)
        if bench.task.name == PROFILED:
            profile(bench, bench.task.program)
        if bench.task.name == "running":
            assert bench.examine(bench.task.program).verdict.status is Status.PASSED


def _copy_tasks(tasks: Path) -> None:
    from pytest_aiopt.evaluation.gate import corpus

    unwanted = shutil.ignore_patterns("__pycache__", "mutants")
    shutil.copytree(TASKS, tasks, ignore=unwanted)
    for name in loader.discover(tasks):
        corpus.freeze(loader.load(tasks, name))
    for path in (DECISIONS, *(DEVICES / name for name in DEVICE_NAMES)):
        shutil.copytree(path, tasks / path.name, ignore=unwanted)
    changes = {
        "waiting": "wall_s = 1.0",  # for programs that would use up all of their time
        "crowd": "wall_s = 1.0\nthreads = 4",
        PROFILED: "threads = 2",  # some profilers ask for them
    }
    for name, limits in changes.items():  # the same task but for its limits
        shutil.copytree(tasks / "running", tasks / name)
        asked = (tasks / name / "task.toml").read_text()
        (tasks / name / "task.toml").write_text(asked.replace("[limits]", f"[limits]\n{limits}"))
