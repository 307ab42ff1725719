"""Programs are built ahead of their measurement, each once; faults wait for the code that needs them."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

from pytest_aiopt.campaign.task_check.ahead import Ahead
from pytest_aiopt.errors import InfrastructureError


class FakeBench:
    """Keeps what was built; the program "slow" takes until ``go``, "broken" fails."""

    def __init__(self):
        self.built, self.placed = [], []
        self.begun, self.go = threading.Event(), threading.Event()

    def build(self, candidate):
        if candidate.source == "broken":
            raise InfrastructureError("no disk", "free some")
        if candidate.source == "slow":
            self.begun.set()
            assert self.go.wait(10)
        self.built.append(candidate.source)
        return SimpleNamespace(path="binary")

    def side(self, candidate, use):
        self.placed.append(candidate.source)
        return SimpleNamespace(numbers=(1, 2, 3), first=lambda count: None)


def test_programs_are_built_in_their_order_and_once():
    bench = FakeBench()
    with Ahead() as ahead:
        ahead.expect(bench, ["a", "b"])
        ahead.expect(bench, ["b", "c"], timed=False)
        while len(bench.built) < 3:
            time.sleep(0.01)
    assert bench.built == ["a", "b", "c"]
    assert bench.placed == ["a", "b"], "those that are not timed need one build alone"


def test_a_program_that_is_being_built_is_waited_for():
    bench = FakeBench()
    with Ahead() as ahead:
        ahead.expect(bench, ["slow", "later"])
        assert bench.begun.wait(10)
        threading.Timer(0.05, bench.go.set).start()
        assert ahead.ready("slow") == "slow"
        assert bench.placed[0] == "slow"


def test_a_program_that_waits_for_its_turn_is_left_to_those_who_need_it():
    bench = FakeBench()
    with Ahead() as ahead:
        ahead.expect(bench, ["slow", "later"])
        assert bench.begun.wait(10)
        assert ahead.ready("later") == "later"
        assert ahead.ready("unexpected") == "unexpected"
        bench.go.set()
    assert bench.built == ["slow"]


def test_the_end_of_the_context_ends_the_building():
    bench = FakeBench()
    with Ahead() as ahead:
        ahead.expect(bench, ["slow", *map(str, range(50))])
        assert bench.begun.wait(10)
        threading.Timer(0.05, bench.go.set).start()
    assert bench.built == ["slow"]


def test_a_fault_is_left_to_those_who_need_the_program():
    bench = FakeBench()
    with Ahead() as ahead:
        ahead.expect(bench, ["broken", "fine"])
        assert ahead.ready("broken") == "broken"
        ahead.ready("fine")
