"""Builds many programs of a task at once: one compilation for all, as most of its time goes to the headers.

Each program gets a namespace of its own, and its entry a name of its own, which its binary links under the
right one. Programs that cannot stand beside others are compiled alone. Only for tests of what a program
answers: the product compiles each alone, in the sandbox.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from pytest_aiopt.evaluation.sandbox.trusted import NATIVE, compile_trusted
from pytest_aiopt.tasks.loader import Task

COMPILER = ("g++", "-std=c++17", "-g0", "-static")
INCLUDE = re.compile(r"^[ \t]*#[ \t]*include\b.*$", re.MULTILINE)
GLOBAL = re.compile(r"(?<![\w>:])::(?=\w)")


def build(task: Task, sources: Mapping[str, str], flags: Sequence[str], folder: Path) -> dict[str, Path]:
    """Return the binary of each source, made in the folder. Anything that gcc says about them fails.

    What is the same for other calls is kept beside the folder.
    """
    ours = [_ours(task, source, folder.parent) for source in (task.root / "driver.cpp", NATIVE / "shim.cpp")]
    command = [*COMPILER, *flags, f"-I{task.root}", "-c"]
    binaries = {}
    for number, (names, made) in enumerate(_objects(task, dict(sources), command, folder / "programs")):
        for place, name in enumerate(names):
            binary = binaries[name] = folder / f"{number}-{place}"
            alias = [f"-Wl,--defsym={task.entry}={_own(task, place)}"] if len(names) > 1 else []
            subprocess.run([*COMPILER, *ours, made, *alias, "-o", binary], check=True)
    return binaries


def _ours(task: Task, source: Path, cache: Path) -> Path:
    command = [*COMPILER, "-O1", f"-I{NATIVE}", f"-I{task.root}", "-c", str(source)]
    inputs = [source, task.root / "task.hpp", *NATIVE.glob("*.hpp")]
    return compile_trusted(command, inputs=inputs, cache=cache, name=source.name)


def _objects(
    task: Task, sources: dict[str, str], command: list[str], stem: Path
) -> list[tuple[list[str], Path]]:
    """Return objects with the names of their programs: one if that compiles, or those of both halves."""
    names, source, made = list(sources), Path(f"{stem}.cpp"), Path(f"{stem}.o")
    source.write_text(_beside(task, sources) if len(names) > 1 else sources[names[0]])
    done = subprocess.run([*command, source, "-o", made], capture_output=True, text=True)
    if done.returncode == 0 and not done.stderr:
        return [(names, made)]
    assert len(names) > 1, f"{names[0]}: {done.stderr}"
    half = len(names) // 2
    first, second = ({name: sources[name] for name in part} for part in (names[:half], names[half:]))
    return _objects(task, first, command, Path(f"{stem}a")) + _objects(
        task, second, command, Path(f"{stem}b")
    )


def _beside(task: Task, sources: dict[str, str]) -> str:
    """Return one file of all sources: their includes, then each in its namespace."""
    includes = dict.fromkeys(line for text in sources.values() for line in INCLUDE.findall(text))
    bodies = []
    for place, text in enumerate(sources.values()):
        own = GLOBAL.sub(f"program{place}::", INCLUDE.sub("", text))
        own = re.sub(rf"\b{task.entry}\b", _own(task, place), own)
        bodies.append(f"namespace program{place} {{\n{own}\n}}")
    return "\n".join([*includes, *bodies])


def _own(task: Task, place: int) -> str:
    return f"{task.entry}_{place}"
