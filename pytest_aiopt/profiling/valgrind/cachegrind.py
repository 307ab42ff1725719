"""Cache misses and branch mispredictions by line, simulated on one fixed, named machine.

The simulator is cachegrind's, run inside callgrind, which records the candidate's line that called a library
function; misses in the function are charged to that line. Counts are exact and repeatable; they are neither
times nor properties of the host machine.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pytest_aiopt.model import ItemKind, Profile, ProfileItem, ProfileState
from pytest_aiopt.profiling.addresses import resolve
from pytest_aiopt.profiling.base import MAX_ITEMS, ProfilingFailed, Subject, blank, guarded
from pytest_aiopt.profiling.valgrind import tool as valgrind_tool
from pytest_aiopt.profiling.valgrind.callgraph import CallGraph, charge, parse
from pytest_aiopt.profiling.valgrind.callgrind import BY_INSTRUCTION

MACHINE = "reference machine 1: L1 32 KB 8-way, last level 8 MB 16-way, lines of 64 bytes"
_MACHINE_OPTIONS = ("--cache-sim=yes", "--branch-sim=yes", "--I1=32768,8,64", "--D1=32768,8,64",
                    "--LL=8388608,16,64")  # fmt: skip

EVENTS = {
    ItemKind.LL_MISSES: ("DLmr", "DLmw"),
    ItemKind.D1_MISSES: ("D1mr", "D1mw"),
    ItemKind.MISPREDICTIONS: ("Bcm", "Bim"),
}
"""The columns of callgrind's file for each kind: data reads and writes, direct and indirect branches."""

UNITS = {
    ItemKind.LL_MISSES: "last-level cache misses",
    ItemKind.D1_MISSES: "L1 data cache misses",
    ItemKind.MISPREDICTIONS: "branch mispredictions",
}
_LINES_A_KIND = MAX_ITEMS // len(EVENTS)


class Cachegrind(valgrind_tool.ByValgrind):
    """Simulates the caches and the branch predictor of the reference machine, inside the sandbox."""

    name = "cachegrind"

    def profile(self, subject: Subject) -> Profile:
        """Simulate one run; see Profiler.profile."""

        def take(binary: Path) -> Profile:
            options = (*BY_INSTRUCTION, *_MACHINE_OPTIONS)
            text = valgrind_tool.simulated(subject, binary, options, "callgrind-out-file")
            try:
                graphs = {kind: parse(text, events) for kind, events in EVENTS.items()}
                total = parse(text).total
            except ValueError as error:
                raise ProfilingFailed(str(error)) from error
            items = [item for kind, graph in graphs.items() for item in _items(kind, graph, binary)]
            done = blank(self, subject, ProfileState.TAKEN, MACHINE)
            return replace(done, unit="instructions", samples=total, items=tuple(items))

        return guarded(self, subject, take)


def _items(kind: ItemKind, graph: CallGraph, binary: Path) -> list[ProfileItem]:
    """Return the program's total (line 0) and the lines with the largest counts, as fractions of it."""
    whole = float(graph.total)
    items = [ProfileItem(0, "", whole, whole, whole, kind, UNITS[kind], samples=graph.total)]
    if not graph.total:
        return items
    charges = charge(graph, resolve(binary, graph.functions.keys()))
    for line, function, cost in charges.lines()[:_LINES_A_KIND]:
        share = round(cost / whole, 6)
        if share:
            items.append(
                ProfileItem(line, function, share, share, share, kind, UNITS[kind], samples=round(cost))
            )
    return items
