"""Discover and validate task folders; the layout is described in docs/how-to/tasks.md."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from pytest_aiopt.errors import TaskError
from pytest_aiopt.model import Candidate, Limits, Metric, Plausible, Rung, Split, Stratum, Workload
from pytest_aiopt.tasks import contract, task_file
from pytest_aiopt.tasks import frontier as known_best
from pytest_aiopt.tasks.frontier import Known
from pytest_aiopt.tasks.modules import load_module
from pytest_aiopt.tasks.task_file import Criteria

PROGRAM, FRONTIER = "program", "frontier"
"""The starts of campaigns that begin from program.cpp, and from the best program known."""
REQUIRED = ("task.toml", "program.cpp", "task.hpp", "driver.cpp", "inputs.py", "reference.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A program to optimise with everything needed to judge and time a candidate."""

    name: str
    root: Path
    title: str
    entry: str
    prompt: str
    metric: Metric
    flags: tuple[str, ...]
    limits: Limits
    workloads: tuple[Workload, ...]
    ladder: tuple[Rung, ...]
    criteria: Criteria
    unit: str
    """The parameter of a workload that counts what a request does, such as tokens; "" for none."""
    counted: str
    """The unit of the oracle's costs if the metric is COST, such as misses; "" if time is measured."""
    digest: str
    program: Candidate
    header: str
    stratum: Stratum = Stratum.CPU
    domain_words: tuple[str, ...] = ()
    """Words that name the subject of this task, not its bottleneck, such as hash of a hash function."""
    plausible: Plausible | None = None
    frontier: tuple[Known, ...] = ()
    """The best program known for each workload, as far as one is on record."""
    posed: str = ""
    """The scored workload where it is not the first one."""
    start: str = PROGRAM
    """Where campaigns begin: PROGRAM, "rung:NAME" or FRONTIER."""
    modules: dict[str, ModuleType] = field(default_factory=dict, repr=False, compare=False)

    @property
    def scored(self) -> Workload:
        """Return the visible workload that the search is scored on."""
        return next(w for w in self.workloads if w.name == (self.posed or self._first))

    @property
    def held_out(self) -> tuple[Workload, ...]:
        """Return the workloads kept for confirmation: those of the scored one's kind."""
        own = self.posed or None
        return tuple(w for w in self.workloads if w.split is Split.HELD_OUT and w.twin_of == own)

    @property
    def twins(self) -> tuple[Workload, ...]:
        """Return the visible workloads of another distribution than the scored one's."""
        return tuple(w for w in self.workloads if w.split is Split.VISIBLE and w != self.scored)

    @property
    def scorable(self) -> tuple[str, ...]:
        """Return the names of the visible workloads that held-out ones of their kind confirm."""
        confirmed = {w.twin_of for w in self.workloads if w.split is Split.HELD_OUT}
        return tuple(
            w.name for w in self.workloads if w.split is Split.VISIBLE and self._kind(w) in confirmed
        )

    @staticmethod
    def _kind(workload: Workload) -> str | None:
        """Return the ``twin_of`` of held-out workloads that confirm a visible one."""
        return None if workload.twin_of is None else workload.name

    def pose(self, scored: str, start: str = PROGRAM) -> Task:
        """Return the task with another scored workload and start; "" and PROGRAM are those of task.toml.

        ``start``: PROGRAM, "rung:NAME", or FRONTIER, which is the best program known for the scored
        workload. Raises TaskError if the task has no such version.
        """
        if scored and scored not in self.scorable:
            raise TaskError(
                f"task {self.name} cannot be scored on {scored!r}", f"one of {', '.join(self.scorable)}"
            )
        kind, _, rung = start.partition(":")
        if (kind, bool(rung)) not in ((PROGRAM, False), ("rung", True), (FRONTIER, False)):
            raise TaskError(
                f"start = {start!r} names no version", 'write "program", "rung:NAME" or "frontier"'
            )
        posed = replace(self, posed="" if scored == self._first else scored, start=start)
        text = self._best(posed.scored.name) if kind == FRONTIER else self.source_of(rung)
        return replace(posed, program=Candidate(text))

    def _best(self, workload: str) -> str:
        """Return the text of the best program known for a workload; raises TaskError if none is."""
        for each in self.frontier:
            if each.workload == workload:
                return known_best.source(self.root, each)
        raise TaskError(
            f"task {self.name} has no frontier on workload {workload}",
            f"record one: aiopt task frontier {self.name}",
        )

    @property
    def _first(self) -> str:
        return next(w.name for w in self.workloads if w.split is Split.VISIBLE and w.twin_of is None)

    @property
    def label(self) -> str:
        """Return the name under which noise floors are stored: one for each scored workload and start."""
        start = "" if self.start == PROGRAM else self.start.rpartition(":")[2]
        parts = [self.name, self.posed, start]
        return ".".join(filter(None, parts))

    def workload(self, name: str) -> Workload:
        """Return a workload by its name; raises TaskError."""
        found = {each.name: each for each in self.workloads}
        if name not in found:
            raise TaskError(f"task {self.name} has no workload {name!r}", f"it has {', '.join(found)}")
        return found[name]

    def source_of(self, rung: str) -> str:
        """Return the text of a rung, by its file's name without ".cpp" or its number; "" is the program."""
        if not rung:
            return self.program.source
        known = [each.file.removesuffix(".cpp") for each in self.ladder]
        found = [stem for stem in known if rung in (stem, stem.partition("_")[0])]
        if len(found) != 1:
            raise TaskError(f"task {self.name} has no rung {rung!r}", f"its ladder: {', '.join(known)}")
        return (self.root / "ladder" / f"{found[0]}.cpp").read_text()

    def requests(self, workload: Workload, seed: int) -> list[bytes]:
        """Return the request payloads of one timed run, generated afresh from ``seed``."""
        import numpy as np

        make: Callable[..., list[bytes]] = self._call("inputs.py", "workload")
        return make(np.random.default_rng(seed), **workload.params)

    def cases(self) -> Any:
        """Return the hypothesis strategy of correctness cases (request payloads)."""
        return self._call("inputs.py", "cases")()

    def answer(self, request: bytes) -> bytes:
        """Return the oracle's reply to one request; empty where many are right, each at its cost."""
        if self.counted:
            return b""
        solve: Callable[[bytes], bytes] = self._call("reference.py", "solve")
        return solve(request)

    def same(self, expected: bytes, got: bytes) -> bool:
        """Whether ``got`` is right where ``expected`` is; equality unless the task defines ``same``."""
        judge = getattr(self._module("reference.py"), "same", None)
        return expected == got if judge is None else bool(judge(expected, got))

    def accepts(self, request: bytes, expected: bytes, got: bytes) -> bool:
        """Whether ``got`` is right: like the expected reply, or any valid one where replies have costs."""
        if self.counted:
            return not self.refusal(request, got)
        return expected == got or self.same(expected, got)

    def cost(self, request: bytes, reply: bytes) -> float:
        """Return what a reply's decisions cost, by replaying them; raises ValueError if it is not valid."""
        replay: Callable[[bytes, bytes], float] = self._call("reference.py", "cost")
        return float(replay(request, reply))

    def refusal(self, request: bytes, reply: bytes) -> str:
        """Return why a reply is not valid; empty where it has a cost."""
        try:
            self.cost(request, reply)
        except ValueError as invalid:
            return str(invalid) or "not valid"
        return ""

    def bound(self, request: bytes) -> float:
        """Return what no valid reply can cost less than."""
        least: Callable[[bytes], float] = self._call("reference.py", "bound")
        return float(least(request))

    @property
    def online(self) -> bool:
        """Whether decisions must not depend on what comes later: the oracle can then branch a request."""
        return bool(self.counted) and hasattr(self._module("reference.py"), "branch")

    def branch(self, request: bytes, seed: int) -> tuple[bytes, int]:
        """Return a request that shares a prefix with ``request`` and branches at a random point.

        Also, how many bytes of the replies to both are about what they have in common.
        """
        import numpy as np

        make: Callable[..., tuple[bytes, int]] = self._call("reference.py", "branch")
        return make(request, np.random.default_rng(seed))

    def describe(self, request: bytes) -> str:
        """Return a size-bounded text of one request: the task's own ``describe``, else its first bytes."""
        words = getattr(self._module("reference.py"), "describe", None)
        text = f"{len(request)} bytes {request[:64].hex(' ', -4)}" if words is None else str(words(request))
        return text if len(text) <= 400 else text[:400] + "..."

    def _call(self, file: str, name: str) -> Callable[..., Any]:
        function = getattr(self._module(file), name, None)
        if not callable(function):
            raise TaskError(f"{self.root / file} defines no {name}()", contract.REMEDY)
        return contract.guarded(function, self.root / file)

    def _module(self, file: str) -> ModuleType:
        if file not in self.modules:
            self.modules[file] = load_module(self.root / file, self.name)
        return self.modules[file]


