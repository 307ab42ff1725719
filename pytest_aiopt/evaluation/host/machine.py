"""Description of this machine; measurements of machines with different fingerprints are never mixed."""

from __future__ import annotations

import hashlib
import platform
from pathlib import Path

import msgspec

from pytest_aiopt.evaluation.host import cores

_NAMES = ("model name", "cpu model", "cpu", "uarch")
_NUMBERS = ("CPU implementer", "CPU variant", "CPU part", "CPU revision", "mvendorid", "marchid", "mimpid")


def describe(compiler: str, sandbox_level: int) -> dict[str, str]:
    """Return what decides timings here: CPU, cores, kernel, compiler and sandbox level."""
    return {
        "cpu": cpu_model(Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")),
        "cores": str(len(cores.usable())),
        "kernel": platform.release(),
        "compiler": compiler,
        "sandbox_level": str(sandbox_level),
    }


def fingerprint(machine: dict[str, str]) -> str:
    """Return 12 hex digits identifying ``machine``."""
    return hashlib.sha256(msgspec.json.encode(machine, order="sorted")).hexdigest()[:12]


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
