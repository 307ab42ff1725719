"""Figures: well-formed, honest scales, and every number drawn is in the table beside them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.analysis.outcomes.ladder import Ladder, RungGain
from pytest_aiopt.analysis.trajectory import Frontier, Mutation, Trajectory
from pytest_aiopt.codebook.character import Class
from pytest_aiopt.report.document import build_report
from pytest_aiopt.report.figures import bars, curves, heat, strips
from pytest_aiopt.report.figures.scales import Scale, call_ticks, factor_ticks, share_ticks, spanning
from pytest_aiopt.report.figures.svg import Figure, element, rect, text

STYLES = {"A": 0, "C": 1}


def classed(make: Any, track: str, seed: int) -> Trajectory:
    """A cell of two right programs and one that does not compile, the first of them structural."""
    found = make.trajectory(track, seed, passed=2, failed=1)
    kinds = (Class.STRUCTURAL, Class.SUPERFICIAL, Class.NULL)
    return replace(
        found,
        attempts=tuple(
            replace(
                attempt,
                binary=f"b{attempt.step}",
                mutation=Mutation(
                    kind=kind,
                    depth=2,
                    labels=("H", "L2", "PAR") if kind is Class.STRUCTURAL else (),
                    claimed=(),
                    tokens=f"t{track}{seed}{attempt.step}",
                    size=50,
                    storage=1,
                    targeting=None,
                    uptake=None,
                ),
            )
            for attempt, kind in zip(found.attempts, kinds, strict=True)
        ),
    )


@pytest.fixture
def cells(make: Any) -> list[Trajectory]:
    return [classed(make, track, seed) for track in "AC" for seed in (1, 2)]


def drawn(cells: list[Trajectory]) -> list[Figure]:
    (study,) = build_report(cells).studies
    found = (
        strips.rates(cells, STYLES),
        strips.champions(cells, [], STYLES),
        curves.curves(cells, STYLES),
        bars.funnel(study.tracks, STYLES),
        bars.over_time(cells),
        heat.methodologies(cells),
        bars.diversity(study.tracks, STYLES),
    )
    return [figure for figure in found if figure is not None]


def test_every_figure_is_well_formed_and_has_its_numbers(cells: list[Trajectory]) -> None:
    figures = drawn(cells)
    assert len(figures) == 7
    for figure in figures:
        assert figure.table.rows
        assert figure.table.records()
        for panel in figure.panels:
            assert panel.description
            root = ElementTree.fromstring(panel.svg)
            assert root.tag == "svg"
            _, _, width, height = map(float, root.attrib["viewBox"].split())
            for each in root.iter("text"):
                assert -1 <= float(each.attrib["x"]) <= width + 1
                assert 0 <= float(each.attrib["y"]) <= height + 1


def test_a_figure_says_what_its_table_says(cells: list[Trajectory]) -> None:
    figures = {figure.name: figure for figure in drawn(cells)}
    assert [r["rate"] for r in figures["rates"].table.records()] == [pytest.approx(1 / 3)] * 4
    assert [r["A_count"] for r in figures["methodologies"].table.records()] == [2, 2]
    over_time = figures["character"].table.records()
    assert [(r["structural"], r["superficial"], r["null"]) for r in over_time] == [
        (2, 0, 0),
        (0, 2, 0),
        (0, 0, 2),
    ] * 2
    ends = [r for r in figures["curves"].table.records() if r["call"] == 3]
    assert [(r["median_log2"], r["cells"]) for r in ends] == [(0.5, 2)] * 2


def test_marks_above_champions_name_rungs_and_the_best_known_program(cells: list[Trajectory]) -> None:
    task, own = cells[0].cell.task, {"task": "digest", "machine": "here"}
    files = [("01_table.cpp", 0.5, False), ("last.cpp", 1.0, False), ("90_no.cpp", 0.0, True)]
    rungs = tuple(RungGain(file, True, decoy, gain, gain, gain) for file, gain, decoy in files)
    ladder = Ladder(task, own["task"], own["machine"], rungs)
    known = [replace(cell, identity=own, frontier=Frontier(1.5)) for cell in cells]
    figure = strips.champions(known, [ladder], STYLES)
    assert figure is not None
    root = ElementTree.fromstring(next(panel.svg for panel in figure.panels if panel.title == task))
    names = {title.text for title in root.iter("title")}
    assert {"rung 01_table.cpp, 1.41x", "rung last.cpp, 2.00x", "best program known, 2.83x"} <= names
    assert {"01", "last", "best"} <= {text.text for text in root.iter("text")}


def test_a_curve_is_the_median_of_those_that_got_there(make: Any) -> None:
    long, short = make.trajectory("A", 1, passed=3, failed=0), make.trajectory("A", 2, passed=1, failed=0)
    assert [(call, cells) for call, cells, *_ in curves.points([long, short])] == [
        (0, 2),
        (1, 2),
        (2, 1),
        (3, 1),
    ]


def test_nothing_to_draw_is_no_figure(make: Any) -> None:
    bare = make.trajectory(attempts=(), confirmed=[], finished=False, floor=None)
    assert strips.rates([bare], STYLES) is None
    assert strips.champions([bare], [], STYLES) is None
    assert heat.methodologies([bare]) is None


@given(st.text(max_size=20), st.floats(-1e6, 1e6))
def test_texts_and_attributes_are_escaped(shown: str, value: float) -> None:
    printable = re.sub(r"[^\t\n\x20-\ud7ff]", "", shown)
    made = element("g", text(value, 0, printable), rect(0, 0, 1, 1, "c", printable), id=printable)
    root = ElementTree.fromstring(made)
    assert (root[0].text or "") == printable
    assert (root[1][0].text if len(root[1]) else "") == (printable or "")


@given(st.floats(-4, 4), st.floats(0.01, 8))
def test_ticks_are_round_and_within(low: float, span: float) -> None:
    for place, name in factor_ticks(low, low + span):
        assert low <= place <= low + span or name == "1x"
        assert 2.0**place == pytest.approx(float(name[:-1]), rel=0.02)
    assert all(-1e-9 <= place <= span * 1.0001 for place, _ in share_ticks(span))
    assert len(share_ticks(span)) >= 3


@given(st.integers(0, 10_000))
def test_call_ticks_start_at_nought_and_are_few(calls: int) -> None:
    ticks = call_ticks(calls)
    assert ticks[0] == 0
    assert ticks[-1] <= calls
    assert len(ticks) <= 8


@given(st.lists(st.floats(-5, 5), max_size=8))
def test_a_scale_keeps_all_values_inside(values: list[float]) -> None:
    low, high = spanning(values)
    scale = Scale(low, high, 10, 100)
    assert all(10 <= scale(value) <= 100 for value in (0.0, *values))
