"""Checks a task's original program before it is used: it compiles, answers correctly and ends."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.campaign.task_check import faults
from pytest_aiopt.errors import TaskError
from pytest_aiopt.evaluation.build.diagnostics import SOURCE
from pytest_aiopt.evaluation.build.original_errors import unfinished
from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.evaluation.host import machine, sharing
from pytest_aiopt.evaluation.sandbox import wire
from pytest_aiopt.evaluation.sandbox.endings import ending
from pytest_aiopt.evaluation.sandbox.runner import run
from pytest_aiopt.model import Feedback, Status, Track, Workload
from pytest_aiopt.prompts.notes import missing
from pytest_aiopt.tasks.loader import Task

_SEED = 0


SLOW_S = 1.0
"""A run of the original program that takes longer makes an evaluation take minutes."""


def require(bench: Bench) -> tuple[str, ...]:
    """Raise TaskError unless the original program compiles, passes the gate and finishes every workload.

    Return warnings about slow workloads. What passed once is not checked again on the same machine as long
    as no file of the task changes.
    """
    stamp = _stamp(bench)
    if stamp.is_file():
        return ()
    binary = bench.binary(bench.task.program)
    with sharing.room_for(bench.task.limits.threads):
        _require_right(bench, binary)
        seconds = {each.name: _finish(bench, binary, each) for each in bench.task.workloads}
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.touch()
    slow = {name: taken for name, taken in seconds.items() if taken > SLOW_S}
    return tuple(_warning(bench.task, name, taken) for name, taken in slow.items())


def _warning(task: Task, workload: str, seconds: float) -> str:
    return (
        f"{task.root / 'task.toml'}: a run of workload {workload} takes {seconds:.1f} s, and an evaluation "
        "makes dozens of runs; lower its parameters to some 15 to 150 ms"
    )


def require_text(bench: Bench, track: Track, twin: str) -> None:
    """Raise TaskError unless the profiles of the original program give the text that ``track`` shows.

    ``twin``: the workload of the second profiles, "" for none.
    """
    if track.feedback is Feedback.NONE:
        return
    program = bench.task.program
    found = bench.profile(program), bench.profile_twin(program, twin) if twin else ()
    if reason := missing(track, *found):
        raise TaskError(
            f"track {track.name} shows the {track.feedback.value} of {bench.task.root / SOURCE}: {reason}",
            f"see what its profilers say: aiopt task profile {bench.task.name}",
        )


def _stamp(bench: Bench) -> Path:
    what = "\0".join(
        (
            bench.task.digest,
            bench.task.program.sha,
            corpus.load(bench.task).digest,
            machine.fingerprint(bench.machine),
            *bench.task.flags,
        )
    )
    name = f"{bench.task.name}-{hashlib.sha256(what.encode()).hexdigest()[:16]}"
    return bench.store.cache / "originals" / name


def _require_right(bench: Bench, binary: Path) -> None:
    verdict = bench.gate.check(binary)
    if verdict.status is Status.PASSED:
        return
    raise faults.of_corpus(bench.task, verdict, corpus.load(bench.task).requests)


def _finish(bench: Bench, binary: Path, workload: Workload) -> float:
    """Return the seconds of one run of a workload; raises TaskError if it does not end as it should."""
    task = bench.task
    payloads = task.requests(workload, _SEED)
    if not payloads:
        raise TaskError(
            f"{task.root / 'inputs.py'}: workload() gives no request for {workload.name}",
            "return at least one",
        )
    requests = wire.sealed_file(wire.encode_requests(payloads))
    try:
        finished = run(bench.sandbox, binary, requests, task.limits)
    finally:
        os.close(requests)
    if finished.fault is None and len(finished.replies.payloads) == len(payloads):
        return finished.outcome.wall_s
    how = ending(finished.outcome, len(finished.replies.payloads), task.limits)
    raise unfinished(task, workload, how)
