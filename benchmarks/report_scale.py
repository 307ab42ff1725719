"""How long the report of a large study takes and how large its page gets: 100,000 synthetic evaluations.

The store is written by the project's own encoder: prompts, replies, sources, profiles and measurements of
the size and the redundancy of real ones. The programs are a task's own with lines added and wrapped, drawn
from a pool, as classing 100,000 distinct mutations takes minutes that are paid once. ``first_s``: no summary
is kept yet; the other figures are those of every later report. ``first_report_s``: the same of the shipped
example, whose mutations are nearly all distinct; ``ms_per_mutation``: reading and classing them, in as many
processes as the report takes, without a cache. Python keeps its byte code.
Usage: python benchmarks/report_scale.py [--quick] [--keep DIR]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from math import log2
from pathlib import Path

from tabulate import tabulate

from pytest_aiopt.analysis.readings import classed_in
from pytest_aiopt.analysis.workers import summarize
from pytest_aiopt.journal import events
from pytest_aiopt.journal.archive import directory
from pytest_aiopt.journal.schema import digest
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import (
    Candidate,
    Cell,
    Completion,
    Diagnostic,
    EditReason,
    Feedback,
    ItemKind,
    Measurement,
    NoiseFloor,
    Pair,
    Profile,
    ProfileItem,
    ProfileState,
    Prompt,
    Quality,
    Status,
    Track,
    Usage,
    Verdict,
)
from pytest_aiopt.verify import recording

ROOT = Path(__file__).parents[1]
MODELS = {"A": "openai:small", "B": "openai:large"}
STUDY = "synthetic-00000000"
POOL = 120
"""Distinct children of each task's program."""
PARENTS = 8
"""How many of them become parents."""


@dataclass(frozen=True)
class Size:
    """Tasks x tracks x seeds x calls."""

    tasks: int
    tracks: int
    seeds: int
    calls: int

    @property
    def evaluations(self) -> int:
        """All calls."""
        return self.tasks * self.tracks * self.seeds * self.calls


def pool(program: str, rng: random.Random) -> list[str]:
    """Return programs made from one: lines swapped, repeated or wrapped, a name changed."""
    lines = program.split("\n")
    inner = [at for at, line in enumerate(lines) if line.startswith("    ") and line.rstrip().endswith(";")]
    found = []
    for number in range(POOL):
        changed = list(lines)
        for at in rng.sample(inner, min(3, len(inner))):
            changed[at] = f"{changed[at]}\n    const auto kept_{number}_{at} = {number};"
        if number % 3 == 0:
            at = rng.choice(inner)
            changed[at] = f"    for (int i{number} = 0; i{number} < 1; ++i{number}) {{\n{changed[at]}\n    }}"
        found.append("\n".join(changed))
    return found


