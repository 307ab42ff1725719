"""Decisions judged and counted with real processes: gate, meter, floor, confirmation and refusals."""

import functools
import struct
from math import log2
from pathlib import Path

import numpy as np
import pytest

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.design.study_file import MeterSpec
from pytest_aiopt.errors import TaskError
from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.gate import shrink
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import Candidate, Decision, Measurement, Quality, Status, Verdict
from pytest_aiopt.tasks import loader

TASKS = Path(__file__).parents[2] / "tasks"
CHEATS = Path(__file__).parents[1] / "redteam" / "programs" / "rewards"
pytestmark = pytest.mark.needs("g++")


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    root = tmp_path_factory.mktemp("costs")
    box = Sandbox.probe(root / "cache", allow_unsafe=True)
    return Bench(
        loader.load(TASKS, "evict_policy"),
        toolchain=Toolchain(cache=root / "cache" / "builds", sandbox=box),
        sandbox=box,
        meter=MeterSpec(budget_s=1.0, confirm_s=1.0, floor_evaluations=10),
        store=Store(root / "results"),
    )


@functools.cache
def rung(name):
    return Candidate((TASKS / "evict_policy" / "ladder" / f"{name}.cpp").read_text())


def measured(bench, candidate):
    found = bench.measure(candidate)
    assert isinstance(found, Measurement), found
    return found


def test_the_program_costs_what_it_costs(bench):
    found = measured(bench, Candidate(f"{bench.task.program.source}\n// again\n"))
    assert {pair.log2_ratio for pair in found.pairs} == {0.0}
    assert (found.log2_speedup, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)
    assert (found.decision, found.quality) == (Decision.EQUAL, Quality.QUIET)
    assert found.counted == "misses"


def test_the_floor_is_half_a_percent_and_takes_one_evaluation(bench):
    floor = bench.floor()
    assert floor.delta == pytest.approx(log2(1.005))
    assert (floor.log2_ratios, floor.sd, floor.drift) == ((0.0,), 0.0, None)
    assert bench.floor() == floor


def test_better_decisions_are_faster_and_counted_by_the_oracle(bench):
    assert bench.judge(rung("02_on_trial")).status is Status.PASSED
    found = measured(bench, rung("02_on_trial"))
    assert found.decision is Decision.FASTER
    assert bench.floor().delta < found.low <= found.log2_speedup <= found.high < log2(1.5)
    for pair in found.pairs:
        assert pair.log2_ratio == pytest.approx(log2(pair.costs[0] / pair.costs[1]))
        assert all(cost == int(cost) and cost > 1000 for cost in pair.costs)


def test_a_worse_policy_is_slower_at_once(bench):
    latest_goes = bench.task.program.source.replace("order_.front()", "order_.back()")
    worse = Candidate(latest_goes.replace("pop_front", "pop_back"))
    assert bench.judge(worse).status is Status.PASSED
    found = measured(bench, worse)
    assert found.decision is Decision.SLOWER or found.log2_speedup > 0


def test_champions_are_examined_and_confirmed_on_every_held_out_workload(bench):
    examined = bench.examine(rung("01_last_asked"))
    assert examined.verdict.status is Status.PASSED, examined.verdict
    found = bench.confirm(rung("01_last_asked"))
    assert [one.workload for one in found] == ["h0", "h1"]
    assert all(one.low > 0 and one.placements == () for one in found)


@pytest.mark.parametrize("name", ["knows_the_future_when_measured", "knows_the_end_of_the_call"])
def test_who_reads_ahead_only_where_it_pays_is_refused_there(bench, name):
    cheat = Candidate((CHEATS / f"{name}.cpp").read_text())
    assert bench.judge(cheat).status is Status.PASSED
    found = (bench.measure(cheat) for _ in range(3))  # one that uses little passes once in a hundred times
    refused = next(one for one in found if isinstance(one, Verdict))
    assert refused.status is Status.WRONG_ANSWER
    assert "depends on what comes later" in refused.detail


def test_who_decides_well_by_much_work_is_timed_out(bench):
    found = bench.measure(Candidate((CHEATS / "buys_decisions_with_time.cpp").read_text()))
    assert isinstance(found, Verdict)
    assert found.status is Status.TIMEOUT
    assert "times the original's CPU time, 20 are allowed" in found.detail


def test_a_refused_decision_is_named_and_shrunk(bench):
    wrong = Candidate((TASKS / "evict_policy" / "mutants" / "03_not_told.cpp").read_text())
    verdict = bench.judge(wrong)
    assert verdict.status is Status.WRONG_ANSWER
    assert "refused: turn" in verdict.counterexample
    assert "one kept item has to go" in verdict.counterexample
    fails = shrink.failing_alone(bench.task, bench.sandbox, bench.binary(wrong))
    assert fails(bench.gate.request(verdict.case))
    assert not fails(struct.pack("<II56x", 9, 3) + np.arange(3, dtype="<u4").tobytes())


def test_a_known_program_that_breaks_the_rules_is_the_tasks_fault(bench):
    wrong = Candidate((TASKS / "evict_policy" / "mutants" / "03_not_told.cpp").read_text())
    with pytest.raises(TaskError, match="breaks the rules"):
        bench.meter.compare(bench.binary(wrong), bench.binary(wrong), bench.task.scored, 1.0)
