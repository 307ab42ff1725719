"""The study of ``make demo``: one cell by the documented selection, with short measurements."""

from __future__ import annotations

import re
from pathlib import Path

from pytest_aiopt.design import study

ROOT = Path(__file__).parents[3]


def test_the_documented_words_pick_one_cell_of_the_demo() -> None:
    cells = study.load(ROOT / "experiments/demo.toml").grid()
    picked = [cell.id for cell in cells if "track_C" in cell.id and "seed_1" in cell.id]
    assert picked == ["record_scan-track_C-seed_1"]


def test_the_demo_ends_with_the_page() -> None:
    """The last command writes the page after the screen, and its path is the last line of a report."""
    recipe = re.search(r"^demo: setup\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert recipe is not None
    assert recipe[1].splitlines()[-1].endswith("--run example --format terminal,html")
    assert 'pytest experiments/ -k "track_C and seed_1"' in recipe[1]
