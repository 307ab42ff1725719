"""How often the meter calls a program faster or slower that an edit only moved.

To every task whose clock is the processor's, edits are made that change where the code lies and nothing else:
functions that nobody calls, a few instructions at the start of the entry, another order of functions, a
wrapper. An edit counts if its assembly text holds every instruction of the original's and few more. Each is
measured as a candidate is, and confirmed as a champion is; every decision for "faster" or "slower" is false.

Usage: python benchmarks/null_edits.py [--quick] [--placements N] [--records FILE] [--seconds N] [TASK ...]
With --records measurements are appended to FILE, and the next call goes on where this one stopped.
With --seconds 0 it shows what is there.
--placements 1 measures programs as they were compiled, which is what most ways of timing do.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from meter_power import Bench as PowerBench
from tabulate import tabulate

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.cpp.source import Source
from pytest_aiopt.cpp.tree import Node
from pytest_aiopt.design.study_file import MeterSpec
from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import Candidate, Decision, Measurement, Metric, Verdict
from pytest_aiopt.tasks import loader

ROOT = Path(__file__).parents[1]
SCORED, POWER = "scored", "power"
EFFECT, POWER_S, POWER_TRIES = 0.01, 5.0, 40
"""The gain that must be found, in so many seconds, so many times."""
MOST_ADDED = 120
"""Instructions that an edit may add: nearly all of them are never executed."""
QUICK_TASKS, QUICK_EDITS = ("key_index", "lz_block"), 2
MOST_EDITS, MOST_SWAPS = 9, 2
STORES = (1, 2, 5)
"""Of seven bytes each and more."""


Key = tuple[str, str, str, int]
Found = TypeVar("Found", Measurement, tuple[Measurement, ...])


@dataclass(frozen=True)
class Record:
    """One comparison; ``where`` is SCORED, POWER or a held-out workload. Speedup with its interval."""

    task: str
    edit: str
    where: str
    placements: int
    decision: str
    speedup: float
    low: float
    high: float
    seconds: float

    @property
    def key(self) -> Key:
        """What is measured once."""
        return self.task, self.edit, self.where, self.placements

    @property
    def different(self) -> bool:
        """Whether the meter says so."""
        return self.decision in (Decision.FASTER, Decision.SLOWER)


# --- edits ---------------------------------------------------------------------------------------


def edits(program: str, entry: str) -> Iterator[tuple[str, str]]:
    """Yield (name, program) for every edit that only moves code, as far as the source shows it."""
    head = re.search(rf'^extern "C" [^{{;]*\b{entry}\((?P<parameters>[^{{;]*)\) {{\n', program, re.MULTILINE)
    if head is None:
        raise SystemExit(f"the program does not define {entry} as expected")
    start, body = head.start(), head.end()
    after_includes = program.index("\n", program.rindex("#include")) + 1
    for number, swapped in enumerate(_swapped(program)):
        if number < MOST_SWAPS:
            yield f"functions swapped {number}", swapped
    yield "wrapper", _wrapped(program, entry, head)
    yield "branch not taken", _inserted(program, body, _never(9))
    yield "switch not taken", _inserted(program, body, _switch())
    for stores in STORES:
        unused = _unused(stores)
        yield f"{stores} stores in the entry", _inserted(program, body, _stores(stores, "entry_sink"))
        yield f"function of {stores} stores first", _inserted(program, after_includes, unused)
        yield f"function of {stores} stores before the entry", _inserted(program, start, unused)
    yield "function last", program + _unused(3)


def _inserted(program: str, at: int, text: str) -> str:
    return program[:at] + text + program[at:]


def _stores(count: int, name: str) -> str:
    return f"    static volatile int {name};\n" + "".join(
        f"    {name} = {number};\n" for number in range(count)
    )


def _unused(stores: int) -> str:
    return f"[[gnu::used, gnu::noinline]] static void never_called() {{\n{_stores(stores, 'sink')}}}\n"


def _never(stores: int) -> str:
    return (
        "    static volatile int entry_sink;\n    if (entry_sink) {\n"
        + "".join(f"        entry_sink = {number};\n" for number in range(stores))
        + "    }\n"
    )


def _switch() -> str:
    cases = [f"        case {number}: entry_sink = {3 * number + 7}; break;\n" for number in range(1, 5)]
    head = "    static volatile int entry_sink;\n    switch (entry_sink) {\n"
    return "".join([head, *cases, "        default: break;\n    }\n"])


def _wrapped(program: str, entry: str, head: re.Match[str]) -> str:
    names = ", ".join(re.findall(r"(\w+)(?=\s*(?:,|$))", head["parameters"]))
    inner = f"{entry}_inside"
    renamed = re.sub(rf"\b{entry}\(", f"{inner}(", head[0]).replace('extern "C"', "[[gnu::noipa]] static")
    wrapper = f"{head[0]}    return {inner}({names});\n}}\n"
    return program[: head.start()] + renamed + program[head.end() :] + wrapper


def _swapped(program: str) -> Iterator[str]:
    """Yield the program with two neighbouring functions swapped that do not refer to each other."""
    data = program.encode()
    source = Source(program)
    for first in source.all("function_definition"):
        second = first.next_named_sibling
        if second is None or second.type != "function_definition":
            continue
        one, other = (data[node.start_byte : node.end_byte] for node in (first, second))
        if _called(first) in other.decode() or _called(second) in one.decode():
            continue
        between = data[first.end_byte : second.start_byte]
        yield (data[: first.start_byte] + other + between + one + data[second.end_byte :]).decode()


def _called(definition: Node) -> str:
    match = re.search(r"(\w+)\s*\(", definition.raw)
    return match[1] if match else ""


def instructions(assembly: str) -> Counter[str]:
    """Count the instructions of an assembly text, without numbers of labels and names of symbols."""
    lines = re.findall(r"^\t([a-z]\w*(?:\t.*)?)$", assembly, re.MULTILINE)
    return Counter(re.sub(r"\.?\b[A-Z_]\w*|\b[a-z]\w*_\w+", "", line) for line in lines)


def moved_only(original: str, edited: str) -> bool:
    """Whether the assembly text of an edit has all instructions of the original's and few more."""
    before, after = instructions(original), instructions(edited)
    return not before - after and (after - before).total() <= MOST_ADDED and original != edited