class Writer:
    """Writes one cell's journal."""

    def __init__(self, path: Path) -> None:
        self.path, self.lines = path, list[bytes]()

    def add(self, event: events.AnyEvent) -> None:
        """Append an event."""
        number, last = len(self.lines) + 1, self.lines[-1][:-1] if self.lines else b""
        prev = digest(last) if last else ""
        self.lines.append(events.encode(number, event, 1.7e9, float(number), prev=prev))

    def close(self) -> None:
        """Put it on disk."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(b"".join(self.lines))


def measurement(value: float, rng: random.Random, workload: str = "w0") -> Measurement:
    """Return a measurement with as many pairs as real ones have."""
    pairs = tuple(
        Pair(0.04 + rng.random() / 1e3, 0.04 / 2**value + rng.random() / 1e3, rng.random() < 0.5)
        for _ in range(16)
    )
    return Measurement(workload, value, value - 0.02, value + 0.02, pairs, Quality.QUIET, 2.0)


def profiles(sha: str, rng: random.Random, lines: int) -> tuple[Profile, ...]:
    """Return three profiles of about as many items as real ones have."""
    kinds = (("sampled", ItemKind.CPU), ("simulated", ItemKind.D1_MISSES), ("heap", ItemKind.ALLOCATIONS))
    return tuple(
        Profile(tool, "1", ProfileState.TAKEN, sha, "w0", "time", 400, 0.5, 0.1, tuple(
            ProfileItem(rng.randint(1, lines), f"work_{at}", x := rng.random(), x - 0.01, x + 0.01, kind)
            for at in range(18)
        ))
        for tool, kind in kinds
    )  # fmt: skip


def prompt(system: str, parent: str, history: list[str], shown: str) -> Prompt:
    """Return a prompt that holds the parent, two earlier programs and, where shown, a profile."""
    earlier = "\n\n".join(
        f"## Program {at}\n```cpp\n{source}\n```" for at, source in enumerate(history[-2:], 1)
    )
    return Prompt(
        system, f"# Current Program\n- Fitness: 1.0\n\n{shown}\n\n{earlier}\n\n# Now\n```cpp\n{parent}\n```"
    )


def write_cell(store: Store, cell: Cell, program: str, children: list[str], size: Size) -> None:
    """Write a finished cell: half of its calls are right, the best of which becomes the next parent."""
    rng = random.Random(cell.id)
    feedback = Feedback.PROFILE if cell.track[0] in "CD" else Feedback.NONE
    model = MODELS["A" if cell.track[0] in "AC" else "B"]
    writer = Writer(store.journal(STUDY, cell))
    identity = {
        "study": STUDY,
        "task": hashlib.sha256(cell.task.encode()).hexdigest(),
        "machine": "synthetic",
    }
    track = Track(cell.track, model, feedback)
    writer.add(events.Opened(cell, track, model, STUDY, size.calls, program, identity, {"cpu": "none"}))
    writer.add(events.Floored(NoiseFloor(cell.task, "synthetic", (0.0,) * 10, 0.01, log2(1.03))))
    parent, best, history, profiled = program, 0.0, [program], set[str]()
    for step in range(1, size.calls + 1):
        parent, best = write_step(writer, cell, step, parent, best, history, profiled, children, rng)
    sha = Candidate(parent).sha
    writer.add(events.Confirmed(sha, (measurement(best, rng, "h0"), measurement(best, rng, "h1"))))
    writer.add(events.Finished(size.calls, sha))
    writer.close()


def write_step(
    writer: Writer,
    cell: Cell,
    step: int,
    parent: str,
    best: float,
    history: list[str],
    profiled: set[str],
    children: list[str],
    rng: random.Random,
) -> tuple[str, float]:
    """Write one call and what became of it; return the next parent and the best log2 speedup."""
    sha = Candidate(parent).sha
    if sha not in profiled:
        profiled.add(sha)
        first, *more = profiles(sha, rng, parent.count("\n"))
        writer.add(events.Profiled(sha, first, tuple(more)))
    child = rng.choice(children)
    block = f"<<<<<<< SEARCH\n{child[-300:]}\n=======\n{child[-280:]}\n>>>>>>> REPLACE\n"
    reply = f"I change how {cell.task} works, to save time.\n{block}"
    usage = Usage(4000 + rng.randint(0, 999), 300 + rng.randint(0, 99))
    notes = "Runtime notes: none." if cell.track[0] in "AB" else f"Runtime notes: {rng.random()}"
    asked = prompt(f"You improve {cell.task}. " * 40, parent, history, notes)
    writer.add(events.Proposed(step, sha, asked, {}, step, Completion(reply, "stop", "model", usage, 2.0)))
    own = Candidate(child).sha
    if child == parent or rng.random() < 0.1:
        writer.add(events.Edited(step, None, None, "SEARCH text not found", reason=EditReason.NO_MATCH))
        return parent, best
    writer.add(events.Edited(step, own, child))
    binary = hashlib.sha256(f"{own}".encode()).hexdigest()
    if rng.random() < 0.15:
        writer.add(events.Built(step, own, False, own, None, (Diagnostic(1, 1, "error", "no"),), "error: no"))
        return parent, best
    writer.add(events.Built(step, own, True, own, binary))
    if rng.random() < 0.2:
        writer.add(events.Judged(step, own, Verdict(Status.WRONG_ANSWER, "case 7 differs", 500, 7, "n = 3")))
        return parent, best
    writer.add(events.Judged(step, own, Verdict(Status.PASSED, cases=500)))
    value = best + rng.gauss(0, 0.05)
    writer.add(events.Measured(step, own, measurement(value, rng)))
    history.append(child)
    return (child, value) if value > best and child in children[:PARENTS] else (parent, best)


def write_store(root: Path, size: Size) -> None:
    """Write all cells."""
    names = sorted(path.name for path in (ROOT / "tasks").iterdir() if (path / "program.cpp").is_file())
    programs = {
        f"{names[at % len(names)]}_{at}": (
            ROOT / "tasks" / names[at % len(names)] / "program.cpp"
        ).read_text()
        for at in range(size.tasks)
    }
    children = {task: pool(program, random.Random(task)) for task, program in programs.items()}
    store = Store(root)
    for cell in cells(size, list(programs)):
        write_cell(store, cell, programs[cell.task], children[cell.task], size)


def cells(size: Size, tasks: list[str]) -> Iterator[Cell]:
    """Yield the grid."""
    tracks = [f"{letter}{number or ''}" for number in range(3) for letter in "ABCD"][: size.tracks]
    for seed in range(1, size.seeds + 1):
        for task in tasks:
            for track in tracks:
                yield Cell(task, track, seed)


def timed(root: Path, formats: str) -> float:
    """Return the seconds of one report, the interpreter's start included."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        f"--aiopt-report={formats}",
        "--aiopt-results",
        str(root),
        "-q",
    ]
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT, env=usual)
    return time.monotonic() - started


