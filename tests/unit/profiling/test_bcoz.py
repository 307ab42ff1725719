"""BCOZ's files: lines and classes of time, and that damaged ones are errors, never other numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.model import ItemKind, Profile, ProfileState
from pytest_aiopt.profiling.base import ProfilingFailed
from pytest_aiopt.profiling.coz.bcoz import BcozFile, parse, profile_of
from pytest_aiopt.profiling.coz.coz_file import CozFormatError

RECORDED = Path(__file__).parents[2] / "data" / "profiles" / "recorded" / "bcoz_profile.coz"
TEXT = RECORDED.read_text()
LINES = TEXT.splitlines(keepends=True)
EMPTY = Profile("bcoz", "1", ProfileState.TAKEN, "sha", "w0")
WHOLE = parse(TEXT)


def test_effects_of_lines_and_of_classes_of_time() -> None:
    profile = profile_of(EMPTY, WHOLE)
    found = {(item.line, item.site): item for item in profile.items}
    expected = {(55, ""): 0.8, (47, ""): 0.0, (0, "all io time"): 0.4, (0, "all off_cpu time"): 0.6}
    assert found.keys() == expected.keys()
    for key, gain in expected.items():
        item = found[key]
        assert item.kind is ItemKind.CAUSAL
        for point in item.curve:
            assert point.value == pytest.approx(gain * point.at, abs=0.01)
            assert point.low <= point.value <= point.high
    assert profile.items[0].line == 55
    assert profile.lost == ()


def test_lines_of_other_files_are_not_the_candidates() -> None:
    other = profile_of(EMPTY, parse(TEXT.replace("/app/program.cpp:55", "/app/other.cpp:55")))
    assert 55 not in {item.line for item in other.items}


def test_unknown_lines_are_kept_and_reported() -> None:
    read = parse("".join([*LINES[:5], "blocked-samples\tcount=3\n", *LINES[5:]]))
    assert read.unknown == ("blocked-samples\tcount=3",)
    profile = profile_of(EMPTY, read)
    assert profile.items == profile_of(EMPTY, WHOLE).items
    assert "blocked-samples" in profile.lost[0]


def test_no_progress_point_is_a_failure_that_says_so() -> None:
    silent = "".join(line.replace("delta=100", "delta=0") for line in LINES)
    with pytest.raises(ProfilingFailed, match="progress point"):
        profile_of(EMPTY, parse(silent))


def known(read: BcozFile) -> set[tuple[str, float, int, int]]:
    """Every experiment as (selected, speedup, duration, visits)."""
    return {
        (e.selected, e.speedup, e.duration_ns, sum(e.visits.values()))
        for r in read.runs
        for e in r.experiments
    }


def same_or_error(text: str) -> None:
    """A damaged file is an error, or every experiment in it is one of the whole file's."""
    try:
        read = parse(text)
    except CozFormatError:
        return
    assert known(read) <= known(WHOLE)


@given(st.integers(0, len(TEXT) - 1))
def test_a_cut_file_is_an_error_or_ends_between_runs(end: int) -> None:
    cut = TEXT[:end]
    try:
        read = parse(cut)
    except CozFormatError:
        return
    assert cut.endswith("\n")
    assert cut.splitlines()[-1].startswith(("runtime", "samples"))
    assert known(read) <= known(WHOLE)


@given(st.permutations(LINES))
def test_a_shuffled_file_is_an_error(lines: list[str]) -> None:
    same_or_error("".join(lines))


@given(st.integers(0, len(LINES) - 1), st.integers(0, len(LINES) - 1))
def test_two_swapped_lines_give_no_other_numbers(one: int, two: int) -> None:
    lines = list(LINES)
    lines[one], lines[two] = lines[two], lines[one]
    same_or_error("".join(lines))


@given(st.integers(0, len(LINES)), st.binary(min_size=1, max_size=40))
def test_bytes_in_the_middle_give_no_other_numbers(at: int, data: bytes) -> None:
    same_or_error("".join([*LINES[:at], data.decode(errors="replace"), *LINES[at:]]))


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_anything_else_is_an_error(data: bytes) -> None:
    with pytest.raises(CozFormatError):
        parse(data.decode(errors="replace"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("speedup=0.25", "speedup=1.25"),
        ("delta=100", "delta=-1"),
        ("duration=", "duration="),
        ("\tdelta=100", ""),
    ],
)
def test_impossible_values_are_errors(old: str, new: str) -> None:
    damaged = TEXT.replace(old, new if new != old else f"{new}{'9' * 5000}")
    with pytest.raises(CozFormatError):
        parse(damaged)
