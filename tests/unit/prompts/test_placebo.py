"""The placebo: the twin's facts alone, in the length of the true text."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pytest_aiopt.model import Effect, ItemKind, Profile, ProfileItem, ProfileState
from pytest_aiopt.prompts import tokens
from pytest_aiopt.prompts.placebo import placebo
from pytest_aiopt.prompts.render import Size, render

LINES = [f"    total{n} += weights[index{n}] * values[{n}];" for n in range(1, 31)]
SOURCE = "\n".join(["int f() {" + LINES[0], *LINES[1:], "return total1; }"])


def taken(profiler: str, items: tuple[ProfileItem, ...], **other: object) -> Profile:
    return Profile(profiler, "1.0", ProfileState.TAKEN, "sha", "w0", items=items, **other)  # type: ignore[arg-type]


shares = st.floats(0.12, 0.9)
lines = st.integers(1, 30)


@st.composite
def sides(draw: st.DrawFn, waits: bool) -> tuple[Profile, ...]:
    """What the profilers of one session see of the program on some workload."""
    kinds = [ItemKind.CPU, ItemKind.LOCK, ItemKind.IO] if waits else [ItemKind.CPU]
    times, misses, blocks, effects = [], [], [], []
    for line in draw(st.lists(lines, min_size=1, max_size=9, unique=True)):
        value = draw(shares)
        times.append(ProfileItem(line, f"f{line}", value, value / 2, value, draw(st.sampled_from(kinds))))
    for line in draw(st.lists(lines, max_size=6, unique=True)):
        misses.append(ProfileItem(line, f"f{line}", draw(shares), 0.0, 1.0, ItemKind.D1_MISSES))
    for line in draw(st.lists(lines, max_size=6, unique=True)):
        unit = draw(st.sampled_from(["heap blocks", "heap bytes"]))
        blocks.append(ProfileItem(line, f"f{line}", draw(shares), 0.0, 1.0, ItemKind.ALLOCATIONS, unit))
    for line in draw(st.lists(lines, max_size=4, unique=True)):
        value = draw(shares)
        curve = tuple(
            Effect(at, at * value, 0.0, value) for at in draw(st.sampled_from([(0.5,), (0.25, 0.5)]))
        )
        effects.append(ProfileItem(line, f"f{line}", value, 0.0, value, ItemKind.CAUSAL, curve=curve))
    total = draw(st.integers(10, 10**6))
    whole = ProfileItem(0, "", total, total, total, ItemKind.D1_MISSES, samples=total)
    heap = ProfileItem(0, "", total, total, total, ItemKind.ALLOCATIONS, "heap blocks", samples=total)
    return (
        taken("perf", tuple(times), unit="CPU time", outside=draw(st.floats(0, 0.1))),
        taken("lull", tuple(effects)),
        taken("cachegrind", (whole, *misses), samples=10**7, detail="reference machine 1: small"),
        taken("dhat", (heap, *blocks)),
    )


@st.composite
def pairs(draw: st.DrawFn) -> tuple[tuple[Profile, ...], tuple[Profile, ...]]:
    """True and twin's profiles; threads may wait on one of the workloads only."""
    return draw(sides(draw(st.booleans()))), draw(sides(draw(st.booleans())))


@given(pairs())
def test_the_placebo_has_the_length_of_the_true_text(
    both: tuple[tuple[Profile, ...], tuple[Profile, ...]],
) -> None:
    true, twin = both
    shown, given_instead = render(true, SOURCE), placebo(true, twin, SOURCE)
    assert tokens.alike(shown, given_instead)
    assert placebo(true, twin, SOURCE) == given_instead
    assert "`" not in given_instead


@given(pairs())
def test_the_placebo_is_what_the_renderer_makes_of_the_twin(
    both: tuple[tuple[Profile, ...], tuple[Profile, ...]],
) -> None:
    true, twin = both
    kinds = [{item.kind for profile in side for item in profile.items} for side in both]
    assume(kinds[0] == kinds[1])
    own, instead = render(twin, SOURCE), placebo(true, twin, SOURCE)
    if tokens.count(own) == tokens.count(render(true, SOURCE)):
        assert instead == own
    assert {line for line in instead.split("\n") if "% (" in line} <= possible(twin)


def possible(profiles: tuple[Profile, ...]) -> set[str]:
    """Every line with a share of time in any text of these profiles."""
    text = render(profiles, SOURCE, size=Size(4000, 10**6))
    return {line for line in text.split("\n") if "% (" in line}


TRUE = taken("perf", tuple(ProfileItem(n, f"f{n}", 0.4 / n, 0.1, 0.2) for n in (1, 2, 3)), unit="CPU time")
TWIN = taken("perf", tuple(ProfileItem(n, f"f{n}", 0.7 / n, 0.3, 0.9) for n in (7, 8, 9)), unit="CPU time")


def shares_of(text: str) -> list[str]:
    return re.findall(r"^  (\d+\.\d) % \(", text, re.M)


def test_the_placebo_tells_the_twins_facts() -> None:
    text = placebo((TRUE,), (TWIN,), SOURCE)
    assert shares_of(text) == ["10.0", "8.7", "7.7"]
    for line in (7, 8, 9):
        assert f"line {line}, f: {LINES[line - 1].strip()[:24]}" in text


def test_no_true_row_stands_in_for_what_the_twin_lacks() -> None:
    text = placebo((TRUE,), (replace(TWIN, items=TWIN.items[:1]),), SOURCE)
    assert shares_of(text) == ["10.0"]
    misses = tuple(ProfileItem(n, "f", 0.3, 0.3, 0.3, ItemKind.D1_MISSES) for n in (1, 2))
    whole = ProfileItem(0, "", 50.0, 50.0, 50.0, ItemKind.D1_MISSES)
    true = (TRUE, taken("cachegrind", (whole, *misses), samples=1000))
    assert "misses" in render(true, SOURCE)
    assert "misses" not in placebo(true, (TWIN,), SOURCE)


def test_kinds_of_facts_that_the_true_text_lacks_are_left_out() -> None:
    blocks = ProfileItem(4, "f", 0.8, 0.8, 0.8, ItemKind.ALLOCATIONS, "heap blocks")
    assert "heap" not in placebo((TRUE,), (TWIN, taken("dhat", (blocks,))), SOURCE)


def test_nothing_taken_on_one_side_is_no_placebo() -> None:
    failed = Profile("perf", "6.1", ProfileState.FAILED, "sha", "w1", detail="perf broke")
    with pytest.raises(ValueError, match="perf broke"):
        placebo((TRUE,), (failed,), SOURCE)
    with pytest.raises(ValueError, match="version 2"):
        placebo((TRUE,), (TWIN,), SOURCE, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("for (int i", 4),
        ("12345", 2),
        ("readValue", 2),
        ("a\nb", 3),
        ("<<<<<<<", 4),
        ("min_weight", 3),
    ],
)
def test_tokens_are_counted_by_runs(text: str, expected: int) -> None:
    assert tokens.count(text) == expected


@given(st.text(), st.text())
def test_tokens_add_up_over_lines(one: str, other: str) -> None:
    assert tokens.count(f"{one}\n{other}") == tokens.count(one) + 1 + tokens.count(other)
