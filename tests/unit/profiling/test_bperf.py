"""bperf's reports: the classes, and that damaged ones are errors, never other numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.model import ItemKind, Profile, ProfileState
from pytest_aiopt.profiling.perf.bperf import profile_of
from pytest_aiopt.profiling.perf.bperf_report import BperfFormatError, Report, parse

RECORDED = Path(__file__).parents[2] / "data" / "profiles" / "recorded" / "bperf_report.txt"
TEXT = RECORDED.read_text()
LINES = TEXT.splitlines(keepends=True)
EMPTY = Profile("bperf", "5.3", ProfileState.TAKEN, "sha", "w0")
WHOLE = parse(TEXT)


def test_every_class_and_its_share() -> None:
    found = [(row.share, row.letter, row.kind, row.symbol) for row in WHOLE.rows]
    assert found == [
        (pytest.approx(0.413), "L", ItemKind.LOCK, "__pthread_cond_wait"),
        (pytest.approx(0.2275), "B", ItemKind.OTHER, "fsync"),
        (pytest.approx(0.1502), "I", ItemKind.IO, "fsync"),
        (pytest.approx(0.11), ".", ItemKind.CPU, "compress"),
        (pytest.approx(0.055), "k", ItemKind.CPU, "copy_user_enhanced_fast_string"),
        (pytest.approx(0.042), "S", ItemKind.SCHEDULING, "compress"),
        (pytest.approx(0.0023), ".", ItemKind.CPU, "_dl_relocate_object"),
    ]
    assert {row.command for row in WHOLE.rows} == {"io test"}
    assert WHOLE.rows[0].callers[:2] == ("__pthread_cond_wait", "consume")
    assert (WHOLE.samples, WHOLE.event_ns, WHOLE.unknown) == (8000, 16200000000, ())


def test_the_profile_of_a_report() -> None:
    profile = profile_of(EMPTY, WHOLE)
    first = profile.items[0]
    assert (first.function, first.line, first.kind) == ("pthread_cond_wait", 0, ItemKind.LOCK)
    assert first.low < first.value == 0.413 < first.high
    assert profile.lost == ()


def test_of_two_percentages_the_own_one_counts() -> None:
    text = TEXT.replace("# Overhead ", "# Children      Self ")
    text = text.replace("    41.30%  ", "    60.00%    41.30%  ").replace(
        "    22.75%  ", "    22.75%    22.75%  "
    )
    text = "".join(
        line for line in text.splitlines(keepends=True) if "%  io test" not in line or "%    " in line
    )
    rows = parse(text).rows
    assert [row.share for row in rows] == [pytest.approx(0.413), pytest.approx(0.2275)]


def test_plain_perf_is_distinguished_from_a_patched_kernel() -> None:
    head, tail = LINES[:11], LINES[-4:]
    rows = [line for line in LINES if "[.]" in line or "[k]" in line]
    assert "off-CPU time" in profile_of(EMPTY, parse("".join([*head, *rows, *tail]))).lost[0]


def test_unknown_lines_are_kept_and_reported() -> None:
    report = parse("".join([*LINES[:12], "a line from the future\n", *LINES[12:]]))
    assert report.unknown == ("a line from the future",)
    assert [row.share for row in report.rows] == [row.share for row in WHOLE.rows]
    assert "a line from the future" in profile_of(EMPTY, report).lost[0]


def same_or_error(text: str, known: Report = WHOLE) -> None:
    """A damaged report is an error, or all of its numbers are those of the whole one."""
    try:
        report = parse(text)
    except BperfFormatError:
        return
    assert report.rows
    shares = {(row.command, row.object, row.letter, row.symbol): row.share for row in known.rows}
    for row in report.rows:
        assert shares[row.command, row.object, row.letter, row.symbol] == row.share


@given(st.integers(0, len(TEXT) - 4))
def test_a_cut_report_is_an_error(end: int) -> None:
    tip = TEXT.index("# (Tip")
    if end <= tip + 5:
        with pytest.raises(BperfFormatError):
            parse(TEXT[:end])
    else:
        same_or_error(TEXT[:end])


@given(st.permutations(LINES))
def test_a_shuffled_report_gives_no_other_numbers(lines: list[str]) -> None:
    same_or_error("".join(lines))


@given(st.lists(st.sampled_from(LINES), max_size=60))
def test_repeated_and_missing_lines_give_no_other_numbers(lines: list[str]) -> None:
    same_or_error("".join(lines))


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_anything_else_is_an_error(data: bytes) -> None:
    with pytest.raises(BperfFormatError):
        parse(data.decode(errors="replace"))


@given(st.integers(0, len(LINES)), st.binary(min_size=1, max_size=40))
def test_bytes_in_the_middle_give_no_other_numbers(at: int, data: bytes) -> None:
    same_or_error("".join([*LINES[:at], data.decode(errors="replace"), *LINES[at:]]))


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("41.30%", "141.30%"),
        lambda text: text.replace("41.30%", "91.30%"),  # more than 100 % in all
        lambda text: text.replace("15.02%", "25.02%"),  # out of order
        lambda text: text.replace("# Samples: 8K", "# Samples: many"),
        lambda text: text.replace("41.30%  io test", "41.30%  " + "x" * 10**6),
        lambda text: text + text,
        lambda text: text.replace("\n# Overhead", "\n# Overhead Pid"),
    ],
)
def test_contradictions_are_errors(damage: object) -> None:
    with pytest.raises(BperfFormatError):
        parse(damage(TEXT))  # type: ignore[operator]
