"""Description of this machine; measurements of machines with different fingerprints are never mixed."""

from __future__ import annotations

import hashlib
import platform
from pathlib import Path

import msgspec

from pytest_aiopt.evaluation.host import cores


def describe(compiler: str, sandbox_level: int) -> dict[str, str]:
    """Return what decides timings here: CPU, cores, kernel, compiler and sandbox level."""
    return {
        "cpu": _cpu_model(),
        "cores": str(len(cores.usable())),
        "kernel": platform.release(),
        "compiler": compiler,
        "sandbox_level": str(sandbox_level),
    }


def fingerprint(machine: dict[str, str]) -> str:
    """Return 12 hex digits identifying ``machine``."""
    return hashlib.sha256(msgspec.json.encode(machine, order="sorted")).hexdigest()[:12]


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
