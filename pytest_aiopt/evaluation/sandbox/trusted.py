"""Compiles our own native code (never a candidate's): once per content, into the cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pytest_aiopt.errors import InfrastructureError, TaskError, ToolMissing

NATIVE = Path(__file__).parent / "native"
_TIMEOUT_S = 120.0


def find_program(name: str, remedy: str) -> str:
    """Return the path of a program; raise ToolMissing with the remedy when it is not installed."""
    path = shutil.which(name)
    if path is None:
        raise ToolMissing(f"the program {name} is not installed", remedy)
    return path


def digest(parts: Sequence[str | bytes]) -> str:
    """Return the sha256 of the parts, each preceded by its length so that no two lists collide."""
    hasher = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        hasher.update(len(data).to_bytes(8, "little") + data)
    return hasher.hexdigest()


def compile_trusted(
    command: Sequence[str], *, inputs: Sequence[Path], cache: Path, name: str, task: Path | None = None
) -> Path:
    """Return the output of ``command + ["-o", output]``, kept as ``<cache>/<name>-<key>``.

    The key covers the command and the bytes of ``inputs``. ``task``: the folder of the task whose file this
    is. Raise TaskError if a task's file does not compile, InfrastructureError if one of ours does not.
    """
    key = digest([*command, *(path.read_bytes() for path in inputs)])[:32]
    target = cache / f"{name}-{key}"
    if not target.exists():
        _make(target, command, task)
    return target


def _make(target: Path, command: Sequence[str], task: Path | None) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".build-") as folder:
            output = Path(folder) / "output"
            _run([*command, "-o", str(output)], task)
            output.chmod(0o755)
            os.replace(output, target)
    except OSError as error:
        raise InfrastructureError(f"cannot write to {target.parent}: {error.strerror}") from error


def _run(command: Sequence[str], task: Path | None) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise InfrastructureError(
            f"{command[0]} took more than {_TIMEOUT_S:.0f} s on our own code"
        ) from error
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        first = next((line for line in lines if "error" in line), lines[0])
        if task is not None:
            raise TaskError(
                first,
                f"fix that line; {NATIVE / 'aiopt.hpp'} and {task / 'task.hpp'} declare what it can use",
            )
        raise InfrastructureError(
            f"{command[0]} cannot compile a file of pytest-aiopt: {first}",
            "check the compiler: aiopt doctor",
        )
