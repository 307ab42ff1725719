"""The command ``aiopt`` on a machine of fakes: nothing is compiled, timed or profiled.

As a program it runs one command so: ``python machine.py task check NAME``.
"""

import contextlib
import sys
import types

from pytest_aiopt import testing
from pytest_aiopt.campaign.laboratory import Laboratory
from pytest_aiopt.campaign.task_check import information, observe
from pytest_aiopt.cli.main import main
from pytest_aiopt.model import Candidate, NoiseFloor, Status
from pytest_aiopt.tasks.criteria import Evidence, Gain
from pytest_aiopt.tasks.information import Component, Information

WORKLOADS = ("w0", "w1", "w2")


class Bench(testing.FakeInstruments):
    """A bench that measures and profiles nothing real."""

    def __init__(self, task, store=None):
        super().__init__()
        self.task = task
        self.store = store
        self.machine = {"cpu": "fake"}

    def equals(self, evaluations):
        return []

    def compare(self, candidate, workload, budget_s):
        return self.measure(candidate)

    def keep_floor(self, measured):
        return NoiseFloor(self.task.name, "f", (0.0, 0.01), 0.01, 0.03)

    @contextlib.contextmanager
    def profiling(self, workload=None):
        yield types.SimpleNamespace(profile=lambda source: self.profile(Candidate(source)))

    def costliest(self, candidate):
        return self.profile(candidate)[0]


class FakeLaboratory(Laboratory):
    """A laboratory whose compiler, profilers and benches are fakes."""

    toolchain = types.SimpleNamespace(identity="fake compiler")
    profilers = types.SimpleNamespace(refused={"perf": "not installed"})

    def bench(self, of):
        return Bench(self.task(of) if isinstance(of, str) else of, self.store)


def fit(name):
    """The evidence on a task that meets every criterion."""
    idle = [Gain(file, of, of, Status.PASSED, 1, 1, 1) for file, of in (("00.cpp", False), ("90.cpp", True))]
    steps = [Gain(f"0{i}.cpp", True, False, Status.PASSED, 1.5**i, 1.5**i, 1.5**i) for i in range(1, 5)]
    return Evidence(
        task=name,
        base_ms=30.0,
        base_cv=0.01,
        gains=steps + idle,
        tops={"w0": 1, "w1": 2},
        words=[],
        evaluation_s=1.0,
        cases=500,
        mutants=8,
        accepted=[],
    )


def informative(name):
    """What is known of an informative task."""
    return Information(
        task=name,
        workloads=WORKLOADS,
        frontier=dict.fromkeys(WORKLOADS, 3.0),
        step=dict.fromkeys(WORKLOADS, 0.4),
        components=[
            Component(f"0{at}.cpp", {name: 0.5 if name == own else 0.0 for name in WORKLOADS})
            for at, own in enumerate(WORKLOADS, 1)
        ],
        value={"w0": 0.2, "w1": 0.3, "w2": 0.9},
        tried=9,
    )


if __name__ == "__main__":
    observe.observe = lambda bench, warn=None: fit(bench.task.name)
    information.observe = lambda bench, *rest: informative(bench.task.name)
    sys.exit(main(make_laboratory=FakeLaboratory))
