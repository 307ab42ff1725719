"""Stretches and the load guard: what is dropped, what is kept, and what it costs."""

import os
import subprocess
import sys
import time

import pytest

from pytest_aiopt.evaluation.host.load import LoadGuard
from pytest_aiopt.evaluation.meter import stretches
from pytest_aiopt.evaluation.meter.stretches import STRETCH_PAIRS, Clock, Stretches
from pytest_aiopt.model import Pair, Quality

PAIR = Pair(0.01, 0.01, True)


class Scripted:
    """A guard with preset answers."""

    def __init__(self, answers):
        self.answers = iter(answers)

    def disturbed(self, own_s):
        return next(self.answers)


def filled(monkeypatch, answers):
    guard = Scripted(answers)
    monkeypatch.setattr(stretches, "LoadGuard", lambda cpus, allowed: guard)
    made = Stretches(0)
    for _ in range(len(answers)):
        for _ in range(STRETCH_PAIRS):
            made.add(PAIR, 0.02, stalled=False)
        assert made.full
        made.settle()
    return made


def test_a_disturbed_stretch_is_dropped_and_counted(monkeypatch):
    made = filled(monkeypatch, [False, True, False])
    assert (len(made.pairs), made.dropped) == (2 * STRETCH_PAIRS, STRETCH_PAIRS)
    assert made.quality() is Quality.QUIET


def test_on_a_machine_that_stays_busy_pairs_are_kept_and_called_noisy(monkeypatch):
    made = filled(monkeypatch, [True] * 6)
    assert len(made.pairs) + made.dropped == 6 * STRETCH_PAIRS
    assert len(made.pairs) >= 2 * STRETCH_PAIRS
    assert made.quality() is Quality.NOISY


def test_a_pair_in_which_the_machine_stood_still_is_dropped_at_once(monkeypatch):
    made = filled(monkeypatch, [False])
    made.add(PAIR, 0.02, stalled=True)
    assert (made.count, made.dropped) == (STRETCH_PAIRS, 1)


def test_a_machine_that_always_stands_still_is_given_up(monkeypatch):
    made = filled(monkeypatch, [])
    for _ in range(5 * STRETCH_PAIRS):
        made.add(PAIR, 0.02, stalled=True)
    assert made.hopeless


def test_the_time_of_dropped_stretches_is_given_back_once(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(stretches.time, "monotonic", lambda: now[0])
    clock = Clock(1.0)
    clock.start()
    for seconds, kept, spent in (
        (0.6, False, False),
        (1.2, True, False),
        (1.7, False, False),
        (2.1, False, True),
    ):
        now[0] = seconds
        clock.settled(kept=kept)
        assert clock.spent is spent, seconds


@pytest.fixture
def burner():
    """A process that uses one processor of ours as much as it can; gives its number."""
    cpu = min(os.sched_getaffinity(0))
    command = f"import os\nos.sched_setaffinity(0, {{{cpu}}})\nprint(flush=True)\nwhile True: pass"
    with subprocess.Popen([sys.executable, "-c", command], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        yield cpu
        process.kill()


def test_the_guard_sees_another_process_on_the_processor(burner):
    guard = LoadGuard(frozenset({burner}), 0.25)
    time.sleep(0.5)
    assert guard.disturbed(0.0)
    time.sleep(0.5)
    assert not guard.disturbed(0.5)  # all of it was ours


def test_a_clock_that_is_stopped_spends_nothing(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(stretches.time, "monotonic", lambda: now[0])
    clock = Clock(1.0)
    for start, stop in ((5.0, 5.4), (50.0, 50.5)):
        now[0] = start
        clock.start()
        now[0] = stop
        clock.stop()
    assert clock.elapsed_s == pytest.approx(0.9)
    assert not clock.spent


def test_the_load_of_an_interruption_disturbs_nothing(monkeypatch):
    guard = Scripted([True, False])
    monkeypatch.setattr(stretches, "LoadGuard", lambda cpus, allowed: guard)
    made = Stretches(0)
    made.resume()
    made.add(PAIR, 0.02, stalled=False)
    assert made.settle()