def example(folder: Path) -> tuple[float, float]:
    """Return the seconds of the shipped example's first report, and the milliseconds per mutation of it."""
    store = Store(folder)
    with directory(ROOT / "results" / "example.tar.xz") as recorded:
        recording.import_(recorded, store)
    first_report_s = timed(folder, "terminal")
    shutil.rmtree(store.cache)
    started = time.monotonic()
    classed = summarize(classed_in, store.root, store.journals())
    return first_report_s, 1000 * (time.monotonic() - started) / max(len(classed), 1)


def main() -> None:
    """Print a table and a JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="5,000 evaluations")
    parser.add_argument("--keep", type=Path, help="make the store here and keep it; use it where it is there")
    options = parser.parse_args()
    size = Size(5, 10, 5, 20) if options.quick else Size(10, 10, 10, 100)
    with tempfile.TemporaryDirectory() as made:
        root = options.keep or Path(made)
        if not Store(root).journals():
            write_store(root, size)
        journals = Store(root).journals()
        read_gb = sum(path.stat().st_size for path in journals) / 1e9
        first_s = timed(root, "terminal")
        terminal_s, html_s = timed(root, "terminal"), timed(root, "html")
        with tempfile.TemporaryDirectory() as folder:
            first_report_s, ms_per_mutation = example(Path(folder))
        page_mb = (Store(root).report(STUDY) / "report.html").stat().st_size / 1e6
    rows = [
        ["evaluations", f"{size.evaluations}"],
        ["cells", f"{len(journals)}"],
        ["journals, GB", f"{read_gb:.2f}"],
        ["first report in the terminal, s", f"{first_s:.1f}"],
        ["later report in the terminal, s", f"{terminal_s:.1f}"],
        ["HTML, s", f"{html_s:.1f}"],
        ["HTML, MB", f"{page_mb:.1f}"],
        ["first report of the shipped example, s", f"{first_report_s:.1f}"],
        ["reading and classing it, ms per mutation", f"{ms_per_mutation:.2f}"],
    ]
    print(tabulate(rows, ("what", "")))
    figures = {
        "evaluations": size.evaluations,
        "terminal_s": round(terminal_s, 2),
        "html_s": round(html_s, 2),
    }
    print(
        json.dumps(
            figures
            | {"html_mb": round(page_mb, 2), "first_s": round(first_s, 1), "journals_gb": round(read_gb, 3)}
            | {"first_report_s": round(first_report_s, 2), "ms_per_mutation": round(ms_per_mutation, 3)}
        )
    )


if __name__ == "__main__":
    main()
