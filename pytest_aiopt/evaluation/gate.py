"""The correctness gate: a candidate answers the frozen corpus in one process and is judged outside it."""

from __future__ import annotations

import os
from pathlib import Path

from pytest_aiopt.evaluation import wire
from pytest_aiopt.evaluation.corpus import Corpus
from pytest_aiopt.evaluation.runner import Run, run
from pytest_aiopt.evaluation.sandbox import Ended, Sandbox
from pytest_aiopt.model import Status, Verdict
from pytest_aiopt.tasks.loader import Task

SHOWN_BYTES = 48


class Gate:
    """Judges binaries of one task against its corpus."""

    def __init__(self, task: Task, corpus: Corpus, sandbox: Sandbox) -> None:
        self._task = task
        self._corpus = corpus
        self._sandbox = sandbox
        self._encoded = wire.encode_requests(corpus.requests)

    def check(self, binary: Path) -> Verdict:
        """Return PASSED, or the first kind of fault with its case and a size-bounded counterexample."""
        requests = wire.sealed_file(self._encoded)
        try:
            finished = run(self._sandbox, binary, requests, self._task.limits)
        finally:
            os.close(requests)
        return self._wrong(finished) or self._broken(finished) or Verdict(Status.PASSED, cases=self._total)

    @property
    def _total(self) -> int:
        return len(self._corpus.requests)

    def _wrong(self, finished: Run) -> Verdict | None:
        """The smallest failing member among the cases answered, if any answer is wrong."""
        got = finished.replies.payloads
        wrong = [
            i
            for i, (want, have) in enumerate(zip(self._corpus.expected, got, strict=False))
            if want != have and not self._task.same(want, have)
        ]
        if not wrong:
            return None
        case = min(wrong, key=lambda i: (len(self._corpus.requests[i]), i))
        detail = f"{len(wrong)} of {len(got)} answers are wrong; smallest failing case is {case}"
        return Verdict(Status.WRONG_ANSWER, detail, self._total, case, self._shown(case, got[case]))

    def _broken(self, finished: Run) -> Verdict | None:
        answered = len(finished.replies.payloads)
        if answered > self._total or (finished.replies.torn and finished.fault is None):
            return Verdict(Status.TAMPERED, "the reply stream holds more than the answers", self._total)
        if finished.fault is None and answered == self._total:
            return None
        where = f"at case {answered}" if answered < self._total else "after the last case"
        case = answered if answered < self._total else None
        shown = "" if case is None else self._shown(case, None)
        status = finished.fault or Status.TAMPERED
        return Verdict(status, f"{_ending(finished)} {where}", self._total, case, shown)

    def _shown(self, case: int, got: bytes | None) -> str:
        request, want = self._corpus.requests[case], self._corpus.expected[case]
        lines = [f"request: {self._task.describe(request)}", f"expected reply: {_hex(want)}"]
        return "\n".join(lines if got is None else [*lines, f"got: {_hex(got)}"])


def _ending(finished: Run) -> str:
    outcome = finished.outcome
    if outcome.ended is Ended.EXITED:
        return f"the process exited with {outcome.code}"
    if outcome.ended is Ended.SIGNALLED:
        return f"the process died of signal {outcome.code}"
    return f"the process was stopped ({outcome.ended.value.replace('_', ' ')})"


def _hex(data: bytes) -> str:
    more = f"... ({len(data)} bytes)" if len(data) > SHOWN_BYTES else ""
    return (data[:SHOWN_BYTES].hex(" ", -4) or "empty") + more