def discover(root: Path) -> list[str]:
    """Return the names of the task folders under ``root``, sorted."""
    return sorted(path.parent.name for path in root.glob("*/task.toml"))


def load(root: Path, name: str) -> Task:
    """Load and validate one task; raises TaskError naming the file and the remedy."""
    folder = root / name
    if not (folder / "task.toml").is_file():
        known = ", ".join(discover(root)) or "none"
        raise TaskError(f"no task {name!r} under {root}", f"known tasks: {known}")
    missing = [file for file in REQUIRED if not (folder / file).is_file()]
    if missing:
        raise TaskError(
            f"task {name!r} lacks {', '.join(missing)} in {folder}",
            "add it; aiopt task new NAME makes a task that has every file",
        )
    spec = task_file.read(folder / "task.toml")
    workloads = tuple(Workload(w.name, w.split, w.params, w.twin_of, w.words) for w in spec.workloads)
    contract.check(folder, workloads, counted=bool(spec.counted))
    task = Task(
        name=name,
        root=folder,
        title=spec.title,
        entry=spec.entry,
        prompt=spec.prompt.strip(),
        metric=spec.metric,
        flags=spec.flags,
        limits=Limits(**msgspec.structs.asdict(spec.limits)),
        workloads=workloads,
        ladder=tuple(Rung(r.file, r.structural, r.labels, r.decoy, r.note) for r in spec.ladder),
        criteria=spec.criteria,
        domain_words=spec.domain_words,
        unit=spec.unit,
        counted=spec.counted,
        digest=_digest(folder),
        program=Candidate((folder / "program.cpp").read_text()),
        header=(folder / "task.hpp").read_text(),
        stratum=spec.stratum or task_file.stratum(spec),
        plausible=None if spec.plausible is None else Plausible(**msgspec.structs.asdict(spec.plausible)),
    )
    return replace(task, frontier=known_best.read(folder, task.scorable))


def _digest(folder: Path) -> str:
    """Sha256 over every file that decides what a candidate is asked and how it is judged."""
    total = hashlib.sha256()
    for file in _identity_files(folder):
        total.update(file.relative_to(folder).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def _identity_files(folder: Path) -> Sequence[Path]:
    frozen = sorted(folder.glob("corpus/*")) + sorted(folder.glob("regressions/*.bin"))
    return [folder / file for file in REQUIRED] + frozen + list(folder.glob("device.cpp"))