# --- measuring -----------------------------------------------------------------------------------


class Workbench:
    """The instruments for all tasks, on one cache of builds."""

    def __init__(self, folder: Path, spec: MeterSpec) -> None:
        self._folder = folder
        self._spec = spec
        self.sandbox = Sandbox.probe(folder, allow_unsafe=True)
        self._toolchain = Toolchain(cache=folder / "builds", sandbox=self.sandbox)

    def bench(self, name: str) -> Bench:
        """Return the instruments of a task."""
        return Bench(
            loader.load(ROOT / "tasks", name),
            toolchain=self._toolchain,
            sandbox=self.sandbox,
            meter=self._spec,
            store=Store(self._folder / "results"),
        )

    def assembly(self, bench: Bench, source: str) -> str:
        """Return the assembly text of a program; "" where it does not compile."""
        task = bench.task
        if not bench.build(Candidate(source)).ok:
            return ""
        return self._toolchain.assembly(source=source, task_dir=task.root, entry=task.entry, flags=task.flags)

    def null_edits(self, bench: Bench) -> Iterator[tuple[str, Candidate]]:
        """Yield the edits of a task that only move its code, each other machine code than the rest."""
        program = bench.task.program.source
        seen = [self.assembly(bench, program)]
        for name, edited in edits(program, bench.task.entry):
            text = self.assembly(bench, edited)
            if text not in seen and moved_only(seen[0], text):
                seen.append(text)
                yield name, Candidate(edited)


def tasks() -> list[str]:
    """Return the tasks timed by the processor's clock."""
    named = (loader.load(ROOT / "tasks", name) for name in loader.discover(ROOT / "tasks"))
    return [task.name for task in named if task.metric is Metric.CPU]


def _record(task: str, edit: str, where: str, placements: int, found: Measurement) -> Record:
    interval = (2**found.low, 2**found.high)
    return Record(task, edit, where, placements, found.decision, found.speedup, *interval, found.seconds)


def comparisons(
    workbench: Workbench, names: Sequence[str], placements: int, most: int, done: set[Key]
) -> Iterator[Record]:
    """Yield what is not done yet, scored and confirmed; the first edits of all tasks come first."""
    benches = {name: workbench.bench(name) for name in names}
    found = {name: workbench.null_edits(bench) for name, bench in benches.items()}
    for _ in range(most):
        for name, bench in benches.items():
            for edit, candidate in islice(found[name], 1):
                if (name, edit, SCORED, placements) not in done:
                    yield _record(name, edit, SCORED, placements, _sound(bench.measure(candidate)))
                held_out = [each.name for each in bench.task.held_out]
                if any((name, edit, each, placements) not in done for each in held_out):
                    for one in _sound(bench.confirm(candidate)):
                        yield _record(name, edit, one.workload, placements, one)


