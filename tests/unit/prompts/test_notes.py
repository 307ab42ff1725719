"""The levels of the feedback: what each shows, and of what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_aiopt.model import Feedback, ItemKind, Profile, ProfileItem, ProfileState, Track, Verbosity
from pytest_aiopt.prompts import tokens
from pytest_aiopt.prompts.advice import LINES, as_long_as
from pytest_aiopt.prompts.guidance import SYSGPT
from pytest_aiopt.prompts.notes import notes
from pytest_aiopt.prompts.render import SIZES, render

SOURCE = "\n".join(f"    total{n} += weights[index{n}] * values[{n}];" for n in range(1, 31))


def taken(profiler: str, *items: ProfileItem, workload: str = "w0") -> Profile:
    return Profile(profiler, "1.0", ProfileState.TAKEN, "sha", workload, "CPU time", 10**6, items=items)


def times(first: int) -> tuple[ProfileItem, ...]:
    return tuple(ProfileItem(n, f"f{n}", 0.2 - n / 500, 0.1, 0.3) for n in range(first, first + 12))


FLAT = taken("perf cpu-clock", *times(1))
WAITS = taken("blocked samples", ProfileItem(2, "f2", 0.6, 0.5, 0.7, ItemKind.LOCK), *times(1))
MISSES = taken(
    "cachegrind",
    ProfileItem(0, "", 5e5, 5e5, 5e5, ItemKind.D1_MISSES),
    ProfileItem(4, "f4", 0.7, 0.7, 0.7, ItemKind.D1_MISSES),
)
BLOCKS = taken(
    "dhat",
    ProfileItem(0, "", 96, 96, 96, ItemKind.ALLOCATIONS, "heap blocks", samples=96),
    ProfileItem(5, "f5", 0.8, 0.8, 0.8, ItemKind.ALLOCATIONS, "heap blocks"),
)
COUNTS = taken("counters", ProfileItem(0, "", 7.0, 7.0, 7.0, ItemKind.COUNTER, "count", "page faults"))
ALL = (WAITS, FLAT, MISSES, BLOCKS, COUNTS)
TWIN = (taken("blocked samples", *times(12), workload="w1"), FLAT, MISSES, BLOCKS, COUNTS)


def shown(level: Feedback, profiles: tuple[Profile, ...] = ALL, size: Verbosity = Verbosity.STANDARD) -> str:
    return notes(Track("X", "local", level, verbosity=size), profiles, TWIN, SOURCE, 3)


def test_each_level_shows_its_own_part() -> None:
    assert shown(Feedback.NONE) == ""
    assert shown(Feedback.PROFILE) == render(ALL, SOURCE)
    assert shown(Feedback.FLAT_CPU) == render((FLAT,), SOURCE)
    assert shown(Feedback.COUNTERS) == render((MISSES, COUNTS), SOURCE)
    assert "waiting" in shown(Feedback.PROFILE)
    for level in (Feedback.FLAT_CPU, Feedback.COUNTERS, Feedback.ADVICE):
        assert not {"waiting", "heap"} & set(shown(level).replace(":", " ").split())
    assert not any(each in shown(Feedback.ADVICE) for each in ("f1", "total", "perf"))


@pytest.mark.parametrize("level", [Feedback.PROFILE, Feedback.PLACEBO, Feedback.ADVICE])
@pytest.mark.parametrize("size", Verbosity)
def test_what_stands_for_a_profile_is_as_long_as_it_at_every_verbosity(
    level: Feedback, size: Verbosity
) -> None:
    true, text = shown(Feedback.PROFILE, size=size), shown(level, size=size)
    assert tokens.alike(true, text)
    assert (text == true) is (level is Feedback.PROFILE)


def test_verbosity_is_length() -> None:
    lengths = [tokens.count(shown(Feedback.PROFILE, size=size)) for size in Verbosity]
    assert lengths == sorted(lengths)
    assert len(set(lengths)) == 3
    for size in Verbosity:
        assert len(shown(Feedback.PROFILE, size=size).encode()) <= SIZES[size].bytes


def test_a_level_without_a_profile_of_its_kind_shows_nothing() -> None:
    assert shown(Feedback.FLAT_CPU, (WAITS, MISSES)) == ""
    assert shown(Feedback.COUNTERS, (FLAT, COUNTS)) == "", "counts of the whole run alone name no line"
    failed = tuple(replace(each, state=ProfileState.FAILED, items=()) for each in ALL)
    assert {shown(level, failed) for level in Feedback} == {""}


@pytest.mark.parametrize("wanted", [20, 150, 434, 1300])
def test_advice_is_as_long_as_it_is_asked_to_be(wanted: int) -> None:
    model = "word " * wanted
    text = as_long_as(model)
    assert wanted - 3 <= tokens.count(text) <= wanted
    assert text.startswith(LINES[0])
    assert not any(character.isdigit() for character in text)


def test_the_guidance_names_the_eight_methodologies() -> None:
    names = [
        "Batching",
        "Caching",
        "Precomputing",
        "Deferring",
        "Relaxation",
        "Contextualization",
        "Hardware",
        "Layering",
    ]
    assert [line.split()[1].rstrip(":") for line in SYSGPT.split("\n")[1:]] == names
