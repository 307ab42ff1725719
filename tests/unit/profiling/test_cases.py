"""Instructions by case from the parts of a callgrind file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.profiling.base import ProfilingFailed
from pytest_aiopt.profiling.valgrind.cases import by_case


def written(totals: list[int]) -> str:
    part = "part: {}\ndesc: Trigger: --dump-before=serve(...)\nevents: Ir\n0 3\ntotals: {}\n"
    return "# callgrind format\n" + "\n".join(part.format(n, total) for n, total in enumerate(totals, 1))


@given(st.lists(st.integers(0, 10**12), min_size=2, max_size=30))
def test_all_parts_but_the_start_up_are_cases(totals):
    assert by_case(written(totals), len(totals) - 1) == totals[1:]


@given(st.lists(st.integers(0, 10**12), max_size=9), st.integers(1, 12))
def test_a_file_with_too_few_or_too_many_parts_is_refused(totals, cases):
    if len(totals) != cases + 1:
        with pytest.raises(ProfilingFailed, match=f"{len(totals)} parts of a run of {cases} requests"):
            by_case(written(totals), cases)