def _sound(found: Found | Verdict) -> Found:
    if isinstance(found, Verdict):
        raise SystemExit(f"an edit was refused: {found}")
    return found


def power(folder: Path, lacking: int, placements: int) -> Iterator[Record]:
    """Yield comparisons of a program with itself and one percent more work."""
    if lacking <= 0:
        return
    bench = PowerBench(folder)
    for number in range(lacking):
        started, found = time.monotonic(), bench.ours(EFFECT, POWER_S)
        faster = Decision.FASTER if found["decision"] == 1 else Decision.UNDECIDED
        speedup = 1 + float(str(found["estimate"]))
        took = time.monotonic() - started
        yield Record("power_task", f"1 % {number}", POWER, placements, faster, speedup, 0.0, 0.0, took)


# --- showing -------------------------------------------------------------------------------------


def share(records: Sequence[Record]) -> float | None:
    """Return which share is called different; None of nothing."""
    return sum(each.different for each in records) / len(records) if records else None


def show(records: Sequence[Record], placements: int) -> None:
    """Print the table and the JSON object."""
    records = [each for each in records if each.placements == placements]
    null = [each for each in records if each.where != POWER]
    rows = []
    for name in dict.fromkeys(each.task for each in null):
        scored = [each for each in null if each.task == name and each.where == SCORED]
        confirmed = [each for each in null if each.task == name and each.where != SCORED]
        width = [each.high / each.low - 1 for each in (*scored, *confirmed)]
        widest = sorted(width)[len(width) // 2] / 2
        rows.append([name, len(scored), _said(scored), len(confirmed), _said(confirmed), f"{widest:.1%}"])
    print(tabulate(rows, headers=["task", "scored", "different", "confirmed", "different", "half interval"]))
    for each in null:
        if each.different:
            interval = f"{each.speedup:.3f} ({each.low:.3f}-{each.high:.3f})"
            print(f"{each.task}, {each.edit}, {each.where}: {each.decision} {interval}")
    found = {
        "comparisons": len(null),
        "false_scored": share([each for each in null if each.where == SCORED]),
        "false_confirmed": share([each for each in null if each.where != SCORED]),
        "power_1pct": share([each for each in records if each.where == POWER]),
        "placements": placements,
    }
    print(json.dumps(found))


def _said(records: Sequence[Record]) -> str:
    counts = Counter(each.decision for each in records if each.different)
    return ", ".join(f"{count} {decision}" for decision, count in sorted(counts.items())) or "-"


def main() -> None:
    """Measure what is lacking and print what is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", nargs="*", help="default: all that are timed by the processor's clock")
    parser.add_argument("--quick", action="store_true", help="two tasks, two edits each, no power")
    parser.add_argument("--placements", type=int, default=MeterSpec().placements)
    parser.add_argument("--records", type=Path, help="keep the comparisons here and go on from them")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    options = parser.parse_args()
    records: list[Record] = []
    if options.records and options.records.exists():
        records = [Record(**json.loads(line)) for line in options.records.read_text().splitlines()]
    names = options.tasks or (QUICK_TASKS if options.quick else tasks())
    end = time.monotonic() + options.seconds
    with tempfile.TemporaryDirectory() as name:
        folder, placements = Path(name), options.placements
        done = {each.key for each in records}
        spec = MeterSpec(placements=placements)
        if options.quick:
            spec = MeterSpec(placements=placements, budget_s=0.5, confirm_s=0.5)
        made = comparisons(
            Workbench(folder, spec), names, placements, QUICK_EDITS if options.quick else MOST_EDITS, done
        )
        powered = sum(each.where == POWER and each.placements == placements for each in records)
        wanted = 0 if options.quick or placements == 1 else POWER_TRIES - powered
        sources = (made, power(folder, wanted, placements)) if options.seconds > 0 else ()
        for source in sources:
            for record in source:
                records.append(record)
                if options.records:
                    with options.records.open("a") as file:
                        file.write(json.dumps(asdict(record)) + "\n")
                if time.monotonic() > end:
                    break
            if time.monotonic() > end:
                break
    show(records, options.placements)


if __name__ == "__main__":
    main()
