"""The text of several profiles: version 2 of its format, its bounds, and that it says nothing they do not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_aiopt.prompts.sections import CASE_LETTERS

from pytest_aiopt.model import Effect, ItemKind, Profile, ProfileItem, ProfileState
from pytest_aiopt.prompts.render import MAX_BYTES, RENDER_VERSION, render

SOURCE = "\n".join(["// first", "int main() {", "\tqueue.wait(hold);  ", "grow(100);", "}"])
ADVICE = re.compile(r"should|could|consider|optimi|improv|hot|slow|bottleneck|target|faster|try|avoid", re.I)


def taken(profiler: str, items: tuple[ProfileItem, ...], **other: object) -> Profile:
    return Profile(profiler, "1.0", ProfileState.TAKEN, "sha", "w0", items=items, **other)  # type: ignore[arg-type]


TIMES = taken(
    "blocked samples",
    (
        ProfileItem(2, "main", 0.312, 0.29, 0.335),
        ProfileItem(3, "worker", 0.5, 0.45, 0.55, ItemKind.LOCK, site="pthread_cond_wait"),
        ProfileItem(4, "worker", 0.05, 0.02, 0.09, ItemKind.SCHEDULING),
    ),
    unit="thread time",
    outside=0.021,
)
CAUSAL = taken(
    "lull",
    (
        ProfileItem(
            4,
            "worker",
            0.44,
            0.4,
            0.47,
            ItemKind.CAUSAL,
            curve=(Effect(0.25, 0.22, 0.201, 0.24), Effect(0.5, 0.44, 0.4, 0.47)),
        ),
        ProfileItem(2, "main", 0.0, -0.01, 0.02, ItemKind.CAUSAL, curve=(Effect(0.5, 0.0, -0.01, 0.02),)),
    ),
)
CACHES = taken(
    "cachegrind",
    (
        ProfileItem(0, "", 5e5, 5e5, 5e5, ItemKind.D1_MISSES, "L1 data cache misses", samples=500_000),
        ProfileItem(4, "worker", 0.766, 0.766, 0.766, ItemKind.D1_MISSES, "L1 data cache misses"),
        ProfileItem(4, "worker", 0.12, 0.12, 0.12, ItemKind.MISPREDICTIONS, "branch mispredictions"),
        ProfileItem(2, "main", 0.05, 0.05, 0.05, ItemKind.D1_MISSES, "L1 data cache misses"),
    ),
    samples=100_000_000,
    detail="reference machine 1: small",
)
HEAP = taken(
    "dhat",
    (
        ProfileItem(0, "", 96239, 96239, 96239, ItemKind.ALLOCATIONS, "heap blocks", samples=96239),
        ProfileItem(4, "worker", 0.452, 0.452, 0.452, ItemKind.ALLOCATIONS, "heap blocks"),
    ),
)
COUNTERS = taken(
    "counters",
    (
        ProfileItem(0, "", 0.0241, 0.0223, 0.0259, ItemKind.COUNTER, "s", "wall time", 3),
        ProfileItem(0, "", 2733, 2733, 2734, ItemKind.COUNTER, "count", "page faults", 3),
        ProfileItem(0, "", 700, 700, 700, ItemKind.COUNTER, "count", "system call futex", 3),
    ),
)
ALL = (TIMES, CAUSAL, CACHES, HEAP, COUNTERS)


def test_the_format_of_version_2() -> None:
    assert RENDER_VERSION == 2
    assert render(ALL, SOURCE).split("\n") == [
        "measured on the current program",
        "share of thread time by source line (library code counts for the line that calls it)",
        "line | function | share | 95 % interval | state | source",
        "3 | worker | 50.0 % | 45.0-55.0 % | waits: lock in pthread_cond_wait | queue.wait(hold);",
        "2 | main | 31.2 % | 29.0-33.5 % | runs | int main() {",
        "4 | worker | 5.0 % | 2.0-9.0 % | ready, no CPU | grow(100);",
        "other lines 11.7 %, outside the program 2.1 %",
        "virtual speedups: time at a line -> time of the run (95 % interval)",
        "4, worker: -25 % -> -22 % (-24 to -20); -50 % -> -44 % (-47 to -40) | grow(100);",
        "2, main: -50 % -> +0 % (-2 to +1) | int main() {",
        "per 1000 instructions (reference machine 1): L1 data misses 5.00",
        "4: 76.6 % of L1 data misses, 12.0 % of branch mispredictions | grow(100);",
        "heap: 96239 blocks",
        "4: 45.2 % of blocks | grow(100);",
        "a whole run: wall time 0.0223-0.0259 s, page faults 2733-2734, system call futex 700",
        "by blocked samples 1.0, lull 1.0, cachegrind 1.0, dhat 1.0, counters 1.0",
    ]


def test_profiles_that_were_not_taken_add_nothing() -> None:
    failed = Profile("perf", "6.1", ProfileState.FAILED, "sha", "w0", detail="perf broke")
    assert render((failed, *ALL), SOURCE) == render(ALL, SOURCE)
    with pytest.raises(ValueError, match="perf broke"):
        render((failed,), SOURCE)


def test_one_table_of_time_by_the_first_profile_that_has_shares() -> None:
    other = taken("perf cpu-clock", (ProfileItem(2, "main", 0.9, 0.8, 0.95),), unit="CPU time")
    assert render((TIMES, other), SOURCE) == render((TIMES,), SOURCE)
    assert "| 90.0 %" in render((other, TIMES), SOURCE)
    assert " state " not in render((other, TIMES), SOURCE)


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version 3"):
        render(ALL, SOURCE, 3)


NAMES = st.text(max_size=80)
KINDS = {
    "time": [ItemKind.CPU, ItemKind.IO, ItemKind.LOCK, ItemKind.SCHEDULING, ItemKind.OTHER, ItemKind.OFF_CPU],
    "caches": [ItemKind.D1_MISSES, ItemKind.LL_MISSES, ItemKind.MISPREDICTIONS],
    "heap": [ItemKind.ALLOCATIONS],
    "causal": [ItemKind.CAUSAL],
    "counters": [ItemKind.COUNTER],
}


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    """Any profile of one kind of profiler, of lines in and outside the program."""
    kinds = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    items = []
    for line in draw(st.lists(st.integers(0, 40), max_size=12)):
        share = draw(st.floats(0, 1))
        point = Effect(draw(st.floats(0.05, 1)), draw(st.floats(-1, 1)), -1.0, 1.0)
        curve = (point,) if kinds == [ItemKind.CAUSAL] else ()
        kind = draw(st.sampled_from(kinds))
        items.append(ProfileItem(line, draw(NAMES), share, 0.0, 1.0, kind, "", draw(NAMES), 1, curve))
    samples = draw(st.integers(0, 10**12))
    return taken(draw(NAMES), tuple(items), unit=draw(NAMES), outside=draw(st.floats(0, 1)), samples=samples)


SOURCES = st.lists(st.text(max_size=90), max_size=40).map("\n".join)


@given(st.lists(profiles(), min_size=1, max_size=6), SOURCES)
def test_the_text_is_bounded_deterministic_and_cannot_close_a_fence(
    found: list[Profile], source: str
) -> None:
    text = render(found, source)
    assert len(text.encode()) <= MAX_BYTES
    assert "`" not in text
    assert all(line.isprintable() for line in text.split("\n"))
    assert render(found, source) == text


@given(st.lists(profiles(), min_size=1, max_size=6))
def test_no_advice_and_few_rows(found: list[Profile]) -> None:
    plain = [
        taken("p", tuple(ProfileItem(i.line, "f", i.value, i.low, i.high, i.kind, i.unit) for i in p.items))
        for p in found
    ]
    text = render(plain, "")
    assert not ADVICE.search(text)
    assert len(re.findall(r"^\d+ \| ", text, re.M)) <= MAX_ROWS
    assert len(re.findall(r"^\d+: ", text, re.M)) <= 2 * MAX_ROWS


@given(st.permutations(range(5)), st.integers(0, 4))
def test_the_dearest_rows_come_first_whatever_the_order_of_the_items(order: list[int], drop: int) -> None:
    values = [0.4, 0.3, 0.1, 0.05, 0.01]
    items = [ProfileItem(n + 1, "f", value, value, value) for n, value in enumerate(values)]
    shuffled = taken("perf", tuple(items[n] for n in order if n != drop), unit="CPU time")
    rows = re.findall(r"^(\d) \| ", render((shuffled,), SOURCE), re.M)
    assert rows == [str(n + 1) for n in range(5) if n != drop]


COSTLIEST = taken(
    "costliest case",
    (
        ProfileItem(
            0, "", 1200, 1200, 1200, ItemKind.CASE, unit="instructions", site="case 17: `rows`\n" + 900 * "9"
        ),
    ),
    samples=6000,
    detail="500 cases, the median one 8 instructions",
)


def test_the_costliest_case_is_one_part_among_the_others_bounded_and_only_where_it_is_given():
    text = render([TIMES, COSTLIEST], SOURCE)
    assert "the costliest case takes 20.0 % of the instructions of all (500 cases, the median one 8" in text
    (told,) = (line for line in text.split("\n") if line.startswith("case 17: 'rows' 999"))
    assert len(told) == CASE_LETTERS
    assert len(text.encode()) <= MAX_BYTES
    assert "costliest" not in render([TIMES], SOURCE)
