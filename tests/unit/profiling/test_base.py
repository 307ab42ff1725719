"""Choosing a profiler, intervals of shares, and what becomes of an observation or a failure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from pytest_aiopt.model import Build, Limits, Profile, ProfileState
from pytest_aiopt.profiling.addresses import Site
from pytest_aiopt.profiling.base import (
    MAX_ITEMS,
    Charges,
    Observation,
    ProfilingFailed,
    Subject,
    choose,
    exact,
    record,
    wilson,
)

SUBJECT = Subject(Build("key", "candidate", "/bin/program", "sha"), 0, "w0", Limits(), None)  # type: ignore[arg-type]


class Tool:
    """A profiler that is there, or is not for a reason."""

    version = "1.0"

    def __init__(self, name: str, refusal: str | None = None) -> None:
        self.name = name
        self._refusal = refusal

    def available(self) -> str | None:
        return self._refusal

    def profile(self, subject: Subject) -> Profile:
        raise NotImplementedError


def test_the_first_available_profiler_is_chosen_and_the_better_ones_say_why_not() -> None:
    best, good, last = Tool("best", "not permitted; permit it"), Tool("good"), Tool("last")
    choice = choose([[best, good, last], [last]])
    assert choice.profilers == (good, last)
    assert choice.refused == {"best": "not permitted; permit it"}


def test_there_may_be_none() -> None:
    assert choose([[Tool("a", "x"), Tool("b", "y")], []]).profilers == ()


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_wilsons(counts: tuple[int, int]) -> None:
    expected = binomtest(*counts).proportion_ci(0.95, "wilson")
    assert wilson(*counts) == pytest.approx((expected.low, expected.high), abs=1e-6)


def observed(charges: Charges) -> Profile:
    return record(Tool("perf"), SUBJECT, lambda path: Observation(charges, "CPU time", wilson))


def test_costs_of_one_line_are_summed_and_named_after_their_main_function() -> None:
    charges = Charges()
    for site, cost in [(Site(5, "g"), 10), (Site(5, "f"), 30), (Site(9, "h"), 40), (None, 20)]:
        charges.add(site, cost)
    profile = observed(charges)
    assert profile.state is ProfileState.TAKEN
    assert [(i.line, i.function, i.value) for i in profile.items] == [(5, "f", 0.4), (9, "h", 0.4)]
    assert (profile.outside, profile.samples) == (0.2, 100)
    assert (profile.binary_sha, profile.workload) == ("sha", "w0")
    assert all(item.low < item.value < item.high for item in profile.items)


@given(
    st.dictionaries(st.integers(1, 300), st.integers(1, 10**9), max_size=60),
    st.integers(1, 10**9),
)
def test_items_are_the_dearest_lines_and_never_exceed_the_whole(costs: dict[int, int], outside: int) -> None:
    charges = Charges({Site(line, "f"): float(cost) for line, cost in costs.items()}, outside)
    profile = record(Tool("cg"), SUBJECT, lambda path: Observation(charges, "instructions", exact))
    values = [item.value for item in profile.items]
    total = sum(costs.values()) + outside
    dearest = sorted(costs.values(), reverse=True)[:MAX_ITEMS]
    assert values == pytest.approx([cost / total for cost in dearest], abs=1e-6)
    assert sum(values) + profile.outside <= 1 + 1e-4
    assert all(item.low == item.value == item.high for item in profile.items)


def broken(path: Path) -> Observation:
    raise ProfilingFailed("the run crashed")


def test_a_failure_is_recorded_without_numbers() -> None:
    profile = record(Tool("perf"), SUBJECT, broken)
    assert (profile.state, profile.detail) == (ProfileState.FAILED, "the run crashed")
    assert (profile.items, profile.samples, profile.unit) == ((), 0, "")


def test_nothing_seen_and_nothing_built_are_failures_too() -> None:
    assert observed(Charges()).state is ProfileState.FAILED
    unbuilt = Build("key", "candidate", None, None, detail="syntax error")
    assert record(Tool("perf"), replace(SUBJECT, build=unbuilt), broken).state is ProfileState.FAILED
