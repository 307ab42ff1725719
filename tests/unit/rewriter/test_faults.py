"""Each way to go wrong goes wrong in its own way."""

from __future__ import annotations

import random
import re
import subprocess
from pathlib import Path

import pytest

from pytest_aiopt.cpp.syntax import Program
from pytest_aiopt.model import Refusal
from pytest_aiopt.rewriter import STRENGTHS
from pytest_aiopt.rewriter.engine import Proposal, propose
from pytest_aiopt.rewriter.faults import draw_fault, faulty_blocks
from pytest_aiopt.search.edits import Edit, apply_reply
from tests.unit.rewriter.prompts import PROGRAM

SEEDS = range(12)


def child(fault: str, seed: int) -> Edit | Refusal:
    program, rng = Program(PROGRAM), random.Random(seed)
    proposal: Proposal = propose(program, {}, STRENGTHS["rewriter-local"], rng)
    return apply_reply(PROGRAM, "\n\n".join(map(str, faulty_blocks(fault, program, proposal, rng))))


def tokens(source: str) -> list[str]:
    return re.sub(r"//.*", "", source).split()


def compiles(source: str, folder: Path) -> bool:
    (folder / "program.cpp").write_text(source)
    command = ["g++", "-std=c++17", "-fsyntax-only", "program.cpp"]
    return subprocess.run(command, cwd=folder, capture_output=True, timeout=60).returncode == 0


def children(fault: str) -> list[str]:
    made = [child(fault, seed) for seed in SEEDS]
    return sorted({each.source for each in made if isinstance(each, Edit)})


@pytest.mark.parametrize("seed", SEEDS)
def test_a_misquoted_search_matches_nothing(seed: int) -> None:
    made = child("unmatched_search", seed)
    assert isinstance(made, Refusal)
    assert "does not match" in made.detail


@pytest.mark.parametrize("seed", SEEDS)
def test_no_change_is_reported_as_such(seed: int) -> None:
    made = child("no_change", seed)
    assert isinstance(made, Refusal)
    assert made.detail == "the reply changes nothing"


@pytest.mark.needs("g++")
@pytest.mark.parametrize("fault", ["syntax_error", "undeclared_name"])
def test_broken_code_does_not_compile(fault: str, tmp_path: Path) -> None:
    made = children(fault)
    assert made
    assert not any(compiles(source, tmp_path) for source in made[:4])


@pytest.mark.needs("g++")
@pytest.mark.parametrize("fault", ["wrong_condition", "rename_only", "undo"])
def test_other_slips_compile(fault: str, tmp_path: Path) -> None:
    made = children(fault)
    assert made
    assert all(compiles(source, tmp_path) for source in made[:4])


def test_a_comment_changes_no_code() -> None:
    made = children("comment_only")
    assert made
    assert all(tokens(source) == tokens(PROGRAM) for source in made)


def test_faults_are_drawn_at_their_rates() -> None:
    rng = random.Random(5)
    drawn = [draw_fault({"a": 0.2, "b": 0.1}, rng) for _ in range(4000)]
    assert drawn.count("a") / 4000 == pytest.approx(0.2, abs=0.03)
    assert drawn.count("b") / 4000 == pytest.approx(0.1, abs=0.02)
