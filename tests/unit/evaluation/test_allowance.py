"""One allowance per verdict: shared by its runs, not by those of the original program."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_aiopt.errors import InfrastructureError
from pytest_aiopt.evaluation.gate.settling import settled
from pytest_aiopt.evaluation.meter import patience
from pytest_aiopt.evaluation.sandbox import allowance
from pytest_aiopt.evaluation.sandbox.processes import Ended, RunOutcome
from pytest_aiopt.evaluation.sandbox.runner import Unsettled, unsettled
from pytest_aiopt.model import Candidate, Examination, Stage, Status, Verdict

ORIGINAL, CANDIDATE = Candidate("original"), Candidate("changed")


def outcome(wall_s: float, apparent: Ended = Ended.EXITED) -> RunOutcome:
    return RunOutcome(Ended.INFRASTRUCTURE, 9, wall_s, 0, 0, 0, 0, 0, 0, 0, "said", apparent=apparent)


def test_runs_share_what_their_verdict_has() -> None:
    with allowance.verdict(10.0):
        assert allowance.bounded(25.0) == 10.0
        allowance.charge(7.0)
        with allowance.verdict():  # part of the same
            assert allowance.bounded(25.0) == 3.0
            assert allowance.bounded(1.0) == 1.0
            allowance.charge(4.0)
        assert allowance.exhausted()
        assert 0 < allowance.bounded(25.0) < 0.1
    assert allowance.bounded(25.0) == 25.0


def test_runs_of_the_original_program_are_apart() -> None:
    with allowance.verdict(10.0) as spent:
        allowance.charge(1.0)
        with allowance.apart():
            allowance.charge(5.0)
        assert spent.spent_s == 1.0


@pytest.mark.parametrize(
    ("apparent", "status"), [(Ended.TIMEOUT, Status.TIMEOUT), (Ended.SIGNALLED, Status.CRASH)]
)
def test_where_the_original_program_does_well_the_candidate_is_at_fault(
    apparent: Ended, status: Status
) -> None:
    def ask(each: Candidate) -> Verdict:
        allowance.charge(3.0)
        if each is CANDIDATE:
            raise unsettled("runs", outcome(3.0, apparent), Stage.TIMED)
        return Verdict(Status.PASSED)

    found = settled(CANDIDATE, ORIGINAL, ask)
    assert isinstance(found, Verdict)
    assert (found.status, found.stage, found.seconds) == (status, Stage.TIMED, 3.0)


@pytest.mark.parametrize("found", [Verdict(Status.TIMEOUT), Examination(Verdict(Status.CRASH)), None])
def test_where_it_does_not_the_machine_is(found: Verdict | Examination | None) -> None:
    def ask(each: Candidate) -> Verdict | Examination:
        if each is CANDIDATE or found is None:
            raise Unsettled("no run ends")
        return found

    with pytest.raises(InfrastructureError, match="no run ends"):
        settled(CANDIDATE, ORIGINAL, ask)


def test_the_original_program_is_not_settled_by_itself() -> None:
    def ask(each: Candidate) -> Verdict:
        raise Unsettled("no run ends")

    with pytest.raises(Unsettled):
        settled(ORIGINAL, ORIGINAL, ask)


def test_timed_runs_are_bounded_by_those_of_the_original_program() -> None:
    found = patience.Patience()
    found.learn(outcome(0.001))
    assert found.limit_s == patience.LEAST_S
    found.learn(outcome(0.5))
    found.learn(outcome(0.2))
    assert found.limit_s == 0.5 * patience.SLOWEST
    with allowance.verdict(4.0):
        assert found.limit_s == 4.0
        assert patience.late() is None
        allowance.charge(4.0)
        late = patience.late()
    assert late is not None
    assert late.status is Status.TIMEOUT


@pytest.mark.parametrize(
    ("last", "why", "remedy"),
    [
        (outcome(3.0, Ended.TIMEOUT), "other programs took the processor", "stop other work"),
        (outcome(0.1, Ended.SIGNALLED), "SIGKILL", "memory_mb in task.toml"),
        (outcome(0.0), "the sandbox failed (said)", "aiopt doctor"),
        (replace(outcome(0.1), ended=Ended.EXITED), "paused or throttled", "nothing else runs"),
        (None, "the sandbox does not start", "aiopt doctor"),
    ],
)
def test_runs_that_fail_by_no_fault_of_a_program_are_explained(
    last: RunOutcome | None, why: str, remedy: str
) -> None:
    error = unsettled("timed runs of sums on workload w0", last)
    assert str(error).startswith("timed runs of sums on workload w0 failed again and again: ")
    assert why in str(error)
    assert remedy in error.remedy
