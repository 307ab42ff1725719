"""Runs a task's original program on its first case, before a whole corpus is drawn."""

from __future__ import annotations

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.campaign.task_check import faults
from pytest_aiopt.evaluation.gate import corpus, drawing
from pytest_aiopt.evaluation.gate.gate import Gate
from pytest_aiopt.model import Status


def require(bench: Bench) -> None:
    """Raise TaskError unless the program compiles and answers the first case like the oracle."""
    task = bench.task
    binary = bench.binary(task.program)
    requests = drawing.generate(task, 1, corpus.SEED)
    one = corpus.Corpus(requests, drawing.answers(task, requests), 0, "")
    verdict = Gate(task, one, bench.sandbox).check(binary)
    if verdict.status is not Status.PASSED:
        raise faults.of_corpus(task, verdict, requests)
