"""Checks of champions that the search never saw: a hidden corpus, and builds with sanitizers."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from pathlib import Path

from pytest_aiopt.evaluation.build.recipe import Sanitizer
from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.gate import corpus, sanitizers
from pytest_aiopt.evaluation.gate.gate import Gate
from pytest_aiopt.evaluation.sandbox import allowance
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.model import Build, Candidate, Examination, Stage, Status, Verdict
from pytest_aiopt.tasks.loader import Task

PASSED = Verdict(Status.PASSED)


class Examiner:
    """Examines candidates of one task; ``cache`` keeps its hidden corpus."""

    def __init__(self, task: Task, toolchain: Toolchain, sandbox: Sandbox, cache: Path) -> None:
        self._task = task
        self._toolchain = toolchain
        self._sandbox = sandbox
        self._cache = cache
        self._unavailable: dict[Sanitizer, str] = {}

    @cached_property
    def _hidden(self) -> corpus.Corpus:
        return corpus.hidden(self._task, self._cache)

    @cached_property
    def hidden_gate(self) -> Gate:
        """The gate over the hidden corpus."""
        return Gate(self._task, self._hidden, self._sandbox)

    def examine(self, candidate: Candidate, binary: Path, gate: Gate) -> Examination:
        """Return the first refusal, or PASSED, with what was checked. ``gate``: that of the frozen corpus."""
        name = f"{len(self._hidden.requests)} hidden cases {self._hidden.digest[:12]}"
        verdict = self.hidden(binary)
        if verdict.status is not Status.PASSED:
            return Examination(verdict, (name,))
        found = self.sanitized(candidate, gate, self.hidden_gate)
        return replace(found, done=(name, *found.done))

    def hidden(self, binary: Path) -> Verdict:
        """Return the verdict on the hidden corpus, which a refusal names."""
        verdict = self.hidden_gate.check(binary)
        return verdict if verdict.status is Status.PASSED else _on_hidden(verdict)

    def sanitized(self, candidate: Candidate, *gates: Gate) -> Examination:
        """Return the sanitizers' verdict on ``candidate`` with the corpora of ``gates``.

        A sanitizer that does not work here, or that the original program does not satisfy, is skipped; so
        is one whose build exceeds the compiler's limits, which the plain build kept to.
        """
        done: list[str] = []
        skipped: list[str] = []
        refusal = PASSED
        for sanitizer in sanitizers.wanted(self._task.limits):
            with allowance.apart():
                fault = self._fault(sanitizer, gates[0])
            verdict = PASSED if fault else self._check(candidate, sanitizer, gates)
            if fault or verdict.status is Status.COMPILE_ERROR:
                skipped.append(f"{sanitizer} sanitizer: {fault or verdict.detail}")
                continue
            done.append(str(sanitizer))
            if verdict.status is not Status.PASSED:
                refusal = _under(sanitizer, verdict)
                break
        checks = tuple(f"{name} sanitizer" for name in done)
        return Examination(refusal, checks, tuple(skipped), tuple(done))

    def _fault(self, sanitizer: Sanitizer, gate: Gate) -> str:
        """Return why the original program fails under ``sanitizer``; empty where it passes."""
        if sanitizer not in self._unavailable:
            verdict = self._check(self._task.program, sanitizer, (gate,))
            passed = verdict.status is Status.PASSED
            self._unavailable[sanitizer] = "" if passed else f"the original program fails ({verdict.detail})"
        return self._unavailable[sanitizer]

    def _check(self, candidate: Candidate, sanitizer: Sanitizer, gates: tuple[Gate, ...]) -> Verdict:
        build = self._build(candidate, sanitizer)
        if build.path is None:
            return Verdict(Status.COMPILE_ERROR, build.detail)
        checks = (sanitizers.check(gate, Path(build.path), self._task.limits) for gate in gates)
        return next((verdict for verdict in checks if verdict.status is not Status.PASSED), PASSED)

    def _build(self, candidate: Candidate, sanitizer: Sanitizer) -> Build:
        return self._toolchain.build(
            source=candidate.source,
            task_dir=self._task.root,
            entry=self._task.entry,
            flags=self._task.flags,
            sanitizer=sanitizer,
        )


def _on_hidden(verdict: Verdict) -> Verdict:
    return replace(verdict, stage=Stage.HIDDEN, detail=f"on the hidden corpus: {verdict.detail}")


def _under(sanitizer: Sanitizer, verdict: Verdict) -> Verdict:
    detail = f"under the {sanitizer} sanitizer: {verdict.detail}"
    return replace(verdict, stage=Stage.SANITIZER, sanitizer=str(sanitizer), detail=detail)
