"""Tutorials and how-to guides: their files are written and their commands run, in order, each in a folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
GUIDES = sorted(page.relative_to(DOCS).as_posix() for page in DOCS.glob("how-to/*.md"))
SHELL = ("bash", "sh", "console", "shell")
REASONS = {
    "installs packages",
    "needs an endpoint",
    "needs other machines",
    "needs a compiler of several minutes",
    "runs until it is stopped",
    "takes minutes on an idle machine",
    "test_report_page.py runs it",
}
"""Why a block of commands is not run here."""

BLOCK = re.compile(
    r"^(?P<indent> *)(?:<!-- not run: (?P<reason>[^>]+) -->\n(?P=indent))?"
    r"```(?P<language>[\w+]*)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^(?P=indent)```$",
    re.DOTALL | re.MULTILINE,
)
FAKES = """
import pytest
from pytest_aiopt import testing

collect_ignore = ["test_champions.py"]


@pytest.fixture
def aiopt_model():
    return testing.ScriptedModel(lambda prompt, seed: f"no change, seed {seed}", name="scripted")


@pytest.fixture
def aiopt_instruments():
    return testing.FakeInstruments()
"""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page. ``title``: the file that it shows. ``reason``: why it is not run."""

    language: str
    text: str
    title: str | None
    reason: str | None


def blocks(page: str) -> list[Block]:
    found = BLOCK.finditer((DOCS / page).read_text())
    return [Block(each["language"], dedent(each["text"]), each["title"], each["reason"]) for each in found]


def commands(page: str) -> Iterator[Block]:
    yield from (block for block in blocks(page) if block.language in SHELL)


def play(page: str, folder: Path) -> list[str]:
    """Write the files of a page and run its commands; return what each block printed."""
    bin_ = folder.parent / "bin"
    bin_.mkdir()
    for name, module in (("pytest", "pytest -p no:cacheprovider"), ("aiopt", "pytest_aiopt")):
        (bin_ / name).write_text(f'#!/bin/sh\nexec {sys.executable} -m {module} "$@"\n')
        (bin_ / name).chmod(0o755)
    environment = os.environ | {"PATH": f"{bin_}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    printed = []
    for block in blocks(page):
        if block.title:
            (folder / block.title).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.title).write_text(block.text)
        elif block.language in SHELL and not block.reason:
            script = ["bash", "-euo", "pipefail", "-c", block.text]
            done = subprocess.run(
                script, cwd=folder, env=environment, capture_output=True, text=True, timeout=900
            )
            assert done.returncode == 0, f"{page}:\n{block.text}\n{done.stdout}\n{done.stderr}"
            printed.append(done.stdout)
    return printed


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder like a clone of the repository, without its records."""
    folder = tmp_path / "clone"
    (folder / "results").mkdir(parents=True)
    shutil.copytree(
        ROOT / "experiments", folder / "experiments", ignore=shutil.ignore_patterns("__pycache__")
    )
    (folder / "tasks").mkdir()
    for task in (ROOT / "tasks").glob("*/task.toml"):  # a guide adds one beside them
        (folder / "tasks" / task.parent.name).symlink_to(task.parent)
    (folder / "results" / "example.tar.xz").symlink_to(ROOT / "results" / "example.tar.xz")
    (folder / "pytest.ini").write_text("[pytest]\n")
    return folder


@pytest.mark.needs("g++")
@pytest.mark.needs("perf")
def test_a_study_in_ten_minutes(clone: Path) -> None:
    listed, one, rest, answer, page, audit = play("tutorials/first_study.md", clone)
    assert listed.count("::test_cell[record_scan-track_") == 3
    assert "1 passed" in one
    assert "CACHED" in rest or "1 cached" in rest
    assert re.search(r"There is (no answer yet: 1 against 1 cells are too few|nothing to compare)", answer)
    assert (clone / page.split(": ")[1].strip()).is_file()
    assert audit.count(": ok") == 3


@pytest.mark.needs("g++")
@pytest.mark.needs("perf")
def test_your_own_program_in_ten_minutes(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    printed = play("tutorials/own_program.md", folder)
    scaffold = {path.name for path in (folder / "tasks" / "nearest").iterdir() if path.is_file()}
    shown = {Path(block.title).name for block in blocks("tutorials/own_program.md") if block.title}
    assert shown == scaffold - {"README.md"}
    assert "Study tracks-smoke: 3 of 3 cells finished, 1 task, 3 tracks" in printed[-1]


@pytest.mark.parametrize("page", GUIDES)
def test_the_commands_of_a_guide_run(page: str, clone: Path) -> None:
    (clone / "experiments" / "conftest.py").write_text(FAKES)
    tracks = clone / "experiments" / "tracks.toml"
    small = re.sub(r"(?ms)^tasks = \[.*?^\]", 'tasks = ["record_scan", "key_index"]', tracks.read_text())
    tracks.write_text(re.sub(r"(?m)^seeds = .*", "seeds = [1]", small))
    play(page, clone)


def test_every_block_that_is_not_run_has_a_known_reason() -> None:
    pages = [*GUIDES, *(page.relative_to(DOCS).as_posix() for page in DOCS.glob("tutorials/*.md"))]
    reasons = {block.reason for page in pages for block in commands(page) if block.reason}
    assert reasons <= REASONS


def test_no_command_hides_in_a_block_without_a_language() -> None:
    for page in [*GUIDES, "tutorials/first_study.md", "tutorials/own_program.md"]:
        for block in blocks(page):
            assert block.language, f"{page}: name the language of the block\n{block.text}"
