"""Plans of Lull: their steps, the order of steps, and the choice of lines."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.profiling.addresses import Site
from pytest_aiopt.profiling.line_table import Row, compact
from pytest_aiopt.profiling.lull.session import LEVELS, MOST_LINES, Step, costly, plan_text, steps_for


@given(st.lists(st.integers(1, 500), min_size=1, max_size=5, unique=True), st.integers(1, 8), st.integers())
def test_plans_are_balanced(lines, blocks, seed):
    steps = Counter(steps_for(lines, blocks, seed))
    assert all(steps[Step(line, round(1000 * level))] == blocks for line in lines for level in LEVELS)
    assert steps[Step(0, 0)] >= 2 * blocks


def test_plans_differ_between_seeds_and_repeat_with_one():
    assert steps_for([1, 2], 4, 1) == steps_for([1, 2], 4, 1) != steps_for([1, 2], 4, 2)


def test_a_plan_as_the_library_reads_it():
    rows = [Row(0x401000, Site(12, "f")), Row(0x401010, None), Row(0x401020, Site(9, "g"))]
    lines = plan_text(rows, "p.cpp", [Step(12, 250), Step(0, 0)], end_to_end=True).splitlines()
    assert lines[2:] == [
        "end-to-end 1",
        "line p.cpp:9",
        "line p.cpp:12",
        "address 401000 1",
        "address 401010 -1",
        "address 401020 0",
        "step 1 250",
        "step -1 0",
    ]


def test_rows_that_say_the_same_are_one():
    f, g = Site(1, "f"), Site(2, "g")
    rows = [Row(0, f), Row(4, f), Row(8, g), Row(12, None), Row(16, None), Row(20, f)]
    assert [row.address for row in compact(rows)] == [0, 8, 12, 20]


@given(st.dictionaries(st.integers(0, 50), st.integers(0, 1000)))
def test_costly_lines_are_the_dearest_of_the_program(samples):
    chosen = costly(samples)
    assert 0 not in chosen
    assert len(chosen) <= MOST_LINES
    assert [samples[line] for line in chosen] == sorted((samples[line] for line in chosen), reverse=True)


def test_a_plan_can_do_without_performance_counters():
    assert "paced 1" in plan_text([], "p.cpp", [], paced=True).splitlines()
    assert "paced 1" not in plan_text([], "p.cpp", []).splitlines()
