"""How a supervisor's report becomes an outcome."""

from __future__ import annotations

import signal

import pytest

from pytest_aiopt.evaluation.sandbox.processes import Ended, RunOutcome, Transcript, outcome
from pytest_aiopt.model import Limits

LIMITS = Limits(cpu_s=2.5, memory_mb=100)


def made(
    ended: str,
    code: int,
    *,
    wall: float = 1.0,
    cpu: float = 1.0,
    rss_mb: float = 1,
    involuntary: int = 0,
    stalled: float = 0.0,
    stderr: str = "",
) -> RunOutcome:
    numbers = (code, wall * 1e9, cpu * 1e6, 0, rss_mb * 1024, 1, involuntary, 1, stalled * 1e9)
    return outcome(Transcript(f"{ended} {' '.join(str(int(n)) for n in numbers)}\n", stderr), LIMITS)


def test_numbers_are_converted() -> None:
    run = outcome(Transcript("exited 3 1500000000 200000 50000 2048 7 8 9 0\n", "said"), LIMITS)
    assert run == RunOutcome(Ended.EXITED, 3, 1.5, 0.25, 0.2, 0.05, 2.0, 7, 8, 9, "said", 0.0)


@pytest.mark.parametrize(
    ("run", "ended"),
    [
        (made("exited", 0), Ended.EXITED),
        (made("signalled", signal.SIGSEGV), Ended.SIGNALLED),
        (made("signalled", signal.SIGXFSZ), Ended.OUTPUT_LIMIT),
        (made("signalled", signal.SIGKILL, cpu=2.99), Ended.CPU_LIMIT),  # 2.5 s are enforced as 3
        (
            made("signalled", signal.SIGKILL, cpu=2.0),
            Ended.INFRASTRUCTURE,
        ),  # the kernel ran out of memory
        (made("signalled", signal.SIGABRT, stderr="what(): std::bad_alloc"), Ended.MEMORY),
        (made("exited", 0, stderr="std::bad_alloc"), Ended.EXITED),
        (made("signalled", signal.SIGSEGV, rss_mb=91), Ended.MEMORY),
        (made("signalled", signal.SIGSEGV, rss_mb=89), Ended.SIGNALLED),
        (made("exited", 0, rss_mb=99), Ended.EXITED),
    ],
)
def test_the_limit_that_ended_a_run_is_named(run: RunOutcome, ended: Ended) -> None:
    assert run.ended is ended


@pytest.mark.parametrize(
    ("run", "ended"),
    [
        (made("timeout", 9, wall=10, cpu=0.01, involuntary=3), Ended.TIMEOUT),  # asleep
        (made("timeout", 9, wall=0.3, cpu=0.001, involuntary=3), Ended.TIMEOUT),
        (made("timeout", 9, wall=10, cpu=9.0, involuntary=400), Ended.TIMEOUT),  # busy
        (
            made("timeout", 9, wall=10, cpu=1.2, involuntary=270),
            Ended.INFRASTRUCTURE,
        ),  # one core for eight
        (made("timeout", 9, wall=300, cpu=0.1, involuntary=3, stalled=290), Ended.TIMEOUT),
    ],
)
def test_a_timeout_is_the_machines_only_if_the_program_was_preempted_all_the_time(
    run: RunOutcome, ended: Ended
) -> None:
    assert run.ended is ended


@pytest.mark.parametrize(
    ("report", "stderr", "reason"),
    [
        ("failed seccomp: Function not implemented\n", "", "failed seccomp: Function not implemented"),
        ("failed exec: No such file or directory\nexited 125 1 1 1 1 1 1 1 1\n", "", "failed exec: No such"),
        ("", "bwrap: Creating new namespace failed\n", "bwrap: Creating new namespace failed"),
        ("", "", "the supervisor was killed"),
    ],
)
def test_without_a_report_the_sandbox_failed(report: str, stderr: str, reason: str) -> None:
    run = outcome(Transcript(report, stderr), LIMITS)
    assert run.ended is Ended.INFRASTRUCTURE
    assert reason in run.stderr
