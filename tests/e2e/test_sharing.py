"""Who may use which cores of the machine, and when; real processes, real locks in a folder of their own."""

import contextlib
import os
import subprocess
import sys
import tempfile
import threading

import pytest

from pytest_aiopt.evaluation.host import cores, sharing
from pytest_aiopt.evaluation.host.lock import TIMING, MachineLock
from pytest_aiopt.evaluation.host.machine import describe
from pytest_aiopt.profiling.quiet import Quiet, measures_time
from pytest_aiopt.profiling.registry import groups

CORES = "import os; print(*os.sched_getaffinity(0))"
several = pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="needs two cores")


@pytest.fixture(autouse=True)
def own_locks(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


class Held:
    """A context held by another thread until ``leave``; ``entered`` says whether it got in."""

    def __init__(self, context):
        self.entered, self._leave = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._hold, args=(context,), daemon=True)
        self._thread.start()

    def _hold(self, context):
        with context:
            self.entered.set()
            self._leave.wait(20)

    def leave(self):
        self._leave.set()
        self._thread.join(20)
        assert not self._thread.is_alive()


def test_work_goes_on_beside_work_and_beside_a_run_on_the_timing_core():
    with MachineLock(), sharing.work():
        other = Held(sharing.work())
        assert other.entered.wait(5)
        other.leave()


def test_a_measurement_on_all_cores_waits_for_work_and_keeps_new_work_out():
    running = Held(sharing.work())
    assert running.entered.wait(5)
    measuring = Held(sharing.whole_machine())
    assert not measuring.entered.wait(0.3)
    late = Held(sharing.work())
    assert not late.entered.wait(0.3)  # or measuring would wait for ever on a busy machine
    running.leave()
    assert measuring.entered.wait(5)
    assert not late.entered.wait(0.3)
    measuring.leave()
    assert late.entered.wait(5)
    late.leave()


def test_who_measures_on_all_cores_may_work_itself():
    with sharing.whole_machine(), sharing.work():
        other = Held(sharing.work())
        assert not other.entered.wait(0.3)
    assert other.entered.wait(5)
    other.leave()


@several
def test_a_cell_and_what_it_starts_keep_off_the_timing_core():
    everything, timing, machine = os.sched_getaffinity(0), cores.timing_cpu(), describe("g++", 2)
    with cores.off_the_timing_core():
        child = subprocess.run([sys.executable, "-c", CORES], capture_output=True, text=True, check=True)
        assert set(map(int, child.stdout.split())) == everything - {timing}
        assert cores.timing_cpu() == timing
        assert describe("g++", 2) == machine  # it is the same machine
        with sharing.whole_machine():
            assert os.sched_getaffinity(0) == everything
        assert timing not in os.sched_getaffinity(0)
    assert os.sched_getaffinity(0) == everything


@several
def test_threads_of_a_program_meet_on_two_cores_at_least(monkeypatch):
    everything = os.sched_getaffinity(0)
    two = frozenset(sorted(everything)[:2])
    with cores.on(two), cores.off_the_timing_core():
        with sharing.room_for(1):
            assert len(os.sched_getaffinity(0)) == 1
        with sharing.room_for(4):
            assert os.sched_getaffinity(0) == two
            other = Held(MachineLock())
            assert not other.entered.wait(0.3)  # nobody is timed meanwhile
    assert other.entered.wait(5)
    other.leave()


def test_profilers_that_tell_of_time_have_the_machine_to_themselves():
    quiet = {p.name for group in groups() for p in group if measures_time(p, waits=True)}
    assert {"lull", "coz", "blocked samples", "counters"} <= quiet
    assert not quiet & {"callgrind", "cachegrind"}
    assert [p.name for group in groups() for p in group if measures_time(p, waits=False)] == ["counters"]

    class Asks:
        name, version = "asks", "1"

        def profile(self, subject):
            held = Held(MachineLock())
            inside = held.entered.wait(0.3)
            held._leave.set()
            return inside

    class Subject:
        dynamic = None

    assert Quiet(Asks()).profile(Subject()) is False


def test_a_killed_holder_leaves_every_lock_free(tmp_path):
    code = (
        f"import tempfile, sys; tempfile.tempdir = {str(tmp_path)!r}\n"
        "from pytest_aiopt.evaluation.host import sharing\n"
        "with sharing.whole_machine():\n    print('in', flush=True)\n    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "in\n"
        assert (tmp_path / TIMING).exists()
        holder.kill()
        holder.wait(10)
        with contextlib.ExitStack() as stack:
            stack.enter_context(sharing.whole_machine())
