"""The text of several profiles: version 3 of its format, its bounds, and that it says nothing they do not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.model import Counter, Effect, ItemKind, Profile, ProfileItem, ProfileState
from pytest_aiopt.prompts import tokens
from pytest_aiopt.prompts.facts.totals import CASE_LETTERS
from pytest_aiopt.prompts.render import MAX_BYTES, RENDER_VERSION, STANDARD, render
from pytest_aiopt.prompts.text import CUT

SOURCE = """\
// first
int main() {
	queue.wait(hold);
    auto worker = [&](int more) {
        grow(100);
    };
    worker(1);
}
"""
ADVICE = re.compile(r"should|could|consider|optimi|improv|hot|slow|bottleneck|target|faster|try|avoid", re.I)


def taken(profiler: str, items: tuple[ProfileItem, ...], **other: object) -> Profile:
    return Profile(profiler, "1.0", ProfileState.TAKEN, "sha", "w0", items=items, **other)  # type: ignore[arg-type]


TIMES = taken(
    "blocked samples",
    (
        ProfileItem(2, "main", 0.312, 0.29, 0.335),
        ProfileItem(3, "_M_run", 0.5, 0.45, 0.55, ItemKind.LOCK, site="pthread_cond_wait"),
        ProfileItem(5, "operator", 0.05, 0.02, 0.09, ItemKind.SCHEDULING),
    ),
    unit="thread time",
    outside=0.021,
)
CAUSAL = taken(
    "lull",
    (
        ProfileItem(
            5,
            "operator",
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
        ProfileItem(5, "operator", 0.766, 0.766, 0.766, ItemKind.D1_MISSES, "L1 data cache misses"),
        ProfileItem(5, "operator", 0.12, 0.12, 0.12, ItemKind.MISPREDICTIONS, "branch mispredictions"),
        ProfileItem(2, "main", 0.05, 0.05, 0.05, ItemKind.D1_MISSES, "L1 data cache misses"),
    ),
    samples=100_000_000,
    detail="reference machine 1: small",
)
HEAP = taken(
    "dhat",
    (
        ProfileItem(0, "", 96239, 96239, 96239, ItemKind.ALLOCATIONS, "heap blocks", samples=96239),
        ProfileItem(5, "operator", 0.452, 0.452, 0.452, ItemKind.ALLOCATIONS, "heap blocks"),
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


def test_the_format_of_version_3() -> None:
    assert RENDER_VERSION == 3
    assert render(ALL, SOURCE).split("\n") == [
        "measured on the current program by blocked samples, lull, cachegrind, dhat, counters",
        "one run: 24.1 ms wall time (22.3 ms-25.9 ms); 2733 page faults; 700 futex calls",
        "per 1000 instructions (reference machine 1): 5.00 L1 data misses",
        "heap: 96239 blocks",
        "share of thread time by line, with 95 % interval (library code counts for the line that calls it):",
        "line 3, main: queue.wait(hold);",
        "  50.0 % (45.0-55.0) waiting for a lock in pthread_cond_wait",
        "line 2, main: int main() {",
        "  31.2 % (29.0-33.5) running; no certain effect of less time here; 5.0 % of L1 data misses",
        "line 5, worker in main: grow(100);",
        "  5.0 % (2.0-9.0) ready without a CPU; with 25 % less time here the run takes 22 % less "
        "(20-24), with 50 % 44 % (40-47); 76.6 % of L1 data misses, 12.0 % of branch "
        "mispredictions; 45.2 % of heap blocks",
        "line 4, main: auto worker = [&](int more) {",
        "  under 5.0 %",
        "line 7, main: worker(1);",
        "  under 5.0 %",
        "the rest: 11.7 % other lines; 2.1 % outside the program",
    ]


def test_profiles_that_were_not_taken_add_nothing() -> None:
    failed = Profile("perf", "6.1", ProfileState.FAILED, "sha", "w0", detail="perf broke")
    assert render((failed, *ALL), SOURCE) == render(ALL, SOURCE)
    with pytest.raises(ValueError, match="perf broke"):
        render((failed,), SOURCE)


def test_the_first_profile_that_has_shares_of_time_tells_them() -> None:
    other = taken("perf cpu-clock", (ProfileItem(2, "main", 0.9, 0.8, 0.95),), unit="CPU time")
    assert render((TIMES, other), SOURCE) == render((TIMES,), SOURCE)
    assert "  90.0 % (80.0-95.0)" in render((other, TIMES), SOURCE)
    assert "running" not in render((other, TIMES), SOURCE), "threads have no states where none waits"


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version 2"):
        render(ALL, SOURCE, 2)


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
def test_no_advice(found: list[Profile]) -> None:
    plain = [
        taken("p", tuple(ProfileItem(i.line, "f", i.value, i.low, i.high, i.kind, i.unit) for i in p.items))
        for p in found
    ]
    assert not ADVICE.search(render(plain, ""))


SHARE = re.compile(
    r"(\d+\.\d) %(?: \(\d+\.\d-\d+\.\d\)| (?:other|ready|idle|outside|start|driver|kernel|page))"
)


def shares(text: str) -> list[float]:
    return [float(found) for found in SHARE.findall(text)]


@given(st.permutations(range(5)), st.integers(0, 4))
def test_the_dearest_lines_come_first_in_any_order_of_the_items(order: list[int], drop: int) -> None:
    values = [0.4, 0.3, 0.1, 0.05, 0.01]
    items = [ProfileItem(n + 1, "f", value, value, value) for n, value in enumerate(values)]
    shuffled = taken("perf", tuple(items[n] for n in order if n != drop), unit="CPU time")
    rows = re.findall(r"^line (\d)", render((shuffled,), SOURCE), re.M)
    expected = [str(n + 1) for n in range(5) if n != drop]
    assert rows[: len(expected)] == expected


@given(st.lists(st.integers(1, 200), min_size=1, max_size=20), st.lists(st.integers(0, 200), max_size=6))
def test_shares_add_up_to_100_percent(lines: list[int], outside: list[int]) -> None:
    kinds = [ItemKind.CPU, ItemKind.LOCK, ItemKind.SCHEDULING]
    total = sum(lines) + sum(outside)
    items = [
        ProfileItem(1 + n % 9, "f", part / total, 0.0, 1.0, kinds[n % 3], site=f"call{n}")
        for n, part in enumerate(lines)
    ]
    items += [
        ProfileItem(0, "", part / total, 0.0, 1.0, kinds[1 + n % 2], site=f"{n}")
        for n, part in enumerate(outside)
    ]
    profile = taken("blocked", tuple(items), unit="thread time", outside=sum(outside) / total)
    assert sum(shares(render((profile,), SOURCE))) == pytest.approx(100.0)


def test_time_outside_the_program_is_shown_by_kind() -> None:
    parts = {
        ItemKind.START_UP: 0.04,
        ItemKind.DRIVER: 0.02,
        ItemKind.KERNEL: 0.01,
        ItemKind.PAGE_FAULTS: 0.03,
    }
    items = [ProfileItem(0, "", part, part, part, kind) for kind, part in parts.items()]
    profile = taken("perf", (ProfileItem(3, "f", 0.6, 0.5, 0.7), *items), unit="CPU time", outside=0.1)
    rest = (
        "the rest: 30.0 % other lines; 4.0 % start-up and end; 2.0 % driver; 1.0 % kernel; 3.0 % page faults"
    )
    assert rest in render((profile,), SOURCE).split("\n")


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (0.10, 0.27, "with 25 % less time here the run takes 20 % less (10-27)"),
        (0.001, 0.27, "no certain effect of less time here"),
        (-0.05, 0.27, "no certain effect of less time here"),
        (-0.48, -0.39, "no certain effect of less time here"),
    ],
)
def test_an_effect_is_shown_if_its_sign_is_certain_and_time_is_saved(
    low: float, high: float, shown: str
) -> None:
    point = Effect(0.25, 0.2, low, high)
    profile = taken("lull", (ProfileItem(3, "f", 0.2, low, high, ItemKind.CAUSAL, curve=(point,)),))
    text = render((TIMES, profile), SOURCE)
    assert shown in text
    assert ("takes" in text) is (low == 0.10)


def test_points_of_a_curve_are_judged_one_by_one() -> None:
    curve = (Effect(0.25, 0.04, -0.01, 0.1), Effect(0.5, 0.2, 0.1, 0.3), Effect(0.75, 0.4, 0.35, 0.45))
    profile = taken("lull", (ProfileItem(3, "f", 0.4, 0.35, 0.45, ItemKind.CAUSAL, curve=curve),))
    shown = "with 50 % less time here the run takes 20 % less (10-30), with 75 % 40 % (35-45)"
    assert shown in render((profile,), SOURCE)


def test_a_line_is_quoted_whole_on_one_line_or_cut_between_tokens() -> None:
    long = (
        "    total = " + " + ".join(f"weights[index_{n}] * values_of_everything[{n}]" for n in range(9)) + ";"
    )
    source = f"int f() {{\n{long}\n\treturn   total;\n}}\n"
    profile = taken("perf", (ProfileItem(2, "f", 0.6, 0.5, 0.7), ProfileItem(3, "f", 0.3, 0.2, 0.4)))
    quoted = {
        line.partition(": ")[2] for line in render((profile,), source).split("\n") if line.startswith("line ")
    }
    cut = next(text for text in quoted if text.endswith(CUT)).removesuffix(CUT)
    assert "return total;" in quoted
    assert " ".join(long.split()).startswith(cut)
    assert not re.match(r"\w", " ".join(long.split())[len(cut)]) or not re.search(r"\w$", cut)


def test_a_line_stands_in_the_function_that_a_reader_sees() -> None:
    text = render(ALL, SOURCE)
    assert "line 5, worker in main: grow(100);" in text
    assert "line 3, main: queue.wait(hold);" in text
    assert "_M_run" not in text
    assert "operator" not in text


def test_the_totals_of_a_run_are_shown_as_counted() -> None:
    def counted(site: Counter, value: float, low: float, high: float) -> ProfileItem:
        return ProfileItem(0, "", value, low, high, ItemKind.COUNTER, "", site)

    items = (
        counted(Counter.CALLS, 100, 100, 100),
        counted(Counter.REQUEST, 96, 80, 1600),
        counted(Counter.REPLIES, 5200, 5200, 5200),
        counted(Counter.WALL, 0.0241, 0.0223, 0.0259),
        counted(Counter.USER, 0.002, 0.002, 0.002),
        counted(Counter.SYSTEM, 0.001, 0.001, 0.001),
        counted(Counter.THREADS, 4, 4, 4),
    )
    shown = "one run: 100 calls of 96 B (80 B-1.60 kB); replies of 5.20 kB; 24.1 ms wall time"
    line = next(
        line for line in render((TIMES, taken("counters", items)), SOURCE).split("\n") if "one run" in line
    )
    assert line == f"{shown} (22.3 ms-25.9 ms); 3.00 ms CPU time; 4 threads"


def test_a_text_has_the_length_of_its_kinds_of_facts() -> None:
    source = "\n".join(f"int f{n}(int a) {{ return a * {n} + {'g(a) + ' * (n % 5)}{n}; }}" for n in range(60))
    for count in (2, 9):
        items = tuple(ProfileItem(n, "f", 0.3 / n, 0.0, 1.0) for n in range(1, count))
        found = tokens.count(render((taken("perf", items, unit="CPU time"),), source))
        assert abs(found - 2 * STANDARD.tokens) <= tokens.TOLERANCE * found


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
    (shown,) = (line for line in text.split("\n") if line.startswith("case 17: 'rows' 999"))
    assert len(shown) == CASE_LETTERS
    assert len(text.encode()) <= MAX_BYTES
    assert "costliest" not in render([TIMES], SOURCE)
