"""A candidate and its verdicts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from pytest_aiopt.model.reason import Stage


@dataclass(frozen=True, slots=True)
class Candidate:
    """A source text, identified by its sha256."""

    source: str

    @property
    def sha(self) -> str:
        """Return the sha256 of the source."""
        return hashlib.sha256(self.source.encode()).hexdigest()


class Status(StrEnum):
    """The verdicts on a candidate."""

    PASSED = "passed"
    EDIT_ERROR = "edit_error"
    RULE = "rule"
    COMPILE_ERROR = "compile_error"
    WRONG_ANSWER = "wrong_answer"
    CRASH = "crash"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    TAMPERED = "tampered"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One compiler message located in the candidate's source (1-based; 0 if unknown)."""

    line: int
    column: int
    severity: str
    message: str


@dataclass(frozen=True, slots=True)
class Build:
    """A compiled candidate: the content-addressed ``key``, where it lies, or why it failed.

    ``rule``: the code of the stated rule that the source breaks; "" if it breaks none.
    """

    key: str
    candidate: str
    path: str | None
    binary_sha: str | None
    diagnostics: tuple[Diagnostic, ...] = ()
    detail: str = ""
    seconds: float = 0.0
    rule: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is a binary."""
        return self.path is not None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a check.

    ``case`` indexes the corpus, ``counterexample`` is size-bounded text, ``sanitizer`` names the one that
    refused the candidate in stage SANITIZER. ``seconds``: wall time of the candidate's runs until
    the verdict; None if it is not on record.
    """

    status: Status
    detail: str = ""
    cases: int = 0
    case: int | None = None
    counterexample: str = ""
    stage: Stage = Stage.VISIBLE
    sanitizer: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Examination:
    """The checks beyond the gate of a candidate for champion.

    ``done`` and ``skipped`` describe the checks that were and could not be made; ``sanitizers`` names the
    sanitizers among the former.
    """

    verdict: Verdict
    done: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    sanitizers: tuple[str, ...] = ()
