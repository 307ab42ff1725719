"""Charging counted instructions to lines: conservation, callees, callbacks, recursion, circles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.profiling.addresses import Site
from pytest_aiopt.profiling.valgrind.callgraph import Call, CallGraph, charge, parse

A, B = Site(10, "a"), Site(20, "b")

TEXT = """\
# callgrind format
positions: instr
events: Ir
summary: 116

ob=/x
fl=???
fn=main
0x100 5
0x104 1
cfn=work
calls=2 0x200
0x104 110

fn=work
0x200 10
fi=stl_algo.h
0x204 40
0x208 2
cob=/y
cfn=memcpy
calls=7 0x300
0x208 58

fn=memcpy
0x300 58

totals: 116
"""


def test_parse_reads_costs_functions_and_calls() -> None:
    graph = parse(TEXT)
    assert graph.total == sum(graph.costs.values()) == 116
    assert graph.functions == {
        0x100: "main",
        0x104: "main",
        0x200: "work",
        0x204: "work",
        0x208: "work",
        0x300: "memcpy",
    }
    assert graph.calls == [Call(0x104, 0x200, 110), Call(0x208, 0x300, 58)]


def test_a_file_without_totals_is_refused() -> None:
    with pytest.raises(ValueError, match="killed"):
        parse(TEXT.partition("totals")[0])


def test_library_callees_are_charged_to_the_calling_line_and_the_rest_is_outside() -> None:
    charges = charge(parse(TEXT), {0x204: A, 0x208: B})
    assert charges.by_site == {A: 40, B: 60}
    assert charges.outside == 16


def graph(costs: dict[int, tuple[str, int]], calls: list[Call]) -> CallGraph:
    return CallGraph(
        total=sum(cost for _, cost in costs.values()),
        costs={address: cost for address, (_, cost) in costs.items()},
        functions={address: name for address, (name, _) in costs.items()},
        calls=calls,
    )


def test_a_shared_callee_is_split_by_what_each_line_spent_in_it() -> None:
    one = graph({1: ("p", 1), 2: ("p", 1), 3: ("malloc", 100)}, [Call(1, 3, 25), Call(2, 3, 75)])
    assert charge(one, {1: A, 2: B}).by_site == pytest.approx({A: 26, B: 76})


def test_a_callback_keeps_its_own_cost() -> None:
    # a (10) calls qsort (own 30), which calls back into b (own 60): the call's inclusive cost is 90.
    one = graph({1: ("a", 10), 2: ("qsort", 30), 3: ("b", 60)}, [Call(1, 2, 90), Call(2, 3, 60)])
    assert charge(one, {1: A, 3: B}).by_site == {A: 40, B: 60}


def test_recursion_of_the_library_is_charged_once() -> None:
    # sort (own 50) calls itself (inclusive costs that overlap) and heap, which calls sort back.
    calls = [Call(1, 2, 80), Call(2, 2, 300), Call(2, 3, 200), Call(3, 2, 100)]
    one = graph({1: ("a", 5), 2: ("sort", 50), 3: ("heap", 30)}, calls)
    charges = charge(one, {1: A})
    assert charges.by_site == pytest.approx({A: 85})
    assert charges.outside == 0


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(1, 1000)), min_size=1, max_size=20),
    st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19), st.integers(0, 5000)), max_size=60),
    st.sets(st.integers(0, 19)),
)
def test_every_instruction_is_charged_exactly_once(
    costs: list[tuple[int, int]], calls: list[tuple[int, int, int]], own: set[int]
) -> None:
    size = len(costs)
    one = graph(
        {address: (f"f{function}", cost) for address, (function, cost) in enumerate(costs)},
        [Call(a % size, b % size, cost) for a, b, cost in calls],
    )
    charges = charge(one, {address: Site(address + 1, "own") for address in own})
    assert charges.total == pytest.approx(one.total)
    for address in own & set(range(size)):
        assert charges.by_site[Site(address + 1, "own")] >= one.costs[address]
