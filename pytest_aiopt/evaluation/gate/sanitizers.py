"""Checked runs: a build with sanitizers answers a corpus; what a sanitizer says is a verdict.

They see what a tool sees and may make the system calls that sanitizers need, but start no process. In place
of the limit on address space, of which sanitizers reserve terabytes, is one on what they hold in memory.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from pytest_aiopt.evaluation.build.recipe import Sanitizer
from pytest_aiopt.evaluation.gate.gate import Gate
from pytest_aiopt.model import Limits, Status, Verdict

SLOWER = 20
MORE_MEMORY = 4
_FOUND = 99
_SHARED = f"exitcode={_FOUND}:halt_on_error=1:abort_on_error=0"
_ENVIRONMENT = {
    "ASAN_OPTIONS": f"{_SHARED}:detect_leaks=0:disable_coredump=0:allocator_may_return_null=0",
    "UBSAN_OPTIONS": f"{_SHARED}:print_stacktrace=0",
    "TSAN_OPTIONS": _SHARED,
}
_KINDS = (
    "heap-buffer-overflow", "stack-buffer-overflow", "stack-buffer-underflow", "global-buffer-overflow",
    "dynamic-stack-buffer-overflow", "heap-use-after-free", "stack-use-after-return", "stack-use-after-scope",
    "use-after-poison", "container-overflow", "initialization-order-fiasco", "alloc-dealloc-mismatch",
    "new-delete-type-mismatch", "double-free", "bad-free", "memcpy-param-overlap", "negative-size-param",
    "allocation-size-too-big", "calloc-overflow", "out-of-memory", "stack-overflow", "odr-violation",
    "SEGV", "BUS", "FPE", "ILL", "ABRT", "data race", "lock-order-inversion", "thread leak",
    "signed integer overflow", "division by zero", "shift exponent", "left shift of", "negation of",
    "load of misaligned address", "store to misaligned address", "reference binding to null pointer",
    "reference binding to misaligned address", "member access within null pointer",
    "member access within misaligned address", "member call on null pointer", "load of null pointer",
    "store to null pointer", "load of value", "index", "null pointer", "applying", "pointer index expression",
    "execution reached", "variable length array", "object-size", "insufficient space",
)  # fmt: skip
"""The known kinds of report. The program can print reports too: nothing of their text is quoted but these
words and the number of a line."""

_KIND = "|".join(_KINDS)
_SAID = re.compile(
    rf"^(?:SUMMARY: (?P<tool>Address|Thread|UndefinedBehavior)Sanitizer: (?P<kind>{_KIND})\b(?P<place>.*)"
    rf"|\S*?program\.cpp:(?P<line>\d{{1,6}}):\d+: runtime error: (?P<undefined>{_KIND})\b.*)$",
    re.M,
)
_LINE = re.compile(r"\bprogram\.cpp:(\d{1,6})\b")


def wanted(limits: Limits) -> tuple[Sanitizer, ...]:
    """Return the sanitizers that a task with these limits asks for."""
    return (Sanitizer.MEMORY, *((Sanitizer.THREADS,) if limits.threads > 1 else ()))


def check(gate: Gate, binary: Path, limits: Limits) -> Verdict:
    """Return the verdict on a checked build: wrong answers as ever, findings as CRASH with their place."""
    wall_s = limits.wall_s and limits.wall_s * SLOWER
    relaxed = replace(limits, cpu_s=limits.cpu_s * SLOWER, memory_mb=0, wall_s=wall_s)
    verdict, finished = gate.check_with(
        binary, relaxed, tool=("env",), environment=_ENVIRONMENT, tree_mb=limits.memory_mb * MORE_MEMORY
    )
    found = _SAID.search(finished.outcome.stderr)
    if verdict.status is Status.PASSED or found is None:
        return verdict
    where = "after the last case" if verdict.case is None else f"at case {verdict.case}"
    return replace(verdict, status=Status.CRASH, detail=f"{_report(found)} {where}")


def _report(found: re.Match[str]) -> str:
    """Return a report in our words: its tool, its kind, and its line of the program where it names one."""
    if found["undefined"]:
        return f"runtime error: {found['undefined']} on line {found['line']}"
    place = _LINE.search(found["place"])
    return f"{found['tool']}Sanitizer: {found['kind']}{f' on line {place[1]}' if place else ''}"
