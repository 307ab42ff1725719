"""The device of a task: a trusted program that runs beside each program of the task, in another process."""

from __future__ import annotations

from pathlib import Path

from pytest_aiopt.evaluation.sandbox.trusted import NATIVE, compile_trusted, find_program

DEVICE = "device.cpp"
"""The file of a task that models a device; most tasks have none."""

_OPTIONS = ("-std=c++17", "-O2", "-static", "-Wall")
_HEADERS = ("device.hpp", "bytes.hpp")


def device_of(task: Path, cache: Path) -> Path | None:
    """Return the device of a task's folder, compiled into ``cache`` if need be; None if it has none."""
    source, main = task / DEVICE, NATIVE / DEVICE
    if not source.is_file():
        return None
    compiler = find_program("g++", "apt-get install g++")
    command = [compiler, *_OPTIONS, "-I", str(NATIVE), "-I", str(task), str(main), str(source)]
    inputs = [main, source, task / "task.hpp", *(NATIVE / name for name in _HEADERS)]
    return compile_trusted(command, inputs=inputs, cache=cache.absolute(), name="device", task=task)
