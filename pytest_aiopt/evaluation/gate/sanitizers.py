"""Checked runs: a build with sanitizers answers a corpus; what a sanitizer says is a verdict.

They run with the permissions of a tool (still in every namespace) and without the limit on address
space, of which sanitizers reserve terabytes; their own limit on resident memory takes its place.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from pytest_aiopt.evaluation.build.diagnostics import without_folders
from pytest_aiopt.evaluation.build.recipe import Sanitizer
from pytest_aiopt.evaluation.gate.gate import Gate
from pytest_aiopt.model import Limits, Status, Verdict

SLOWER = 20
MORE_MEMORY = 4
_FOUND = 99
_SAID = re.compile(
    r"^(?:SUMMARY: (?P<summary>\w+Sanitizer: .*)|(?P<undefined>\S+: runtime error: .*))$", re.M
)


def wanted(limits: Limits) -> tuple[Sanitizer, ...]:
    """Return the sanitizers that a task with these limits asks for."""
    return (Sanitizer.MEMORY, *((Sanitizer.THREADS,) if limits.threads > 1 else ()))


def check(gate: Gate, binary: Path, limits: Limits) -> Verdict:
    """Return the verdict on a checked build: wrong answers as ever, findings as CRASH with their place."""
    wall_s = limits.wall_s and limits.wall_s * SLOWER
    relaxed = replace(limits, cpu_s=limits.cpu_s * SLOWER, memory_mb=0, wall_s=wall_s)
    verdict, finished = gate.check_with(
        binary, relaxed, tool=("env",), environment=_environment(limits.memory_mb * MORE_MEMORY)
    )
    found = _SAID.search(finished.outcome.stderr)
    if verdict.status is Status.PASSED or found is None:
        return verdict
    said = without_folders(found["summary"] or found["undefined"])[:300]
    where = "after the last case" if verdict.case is None else f"at case {verdict.case}"
    return replace(verdict, status=Status.CRASH, detail=f"{said} {where}")


def _environment(memory_mb: int) -> dict[str, str]:
    shared = f"exitcode={_FOUND}:hard_rss_limit_mb={memory_mb}:halt_on_error=1:abort_on_error=0"
    return {
        "ASAN_OPTIONS": f"{shared}:detect_leaks=0:disable_coredump=0:allocator_may_return_null=0",
        "UBSAN_OPTIONS": f"{shared}:print_stacktrace=0",
        "TSAN_OPTIONS": shared,
    }
