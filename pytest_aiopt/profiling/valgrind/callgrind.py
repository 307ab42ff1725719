"""Instructions by line, counted by ``valgrind --tool=callgrind``: exact and repeatable, but not a time.

A run is about fifty times slower than a plain run, so requests are small. Caches and branches are not
modelled.
"""

from __future__ import annotations

from pathlib import Path

from pytest_aiopt.model import ItemKind, Profile
from pytest_aiopt.profiling.addresses import resolve
from pytest_aiopt.profiling.base import Observation, ProfilingFailed, Subject, exact, record
from pytest_aiopt.profiling.valgrind import tool as valgrind_tool
from pytest_aiopt.profiling.valgrind.callgraph import charge, parse

BY_INSTRUCTION = ("--tool=callgrind", "--dump-instr=yes", "--dump-line=no", "--compress-strings=no",
                  "--compress-pos=no")  # fmt: skip


class Callgrind(valgrind_tool.ByValgrind):
    """Counts the instructions of candidates under valgrind, inside the sandbox."""

    name = "callgrind"

    def profile(self, subject: Subject) -> Profile:
        """Count one run; see Profiler.profile. Code that valgrind rejects (AVX-512) is a recorded failure."""

        def observe(binary: Path) -> Observation:
            text = valgrind_tool.simulated(subject, binary, BY_INSTRUCTION, "callgrind-out-file")
            try:
                graph = parse(text)
            except ValueError as error:
                raise ProfilingFailed(str(error)) from error
            charges = charge(graph, resolve(binary, graph.functions.keys()))
            return Observation(charges, "instructions", exact, kind=ItemKind.INSTRUCTIONS)

        return record(self, subject, observe)
