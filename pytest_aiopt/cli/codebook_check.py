"""Checks the rules that classify mutations against the labelled corpus of the tasks."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tabulate import tabulate

from pytest_aiopt.codebook.character import CODEBOOK, Class, character
from pytest_aiopt.codebook.depth import Depth
from pytest_aiopt.codebook.machine_code import MachineCode, compiled
from pytest_aiopt.codebook.validation.agreement import Agreement
from pytest_aiopt.codebook.validation.check import KAPPA, LEAST, LOWER, Judged, Part, judge, part
from pytest_aiopt.codebook.validation.corpus import Labelled, mutations
from pytest_aiopt.cpp.syntax import Program
from pytest_aiopt.rewriter.engine import sites_of
from pytest_aiopt.rewriter.registry import Kind
from pytest_aiopt.tasks import loader

PARTS = ("tuning", "test")
_WORKERS = 2
_MADE = {
    Class.STRUCTURAL: "rungs of ladders, compositions",
    Class.SUPERFICIAL: "superficial decoys",
    Class.NULL: "null decoys",
}
"""Mutations by their class by construction."""


@dataclass(slots=True)
class _Compiler:
    """Machine code of programs, each compiled once."""

    tasks: dict[str, loader.Task]
    kept: dict[tuple[str, str], MachineCode] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, mutation: Labelled, program: str) -> MachineCode:
        key = (mutation.task, program)
        if key not in self.kept:
            task = self.tasks[mutation.task]
            code = compiled(program, task.root, task.flags)
            with self.lock:
                self.kept[key] = code
        return self.kept[key]


def check(tasks_dir: Path) -> tuple[list[Part], list[Part]]:
    """Return the corpus by construction, tuning and test part, and the rewriter's mutations likewise.

    Raises TaskError for a broken task, ToolMissing without a compiler.
    """
    tasks = {name: loader.load(tasks_dir, name) for name in loader.discover(tasks_dir)}
    compiler = _Compiler(tasks)
    built = [m for task in tasks.values() for m in _constructed(task)]
    rewritten = [m for task in tasks.values() for m in _rewritten(task)]
    with ThreadPoolExecutor(_WORKERS) as pool:
        judged = [j for found in pool.map(lambda m: judge([m], compiler), built) for j in found]
    return _parts(judged), _parts([*_by_tokens(rewritten)])


def _parts(judged: Sequence[Judged]) -> list[Part]:
    split = {name: [j for j in judged if j.mutation.tuning == (name == "tuning")] for name in PARTS}
    return [part(name, found) for name, found in split.items()]


def _constructed(task: loader.Task) -> list[Labelled]:
    program = (task.root / "program.cpp").read_text()
    ladder = [(rung, (task.root / "ladder" / rung.file).read_text()) for rung in task.ladder]
    return mutations(task.name, program, ladder)


def _rewritten(task: loader.Task) -> Iterator[Labelled]:
    """One mutation of each of the rewriter's rewrites that applies, of the program and of every rung.

    Their labels are the rewriter's own claims about its rewrites, made by other hands than the rules.
    """
    header = (task.root / "task.hpp").read_text()
    files = [task.root / "program.cpp", *(task.root / "ladder" / rung.file for rung in task.ladder)]
    for path in files:
        program, seen = Program(path.read_text(), header), set()
        for site in sites_of(program):
            if site.rewrite.name in seen:
                continue
            seen.add(site.rewrite.name)
            kind = Class.STRUCTURAL if site.rewrite.kind is Kind.STRUCTURAL else Class.SUPERFICIAL
            child = program.apply(site.change.edits)
            yield Labelled(task.name, f"{path.stem} + {site.rewrite.name}", program.text, child, kind)


def _by_tokens(corpus: Sequence[Labelled]) -> list[Judged]:
    """Judge without compiling: about a hundred small rewrites whose machine code adds no information."""
    found = [(m, character(m.parent, m.child)) for m in corpus]
    return [Judged(m, judged, judged.kind) for m, judged in found]


def as_json(constructed: Sequence[Part], rewritten: Sequence[Part]) -> dict[str, object]:
    """Return DESIGN's keys for the frozen test part, and the same of the other parts under their names."""
    test = next(p for p in constructed if p.name == "test")
    return {
        **_figures(test),
        "n_test": test.kappa.n if test.kappa else 0,
        "null_errors": len(test.null_errors),
        "depths": {
            kind.value: {_name(depth): n for (own, depth), n in test.depths.items() if own is kind}
            for kind in _MADE
        },
        "codebook": CODEBOOK,
        "passes": test.passes,
        "digest": test.digest,
        "tuning": _figures(next(p for p in constructed if p.name == "tuning")),
        "rewriter": {p.name: _figures(p) for p in rewritten},
        "labels": {code: _round(found.kappa) for code, found in test.labels.items()},
    }


def _figures(found: Part) -> dict[str, object]:
    k = found.kappa
    return {
        "kappa": _round(k.kappa) if k else None,
        "kappa_lower": _round(k.lower) if k else None,
        "n": k.n if k else 0,
    }


def _name(depth: Depth | None) -> str:
    return "unclassed" if depth is None else depth.name.lower()


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def lines(constructed: Sequence[Part], rewritten: Sequence[Part]) -> Iterator[str]:
    """Write the check as text."""
    gate = f"kappa >= {KAPPA}, its lower bound >= {LOWER}, on >= {LEAST} mutations of unseen tasks"
    yield f"codebook {CODEBOOK}; gate: {gate}, and no null error"
    for title, parts in (("constructed", constructed), ("rewriter's own labels", rewritten)):
        for found in parts:
            yield from _part(title, found)


def _part(title: str, found: Part) -> Iterator[str]:
    tasks = ", ".join(found.tasks) or "no task"
    yield f"{title}, {found.name} part ({tasks}): {_kappa(found.kappa)}"
    if not found.tasks:
        return
    for kind in Class:
        row = [found.confusion.get((kind, other), 0) for other in Class]
        if any(row):
            counts = ", ".join(f"{count} {other.value}" for count, other in zip(row, Class, strict=True))
            yield f"  {kind.value} by construction: found {counts}"
    yield from (f"  {row}" for row in _depths(found).splitlines())
    yield f"  null by construction: {found.nulls}; null errors: {len(found.null_errors)}"
    for code, agreed in found.labels.items():
        yield f"  label {code}: {_kappa(agreed)}"
    for missing in found.left_out:
        yield f"  left out: {missing}"
    for wrong in (*found.wrong, *found.null_errors):
        yield f"  disagrees: {wrong}"
    yield f"  sha256 of this part: {found.digest}"


def _depths(found: Part) -> str:
    """A table of the depths given to rungs of the ladders and to decoys."""
    depths: list[Depth | None] = [*Depth, None]
    rows = [[_MADE[kind], *(found.depths.get((kind, depth), 0) for depth in depths)] for kind in _MADE]
    head = [f"{depth:d} {depth.name.lower()}" if depth is not None else "unclassed" for depth in depths]
    return tabulate([row for row in rows if any(row[1:])], ["depth", *head])


def _kappa(found: Agreement | None) -> str:
    if found is None:
        return "no mutations"
    if found.kappa is None or found.lower is None:
        return f"kappa not estimable (one class only), n {found.n}"
    return f"kappa {found.kappa:.3f} (lower bound {found.lower:.3f}), PABAK {found.pabak:.3f}, n {found.n}"
