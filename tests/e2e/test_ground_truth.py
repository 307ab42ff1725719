"""Profilers against programs that know themselves: waits by their own clocks, counts by construction."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import ground_truth
import pytest
from ground_truth import Observed

from pytest_aiopt.model import ItemKind, ProfileState
from pytest_aiopt.profiling.base import Profiler
from pytest_aiopt.profiling.perf.blocked import BlockedSamples
from pytest_aiopt.profiling.perf.counters import Counters
from pytest_aiopt.profiling.perf.hotlines import HotLines
from pytest_aiopt.profiling.perf.tool import probe
from pytest_aiopt.profiling.valgrind.allocations import Allocations
from pytest_aiopt.profiling.valgrind.cachegrind import Cachegrind

pytestmark = pytest.mark.needs("g++")

PROGRAMS = Path(__file__).parents[1] / "data" / "profiles"

Observe = Callable[..., Observed]


@pytest.fixture
def observe(tmp_path: Path) -> Observe:
    def observed(profiler: Profiler, name: str, size: int) -> Observed:
        seen = ground_truth.observe(profiler, PROGRAMS / name, size, tmp_path)
        assert seen.profile.state is ProfileState.TAKEN, seen.profile.detail
        return seen

    return observed


def sees_waits() -> bool:
    return probe().refusal is None and not probe().user_only


@pytest.mark.needs("perf")
@pytest.mark.parametrize(
    ("program", "size", "waits"),
    [
        ("lock_convoy", 250, {"WAIT": ItemKind.LOCK}),
        ("io_barrier", 80, {"SLEEP": ItemKind.OTHER, "BARRIER": ItemKind.LOCK, "FSYNC": ItemKind.IO}),
        ("pipe_wait", 150, {"SLEEP": ItemKind.OTHER, "READ": ItemKind.IO, "POLL": ItemKind.IO,
                            "CONDITION": ItemKind.LOCK}),
    ],
)  # fmt: skip
def test_waits_have_the_length_and_the_class_that_the_program_knows(
    observe: Observe, program: str, size: int, waits: dict[str, ItemKind]
) -> None:
    if not sees_waits():
        pytest.skip("perf may not see the kernel here")
    seen = observe(BlockedSamples(), program, size)
    # benchmarks/blocked_samples.py measures how close the times are; a busy machine lengthens waits.
    for mark, kind in waits.items():
        assert seen.off_cpu_s(mark) == pytest.approx(seen.truth[mark], rel=0.5, abs=0.05), mark
        # How long a woken thread waits for its turn is the machine's doing; the wait itself has its class.
        classes = seen.items(mark).keys()
        assert classes - {kind, ItemKind.SCHEDULING, ItemKind.CPU} == set(), mark
        assert kind in classes, mark


@pytest.mark.needs("perf")
def test_more_threads_than_cores_are_ready_but_do_not_run(observe: Observe) -> None:
    if not sees_waits():
        pytest.skip("perf may not see the kernel here")
    seen = observe(BlockedSamples(), "oversubscription", 150)
    ready_s = sum(thread.scheduling_s for thread in seen.profile.threads[1:])
    first_turns_s = sum(item.value for item in seen.profile.items if not item.line) * seen.thread_s
    assert ready_s - first_turns_s == pytest.approx(seen.truth["RUNNABLE"], rel=0.5)
    work = seen.items("WORK")
    assert max(work, key=lambda kind: work[kind]) is ItemKind.SCHEDULING


@pytest.mark.needs("perf")
def test_the_times_of_every_thread_add_up(observe: Observe) -> None:
    profile = observe(BlockedSamples(), "io_barrier", 40).profile
    assert [thread.name.split()[0] for thread in profile.threads] == ["main", "thread", "thread"]
    for thread in profile.threads:
        parts = thread.cpu_s + thread.io_s + thread.lock_s + thread.scheduling_s + thread.other_s
        assert parts == pytest.approx(thread.wall_s, abs=1e-6)
    assert profile.threads[0].wall_s == pytest.approx(profile.wall_s, abs=1e-6)
    assert (
        sum(item.value for item in profile.items if item.line) + profile.outside <= 1 + 1e-4
    )  # shares are rounded
    for item in profile.items:
        assert 0 <= item.low <= item.value <= item.high <= 1


@pytest.mark.needs("perf")
def test_page_faults_and_arithmetic_are_at_their_lines(observe: Observe) -> None:
    seen = observe(BlockedSamples(), "page_faults", 100)
    touch, compute = seen.truth["TOUCH"], seen.truth["COMPUTE"]
    expected = touch / (touch + compute)
    touching = 1 - seen.items("COMPUTE")[ItemKind.CPU] - seen.profile.outside
    assert touching == pytest.approx(expected, abs=0.3)


@pytest.mark.needs("valgrind")
def test_misses_of_a_pointer_chase_are_one_a_step(observe: Observe) -> None:
    seen = observe(Cachegrind(), "pointer_chase", 20)
    by_line = {(item.line, item.kind): item for item in seen.profile.items}
    chased = by_line[seen.line("CHASE"), ItemKind.LL_MISSES]
    # 32 MB of nodes in a cache of 8 MB: three of four steps miss it; fresh from being built, a few more hit.
    assert 0.6 < chased.samples / seen.truth["STEPS"] <= 1.0
    branches = by_line[seen.line("BRANCH"), ItemKind.MISPREDICTIONS]
    assert branches.samples / seen.truth["STEPS"] == pytest.approx(0.5, abs=0.05)
    total = by_line[0, ItemKind.LL_MISSES]
    assert chased.value == pytest.approx(chased.samples / total.samples, abs=1e-5)
    again = observe(Cachegrind(), "pointer_chase", 20).profile
    own = [item for item in again.items if item.line]
    assert own == [item for item in seen.profile.items if item.line]


@pytest.mark.needs("valgrind")
def test_heap_traffic_is_counted_exactly(observe: Observe) -> None:
    size = 300
    seen = observe(Allocations(), "heap_traffic", size)
    amounts = {(item.line, item.unit): item.samples for item in seen.profile.items}
    assert amounts[seen.line("MANY"), "heap blocks"] == seen.truth["MANY"] == 10 * size
    assert amounts[seen.line("MANY"), "heap bytes"] == 100 * 10 * size
    assert amounts[seen.line("KEPT"), "heap blocks"] == seen.truth["KEPT"] == size
    assert amounts[seen.line("KEPT"), "heap bytes at the peak"] == 4000 * size
    assert amounts[seen.line("LARGE"), "heap bytes"] == 1000 * size
    assert (seen.line("LARGE"), "heap bytes at the peak") not in amounts  # the others are freed by then


@pytest.mark.needs("perf")
def test_system_calls_are_counted_by_kind(observe: Observe) -> None:
    if probe().wakeups is not None:
        pytest.skip(f"perf may not follow system calls here: {probe().wakeups}")
    seen = observe(Counters(), "pipe_wait", 50)
    counts = {item.site: item.value for item in seen.profile.items}
    assert counts["system call clock_nanosleep"] == 100
    assert counts["system call poll"] == 50
    assert counts["system call read"] == 100
    assert seen.profile.lost == ()


@pytest.mark.needs("perf", "valgrind")
@pytest.mark.parametrize("profiler", [HotLines(), BlockedSamples()], ids=lambda each: each.name)
def test_time_is_charged_to_the_slow_instruction_and_not_to_the_next_one(
    observe: Observe, profiler: Profiler
) -> None:
    """The simulated caches miss on the line that time is charged to."""
    seen, missed = observe(profiler, "slow_load", 100), observe(Cachegrind(), "slow_load", 10)
    load, use = seen.items("LOAD"), seen.items("USE")
    assert load[ItemKind.CPU] > 4 * use.get(ItemKind.CPU, 0.0)
    load, use = missed.items("LOAD"), missed.items("USE")
    assert load[ItemKind.D1_MISSES] > 4 * use.get(ItemKind.D1_MISSES, 0.0)
