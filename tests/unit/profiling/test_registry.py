"""Which profilers a session uses."""

from __future__ import annotations

import pytest

from pytest_aiopt.errors import DesignError
from pytest_aiopt.profiling.base import WITHOUT_PLACES
from pytest_aiopt.profiling.registry import WAITING, groups, only, suited

NAMES = [profiler.name for group in groups() for profiler in group]


def test_names_are_distinct_and_the_constants_name_real_ones() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert WAITING | {WITHOUT_PLACES} < set(NAMES)


def test_a_study_may_name_the_profilers_to_use() -> None:
    kept = only(groups(), ["cachegrind", "callgrind"])
    assert sorted(profiler.name for group in kept for profiler in group) == ["cachegrind", "callgrind"]
    assert [len(group) for group in only(groups(), [])] == [len(group) for group in groups()]
    with pytest.raises(DesignError, match=r"no 'gprof'.*cachegrind"):
        only(groups(), ["gprof"])


def test_one_busy_thread_is_not_followed_into_waits() -> None:
    every = [profiler for group in groups() for profiler in group]
    assert {p.name for p in every} - {p.name for p in suited(every, waits=False)} == WAITING
    assert suited(every, waits=True) == tuple(every)


def test_a_profiler_that_cannot_run_says_why_in_one_line() -> None:
    for group in groups():
        for profiler in group:
            reason = profiler.available()
            assert reason is None or (reason and "\n" not in reason)
