"""Sentences on how programs are built and run: compiler, flags, processor, threads and limits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pytest_aiopt.evaluation.build.recipe import PROJECT_FLAGS
from pytest_aiopt.model import Limits
from pytest_aiopt.tasks.loader import Task

_STANDARD = re.compile(r"-std=(c|gnu)\+\+(\w+)")


def language(flags: Sequence[str]) -> str:
    """Return the language level in the flags of a task, such as C++20; the last one counts."""
    found = [match for flag in (*PROJECT_FLAGS, *flags) if (match := _STANDARD.fullmatch(flag))]
    dialect, level = found[-1].groups()
    return f"C++{level}" if dialect == "c" else f"C++{level} with GNU extensions"


def options(flags: Sequence[str]) -> str:
    """Return the compiler's options for a task, without language levels that a later one overrides."""
    every = (*PROJECT_FLAGS, "-static", *flags)
    levels = [flag for flag in every if _STANDARD.fullmatch(flag)]
    return " ".join(flag for flag in every if flag not in levels[:-1])


def stated(task: Task, machine: Mapping[str, str]) -> str:
    """Return the facts as a list; facts missing from the journal are stated as unknown."""
    compiler = machine.get("compiler", "").partition(", ")[0] or "not known"
    processor, cores = machine.get("cpu", "not known"), machine.get("cores", "an unknown number of")
    sets = f"; {machine['instruction_sets']}" if machine.get("instruction_sets") else ""
    lines = (
        f"Compiler: {compiler}; language: {language(task.flags)}; flags: {options(task.flags)}",
        f"Processor: {processor}; {cores} {'core' if cores == '1' else 'cores'}{sets}.",
        _threads(task.limits),
        "Intrinsics and `target` attributes are allowed, as far as this processor has the instructions.",
        f"A run may use {task.limits.cpu_s:g} s of CPU time and {task.limits.memory_mb} MB of memory.",
        *_examined(task.limits, machine),
    )
    return "\n".join(f"- {line}" for line in lines)


def _examined(limits: Limits, machine: Mapping[str, str]) -> Iterator[str]:
    """State what the best programs must pass; prompts of journals without this fact did not state it."""
    if machine.get("sanitizers"):
        alone = "memory errors and undefined behaviour"
        found = alone if limits.threads == 1 else "memory errors, undefined behaviour and data races"
        yield f"The best programs also run under sanitizers for {found}; a finding refuses them."


def _threads(limits: Limits) -> str:
    if limits.threads == 1:
        return "The program must not start threads."
    return f"The program may have up to {limits.threads} threads at a time."
