"""What the tests of the task folders share."""

from __future__ import annotations

import atexit
import functools
import os
import re
import shutil
import tempfile
from pathlib import Path

import together
import tree_sitter_cpp
from hypothesis import HealthCheck, Phase, given, seed, settings
from tree_sitter import Language, Node, Parser

from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.sandbox import wire
from pytest_aiopt.evaluation.sandbox.runner import run
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.model import Limits
from pytest_aiopt.tasks.loader import Task, load

TASKS = Path(__file__).parents[3] / "tasks"
LIMITS = Limits(cpu_s=60, memory_mb=4096, output_mb=64, threads=8)

REVEALING = re.compile(
    r"cach|lock|branch|alloc|vecto|simd|hash|collision|local|effic|batch|memor|perform|optimi|tile|thread"
    r"|fetch|spee|cheap|expens|cost|slow|fast|quick|hot|cold|naiv|layout|align|laten|bottleneck|profil|fault"
    r"|contig|parallel|stride|predict|wast|redundan"
)


def task(name: str) -> Task:
    return load(TASKS, name)


@functools.cache
def _cache() -> Path:
    folder = tempfile.mkdtemp(prefix="aiopt-tasks-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


@functools.cache
def _toolchain() -> Toolchain:
    return Toolchain(cache=_cache())


def build(task_dir: Path, source: str) -> Path:
    """Return the binary of ``source`` in the task of that folder, compiled as the product does it."""
    of = load(task_dir.parent, task_dir.name)
    made = _toolchain().build(source=source, task_dir=task_dir, entry=of.entry, flags=of.flags)
    assert made.path is not None, f"{made.detail}\n{made.diagnostics}"
    assert not made.diagnostics
    return Path(made.path)


def programs(of: Task) -> list[Path]:
    """Return the binaries of a task's program and of every rung of its ladder."""
    folder = _cache() / of.name
    folder.mkdir()
    rungs = {rung.file: (of.root / "ladder" / rung.file).read_text() for rung in of.ladder}
    return list(together.build(of, {"program.cpp": of.program.source} | rungs, ["-O0"], folder).values())


def answer(binary: Path, requests: list[bytes]) -> list[bytes]:
    """Return the replies of one process that is given all requests."""
    box = Sandbox.probe(_cache(), allow_unsafe=True, level=0)
    asked = wire.sealed_file(wire.encode_requests(requests))
    try:
        finished = run(box, binary, asked, LIMITS)
    finally:
        os.close(asked)
    assert finished.fault is None
    assert not finished.replies.torn
    return finished.replies.payloads


@functools.cache
def cases(name: str, count: int) -> list[bytes]:
    """Return the same ``count`` cases of a task every time."""
    drawn: list[bytes] = []

    @seed(1)
    @settings(
        max_examples=count, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(task(name).cases())
    def draw(case: bytes) -> None:
        drawn.append(case)

    draw()
    return drawn


def revealing(of: Task) -> list[str]:
    """Return the texts shown to a model that hold a word of REVEALING."""
    shown = {of.prompt.lower(), of.title.lower(), *own_words(of.program.source), *own_words(of.header)}
    return [text for text in shown if REVEALING.search(text)]


def own_words(source: str) -> set[str]:
    """Return comments and the names that a C++ file gives itself, in lower case."""
    parser = Parser(Language(tree_sitter_cpp.language()))
    return {text.lower() for text in _words(parser.parse(source.encode()).root_node)}


def _words(node: Node) -> list[str]:
    if node.type in ("preproc_include", "qualified_identifier"):
        return []
    if node.type == "comment" or node.type.endswith("identifier"):
        return [(node.text or b"").decode()]
    return [word for child in node.children for word in _words(child)]
