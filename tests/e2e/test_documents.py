"""Tutorials: their files are written and their commands run, in order, with a compiler and profilers."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from guide import ROOT, blocks, play

pytestmark = [pytest.mark.needs("g++"), pytest.mark.needs("perf")]


def test_a_study_in_ten_minutes(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(ROOT / "experiments", clone / "experiments", ignore=shutil.ignore_patterns("__pycache__"))
    (clone / "tasks").symlink_to(ROOT / "tasks")
    (clone / "pytest.ini").write_text("[pytest]\n")
    listed, one, rest, answer, page, audit = play("tutorials/first_study.md", clone)
    assert listed.count("::test_cell[record_scan-track_") == 3
    assert "1 passed" in one
    assert "CACHED" in rest or "1 cached" in rest
    assert re.search(r"There is (no answer yet: 1 against 1 cells are too few|nothing to compare)", answer)
    assert (clone / page.split(": ")[1].strip()).is_file()
    assert audit.count(": ok") == 3


def test_your_own_program_in_ten_minutes(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    printed = play("tutorials/own_program.md", folder)
    scaffold = {path.name for path in (folder / "tasks" / "nearest").iterdir() if path.is_file()}
    shown = {Path(block.title).name for block in blocks("tutorials/own_program.md") if block.title}
    assert shown == scaffold - {"README.md"}
    assert "Study tracks-smoke: 3 of 3 cells finished, 1 task, 3 tracks" in printed[-1]
