"""The correctness gate: a candidate answers the frozen corpus in two processes and is judged outside them.

The second process is asked in reverse order and finds other bytes in fresh memory: an answer that depends
on anything but its request differs there.

If replies are decisions (metric "cost"), there is no single right answer: the oracle replays each reply and
says whether it is valid, and both processes must make the same decisions. If decisions must not depend on
later input, a third process receives branched requests, which share a prefix with the first ones.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_aiopt.evaluation.gate.corpus import Corpus
from pytest_aiopt.evaluation.gate.foresight import Branches
from pytest_aiopt.evaluation.sandbox import allowance, wire
from pytest_aiopt.evaluation.sandbox.runner import Run, run
from pytest_aiopt.evaluation.sandbox.sandbox import Ended, Sandbox
from pytest_aiopt.model import Limits, Status, Verdict
from pytest_aiopt.tasks.loader import Task

SHOWN_BYTES = 48
_PERTURBED = {"MALLOC_PERTURB_": "165"}
"""glibc fills fresh heap memory with the complement of this byte, and freed memory with it."""


_BRANCH_SEED = 1
_Right = Callable[[int, bytes], bool]
"""Whether a reply to a case is right."""


@dataclass(frozen=True, slots=True)
class _Round:
    """The corpus in one order, as a sealed file; ``order[i]`` is the case at place i."""

    order: Sequence[int]
    requests: int
    environment: Mapping[str, str]


class Gate:
    """Judges binaries of one task against a corpus of it."""

    def __init__(self, task: Task, corpus: Corpus, sandbox: Sandbox) -> None:
        self._task = task
        self._corpus = corpus
        self._sandbox = sandbox
        cases = range(len(corpus.requests))
        self._rounds = (self._round(cases, {}), self._round(cases[::-1], _PERTURBED))
        self._branches = Branches.of(task, corpus.requests, _BRANCH_SEED) if task.online else None

    def check(self, binary: Path) -> Verdict:
        """Return PASSED, or the first kind of fault with its case and a size-bounded counterexample.

        A case answered rightly in one process and wrongly in the other is a wrong answer.
        """
        with allowance.verdict():
            return self._check(binary)

    def _check(self, binary: Path) -> Verdict:
        first, second = self._rounds
        answered = self._ask(binary, first)
        verdict = self._judge(answered, first)
        if verdict.status is Status.WRONG_ANSWER:
            return self._steadiness(verdict, binary)
        if verdict.status is not Status.PASSED:
            return verdict
        replies = answered.replies.payloads
        same = (lambda case, have: have == replies[case]) if self._task.counted else None
        verdict = self._judge(self._ask(binary, second), second, same)
        if verdict.status is not Status.PASSED:
            return replace(verdict, detail=f"{verdict.detail}, asked in reverse order though not before")
        return verdict if self._branches is None else self._foresight(binary, self._branches, replies)

    def check_with(
        self,
        binary: Path,
        limits: Limits,
        *,
        tool: Sequence[str],
        environment: Mapping[str, str],
        tree_mb: int,
    ) -> tuple[Verdict, Run]:
        """Judge one run in corpus order under a ``tool`` and its ``limits``; for checked builds."""
        plain = self._rounds[0]
        finished = run(
            self._sandbox,
            binary,
            plain.requests,
            limits,
            tool=tool,
            environment=dict(environment),
            tree_mb=tree_mb,
        )
        return self._judge(finished, plain), finished

    def request(self, case: int) -> bytes:
        """Return the request of a case that a verdict names."""
        return self._corpus.requests[case]

    def passed(self, binary: Path) -> list[bytes]:
        """Return the requests that ``binary`` answers rightly, in one run."""
        plain = self._rounds[0]
        got = zip(plain.order, self._ask(binary, plain).replies.payloads, strict=False)
        return [self._corpus.requests[case] for case, have in got if self._right(case, have)]

    def _foresight(self, binary: Path, branches: Branches, replies: Sequence[bytes]) -> Verdict:
        """Ask branched requests: the decisions before the branch must stay the same."""
        asked = self._round(range(self._total), {}, branches.requests)
        verdict = self._judge(
            self._ask(binary, asked), asked, lambda case, have: branches.agree(case, replies[case], have)
        )
        if verdict.status is Status.PASSED:
            return verdict
        return replace(verdict, detail=f"{verdict.detail}, on a request that only differs later")

    def _round(
        self, order: Sequence[int], environment: Mapping[str, str], asked: Sequence[bytes] = ()
    ) -> _Round:
        known = asked or self._corpus.requests
        encoded = wire.encode_requests([known[case] for case in order])
        requests = wire.sealed_file(encoded)  # kept: writing it anew would be half of a fast check
        weakref.finalize(self, os.close, requests)
        return _Round(order, requests, environment)

    def _ask(self, binary: Path, asked: _Round) -> Run:
        return run(self._sandbox, binary, asked.requests, self._task.limits, environment=asked.environment)

    def _steadiness(self, verdict: Verdict, binary: Path) -> Verdict:
        """Return whether another run on the same request repeats a wrong answer, in words."""
        plain = self._rounds[0]
        again = self._judge(self._ask(binary, plain), plain)
        if again.counterexample == verdict.counterexample:
            return verdict
        return replace(verdict, detail=f"{verdict.detail}; another run answers differently")

    @property
    def _total(self) -> int:
        return len(self._corpus.requests)

    def _right(self, case: int, have: bytes) -> bool:
        return self._task.accepts(self._corpus.requests[case], self._corpus.expected[case], have)

    def _judge(self, finished: Run, asked: _Round, right: _Right | None = None) -> Verdict:
        passed = Verdict(Status.PASSED, cases=self._total)
        garbled = finished.replies.torn and finished.fault is None
        if garbled and len(finished.replies.payloads) < self._total:  # of no use as answers
            return self._broken(finished, asked) or passed
        return self._wrong(finished, asked, right or self._right) or self._broken(finished, asked) or passed

    def _wrong(self, finished: Run, asked: _Round, right: _Right) -> Verdict | None:
        """The smallest failing member among the cases answered, regressions before others."""
        got = dict(zip(asked.order, finished.replies.payloads, strict=False))
        wrong = [case for case, have in got.items() if not right(case, have)]
        if not wrong:
            return None
        known = self._corpus.regressions
        case = min(wrong, key=lambda i: (i >= known, len(self._corpus.requests[i]), i))
        which = "a known regression" if case < known else "smallest failing"
        detail = f"{len(wrong)} of {len(got)} answers are wrong; {which} case is {case}"
        return Verdict(Status.WRONG_ANSWER, detail, self._total, case, self._shown(case, got[case]))

    def _broken(self, finished: Run, asked: _Round) -> Verdict | None:
        answered = len(finished.replies.payloads)
        if answered > self._total or (finished.replies.torn and finished.fault is None):
            return Verdict(
                Status.TAMPERED, "the reply stream holds other things than the answers", self._total
            )
        if finished.fault is None and answered == self._total:
            return None
        case = asked.order[answered] if answered < self._total else None
        where = "after the last case" if case is None else f"at case {case}"
        shown = "" if case is None else self._shown(case, None)
        status = finished.fault or Status.TAMPERED
        return Verdict(status, f"{_ending(finished)} {where}", self._total, case, shown)

    def _shown(self, case: int, got: bytes | None) -> str:
        request, want = self._corpus.requests[case], self._corpus.expected[case]
        lines = [f"request: {self._task.describe(request)}"]
        if self._task.counted:
            why = [] if got is None else [f"got: {_hex(got)}", f"refused: {self._task.refusal(request, got)}"]
            return "\n".join([*lines, *why])
        lines.append(f"expected reply: {_hex(want)}")
        return "\n".join(lines if got is None else [*lines, f"got: {_hex(got)}", *_difference(want, got)])


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


def _difference(want: bytes, got: bytes) -> list[str]:
    """Return the first difference, unless the bytes already shown contain it."""
    shorter = min(len(want), len(got))
    at = next((i for i in range(shorter) if want[i] != got[i]), shorter)
    if at < SHOWN_BYTES:
        return []
    start = at - at % 8
    two = (each[start : start + 16].hex(" ", -4) or "nothing" for each in (want, got))
    return [f"first difference at byte {at}: from {start} on expected {', got '.join(two)}"]
