"""Description of this machine; measurements of machines with different fingerprints are never mixed."""

from __future__ import annotations

import hashlib
import platform
from pathlib import Path

import msgspec

from pytest_aiopt.evaluation.host import cores

_NAMES = ("model name", "cpu model", "cpu", "uarch")
_SETS = {
    "asimd": "NEON",
    "sve": "SVE",
    "sse4_2": "SSE4.2",
    "avx2": "AVX2",
    "bmi2": "BMI2",
    "avx512f": "AVX-512F",
}
"""Instruction sets that programs ask for most, by their words in /proc/cpuinfo."""
_NUMBERS = ("CPU implementer", "CPU variant", "CPU part", "CPU revision", "mvendorid", "marchid", "mimpid")


def describe(compiler: str, sandbox_level: int) -> dict[str, str]:
    """Return what decides timings here: CPU, instruction sets, cores, kernel, compiler and sandbox level."""
    cpuinfo = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    return {
        "cpu": cpu_model(cpuinfo),
        "instruction_sets": instruction_sets(cpuinfo),
        "cores": str(len(cores.usable())),
        "kernel": platform.release(),
        "compiler": compiler,
        "sandbox_level": str(sandbox_level),
    }


def fingerprint(machine: dict[str, str]) -> str:
    """Return 12 hex digits identifying ``machine``."""
    return hashlib.sha256(msgspec.json.encode(machine, order="sorted")).hexdigest()[:12]


def instruction_sets(cpuinfo: str) -> str:
    """Return the names of the sets that every core has; "" if /proc/cpuinfo names none."""
    pairs = (line.partition(":") for line in cpuinfo.splitlines())
    cores_words = [set(value.split()) for key, _, value in pairs if key.strip() in ("flags", "Features")]
    every = set.intersection(*cores_words) if cores_words else set()
    return ", ".join(name for word, name in _SETS.items() if word in every)


def cpu_model(cpuinfo: str) -> str:
    """Return the processor's name in /proc/cpuinfo, or the numbers of all its kinds of cores."""
    named: dict[str, dict[str, None]] = {}
    for line in cpuinfo.splitlines():
        key, _, value = line.partition(":")
        named.setdefault(key.strip(), {})[value.strip()] = None
    for key in _NAMES:
        if values := [value for value in named.get(key, ()) if value]:
            return values[0]
    return " ".join((platform.machine(), *_numbers(cpuinfo)))


def _numbers(cpuinfo: str) -> list[str]:
    """Return one word for each kind of core; Arm gives numbers only, RISC-V codes."""
    kinds: dict[str, None] = {}
    for block in cpuinfo.split("\n\n"):
        pairs = (line.partition(":") for line in block.splitlines())
        fields = {key.strip(): value.strip() for key, _, value in pairs}
        if word := "/".join(fields[key] for key in _NUMBERS if key in fields):
            kinds[word] = None
    return sorted(kinds)
