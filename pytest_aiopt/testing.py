"""Fakes of models and instruments, for the plugin's tests and for users' tests of their studies."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import log2

from pytest_aiopt.campaign.sources.surroundings import Surroundings
from pytest_aiopt.model import (
    Build,
    Candidate,
    Completion,
    Diagnostic,
    Examination,
    Measurement,
    NoiseFloor,
    Pair,
    Profile,
    ProfileItem,
    ProfileState,
    Prompt,
    Quality,
    Status,
    Verdict,
)

BLOCK = "<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE\n"


def replace_line(old: str, new: str) -> str:
    """Return a reply that replaces one line (or run of lines) of the current program."""
    return "I change one place.\n\n" + BLOCK.format(old=old, new=new)


def current_program(prompt: Prompt) -> str:
    """Return the program that a prompt asks to change."""
    return prompt.user.split("# Current Program\n```cpp\n")[-1].split("\n```\n")[0]


@dataclass(slots=True)
class ScriptedModel:
    """Answers from a list or a function of (prompt, seed); counts its calls."""

    replies: Sequence[str] | Callable[[Prompt, int], str]
    name: str = "scripted"
    calls: int = 0

    def complete(self, prompt: Prompt, *, seed: int) -> Completion:
        """Return the next reply; raises IndexError after the last."""
        self.calls += 1
        text = self.replies(prompt, seed) if callable(self.replies) else self.replies[self.calls - 1]
        return Completion(text, "stop", self.name)


@dataclass(slots=True)
class FakeInstruments:
    """Instruments whose answers are functions of the source alone; ``log`` lists what was asked for.

    "#error" in a source fails to compile, "WRONG" fails the gate; ``speed`` gives the others a speedup.
    ``unprofiled``: why no profile can be shown, "" if one can.
    """

    speed: Callable[[str], float] = lambda source: 1.0 + len(source) / 1e5
    state: ProfileState = ProfileState.TAKEN
    log: list[str] = field(default_factory=list)
    unprofiled: str = ""

    def surroundings(self) -> Surroundings:
        """Describe a machine of its own."""
        identity = {"machine": "fake", "profilers": "fake 1", "gate": "plain"}
        return Surroundings(identity, {"cpu": "fake"}, unprofiled=self.unprofiled)

    def build(self, candidate: Candidate) -> Build:
        """Compile by inspection; comments do not reach the binary."""
        self.log.append("build")
        if "#error" in candidate.source:
            message = Diagnostic(1, 1, "error", "#error")
            return Build(candidate.sha, candidate.sha, None, None, (message,), "compile error")
        code = "\n".join(line.split("//")[0].rstrip() for line in candidate.source.splitlines())
        return Build(candidate.sha, candidate.sha, "fake", hashlib.sha256(code.encode()).hexdigest())

    def judge(self, candidate: Candidate) -> Verdict:
        """Pass all but sources that say WRONG."""
        self.log.append("judge")
        wrong = "WRONG" in candidate.source
        return Verdict(Status.WRONG_ANSWER, "case 0", 1, 0) if wrong else Verdict(Status.PASSED, cases=1)

    def measure(self, candidate: Candidate) -> Measurement | Verdict:
        """Return the configured speedup without noise."""
        self.log.append("measure")
        return measurement(self.speed(candidate.source))

    def profile(self, candidate: Candidate) -> tuple[Profile, ...]:
        """Return a profile that names the first line as hot, in the configured state."""
        self.log.append("profile")
        items = (ProfileItem(1, "main", 0.5, 0.4, 0.6),) if self.state is ProfileState.TAKEN else ()
        return (Profile("fake", "1", self.state, candidate.sha, "w0", "CPU time", 100, 0.1, 0.1, items),)

    def profile_twin(self, candidate: Candidate, workload: str) -> tuple[Profile, ...]:
        """Return a profile that names the last line as hot, in the configured state."""
        self.log.append("profile_twin")
        last = len(candidate.source.rstrip("\n").split("\n"))
        items = (ProfileItem(last, "main", 0.7, 0.6, 0.8),) if self.state is ProfileState.TAKEN else ()
        return (Profile("fake", "1", self.state, candidate.sha, workload, "CPU time", 100, 0.1, 0.1, items),)

    def floor(self) -> NoiseFloor:
        """Return a floor of 2 %."""
        self.log.append("floor")
        return NoiseFloor("fake", "machine", (0.0, 0.0), 0.0, log2(1.02))

    def hidden(self, candidate: Candidate) -> Verdict:
        """Refuse sources that say UNSOUND."""
        self.log.append("hidden")
        return self._sound(candidate)

    def against(self, candidate: Candidate, parent: Candidate) -> Measurement | Verdict:
        """Return the ratio of the configured speedups."""
        self.log.append("against")
        return measurement(self.speed(candidate.source) / self.speed(parent.source))

    def examine(self, candidate: Candidate) -> Examination:
        """Refuse sources that say UNSOUND."""
        self.log.append("examine")
        return Examination(self._sound(candidate), ("1 hidden case",))

    def _sound(self, candidate: Candidate) -> Verdict:
        unsound = "UNSOUND" in candidate.source
        return Verdict(Status.WRONG_ANSWER, "hidden case 0") if unsound else Verdict(Status.PASSED)

    def confirm(self, candidate: Candidate) -> tuple[Measurement, ...] | Verdict:
        """Return the configured speedup for one held-out workload."""
        self.log.append("confirm")
        return (measurement(self.speed(candidate.source), "h0"),)


def measurement(speedup: float, workload: str = "w0") -> Measurement:
    """Return a noise-free measurement of ``speedup`` over six pairs."""
    value = log2(speedup)
    pairs = tuple(Pair(1.0, 1.0 / speedup, i % 2 == 0) for i in range(6))
    return Measurement(workload, value, value, value, pairs, Quality.QUIET)
