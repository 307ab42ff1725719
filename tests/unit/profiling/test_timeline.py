"""The lives of threads from recordings: nothing of their time is lost or counted twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.model import ItemKind
from pytest_aiopt.profiling.addresses import Site
from pytest_aiopt.profiling.perf.accounts import Tally, account
from pytest_aiopt.profiling.perf.timeline import Record, lives, parse, parse_wakeups

TEXT = """\
perf-exec     0/0         0.000000000: PERF_RECORD_COMM: perf-exec:10/10
bwrap 10/10     1.000000000: PERF_RECORD_COMM exec: bwrap:10/10
bwrap 10/10     1.100000000: context-switches/period=1/:\x20
\tffffffff821fb643 schedule ([kernel.kallsyms])
\t           1234 main (/usr/bin/bwrap)

bwrap 10/10     1.200000000: PERF_RECORD_SWITCH OUT
a b 10/10     2.000000000: PERF_RECORD_COMM exec: a b:10/10
a b 10/10     2.100000000: PERF_RECORD_FORK(10:11):(10:10)
a b 10/11     2.200000000: PERF_RECORD_SWITCH IN
a b 10/11     2.300000000:  cpu-clock/period=1000000/:\x20
\t            23e8 std::vector<int, std::allocator<int> >::at(unsigned long) const (/x/a b)
\t            33e8 worker(int) (/x/a b)

         a b 10/11     2.400000000: context-switches/period=1/:\x20
\tffffffff821fb643 schedule ([kernel.kallsyms])
\tffffffff81441416 futex_do_wait ([kernel.kallsyms])
\t            5921 ___pthread_mutex_lock (/x/a b)
\t            43e8 worker(int) (/x/a b)

a b 10/11     2.400000000: PERF_RECORD_SWITCH OUT
a b 10/11     2.900000000: PERF_RECORD_SWITCH IN
a b 10/11     3.000000000: PERF_RECORD_SWITCH OUT preempt
a b 10/11     3.300000000: PERF_RECORD_SWITCH IN
a b 10/11     3.500000000: PERF_RECORD_EXIT(10:11):(10:10)
a b 10/11     3.600000000: PERF_RECORD_SWITCH OUT
other 12/12     3.700000000: PERF_RECORD_SWITCH OUT
a b 10/10     4.000000000: PERF_RECORD_EXIT(10:10):(10:10)
x 10/10     4.100000000: PERF_RECORD_LOST 7
"""
WAKEUPS = "10/10     2.850000000: sched:sched_wakeup: comm=a b pid=11 prio=120 target_cpu=001\n"


def test_a_recording_becomes_two_lives() -> None:
    found = lives(list(parse(TEXT)), parse_wakeups(WAKEUPS), "a b")
    main, worker = found.threads
    assert found.lost == 7
    assert (main.wall_s, main.cpu_s, main.waits) == (2.0, 2.0, [])
    assert worker.wall_s == pytest.approx(1.4)
    assert worker.cpu_s == pytest.approx(0.2 + 0.1 + 0.2)
    kinds = [(wait.kind, round(wait.seconds, 6)) for wait in worker.waits]
    assert kinds == [
        (ItemKind.SCHEDULING, 0.1),  # from its creation to its first turn
        (ItemKind.LOCK, 0.45),  # until it was woken
        (ItemKind.SCHEDULING, 0.05),  # until it ran
        (ItemKind.SCHEDULING, 0.3),  # preempted
    ]
    assert [frame.symbol for frame in worker.samples[0]][-1] == "worker(int)"
    sites = {0x33E8: Site(3, "worker"), 0x43E8: Site(5, "worker")}
    booked = account(found.threads, sites)
    assert booked.tallies[ItemKind.LOCK, 5, "pthread_mutex_lock"].seconds == pytest.approx(0.45)
    assert booked.tallies[ItemKind.CPU, 3, ""].seconds == pytest.approx(0.5)
    assert booked.total_s == pytest.approx(2.0 + 1.4)


def test_without_wakeups_all_of_a_wait_is_of_its_class() -> None:
    worker = lives(list(parse(TEXT)), {}, "a b").threads[1]
    assert [wait.kind for wait in worker.waits].count(ItemKind.SCHEDULING) == 2
    assert sum(w.seconds for w in worker.waits if w.kind is ItemKind.LOCK) == pytest.approx(0.5)


def test_another_program_has_no_lives_here() -> None:
    assert lives(list(parse(TEXT)), {}, "program").threads == ()


@st.composite
def recordings(draw: st.DrawFn) -> tuple[list[Record], dict[int, list[float]]]:
    """Any events of a main thread and some others, at increasing times, in any order."""
    tids = list(range(10, 10 + draw(st.integers(1, 4))))
    what = st.sampled_from(["in", "out", "preempted", "sample", "stack", "exit", "lost"])
    events = draw(st.lists(st.tuples(what, st.sampled_from(tids), st.integers(1, 1000)), max_size=60))
    records = [Record("exec", 10, 10, 0.0, "program")]
    records += [Record("fork", 10, tid, 0.001, "program", (), 10) for tid in tids[1:]]
    now, woken = 0.001, {}
    for kind, tid, step in events:
        now += step / 1000
        records.append(Record(kind, 10, tid, now, "program"))
        woken.setdefault(tid, []).append(now - draw(st.integers(0, step)) / 1000)
    return records, {tid: sorted(times) for tid, times in woken.items()}


@given(recordings())
def test_the_parts_of_every_life_add_up_to_it(recording: tuple[list[Record], dict[int, list[float]]]) -> None:
    for thread in lives(*recording, "program").threads:
        parts = [thread.cpu_s, *(wait.seconds for wait in thread.waits)]
        assert all(part >= -1e-12 for part in parts)
        assert sum(parts) == pytest.approx(thread.wall_s, abs=1e-9)


@given(st.text(max_size=300) | st.lists(st.sampled_from(TEXT.splitlines())).map("\n".join))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    for thread in lives(list(parse(text)), parse_wakeups(text), "a b").threads:
        assert thread.cpu_s + sum(w.seconds for w in thread.waits) == pytest.approx(thread.wall_s, abs=1e-6)


@given(st.integers(1, 400), st.floats(1e-6, 1.0), st.floats(0.01, 0.99))
def test_equal_observations_have_wilsons_interval(count: int, seconds: float, share: float) -> None:
    from pytest_aiopt.profiling.base import wilson

    tally = Tally()
    for _ in range(count):
        tally.add("f", seconds)
    low, high = tally.interval(count * seconds / share)
    assert (low, high) == pytest.approx(wilson(count, count / share), abs=1e-9)
