"""One cell: propose, build, gate, measure, feed back; every step through the recorder.

The loop is a function of (design, seed, replies, evaluations), so resuming a cell means running it again from
the start against its journal: recorded steps replay in milliseconds and the first unrecorded one is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pytest_aiopt.campaign.calls import Caller, Reserve
from pytest_aiopt.campaign.sources.instruments import Instruments
from pytest_aiopt.cpp.newness import new_tokens
from pytest_aiopt.errors import InfrastructureError, TaskError
from pytest_aiopt.journal.events import (
    Built,
    Confirmed,
    Edited,
    Event,
    Finished,
    Floored,
    Judged,
    Measured,
    Opened,
    Profiled,
    Proposed,
    Rechecked,
)
from pytest_aiopt.journal.journal import E_, Recorder
from pytest_aiopt.journal.treatment import NOTES
from pytest_aiopt.model import (
    Candidate,
    Cell,
    EditFormat,
    EditReason,
    Feedback,
    Hint,
    Measurement,
    NoiseFloor,
    Prompt,
    Refusal,
    Status,
    Strategy,
    Track,
    Verdict,
)
from pytest_aiopt.models.base import Billed, LanguageModel, call_seed
from pytest_aiopt.models.replies import unusable
from pytest_aiopt.prompts import failures, rules
from pytest_aiopt.prompts.notes import notes
from pytest_aiopt.prompts.render import RENDER_VERSION
from pytest_aiopt.search.settings import SearchSettings

if TYPE_CHECKING:
    from pytest_aiopt.search.openevolve import Search, Selection

SECTIONS = {Hint.ORACLE: "known_change", Hint.WORKLOAD: "scored_inputs"}
FAILED_EDIT = "last_failed_edit"


def limits_of(opened: Opened) -> rules.Limits:
    """Return the numbers in the rules of a cell, from its settings on record."""
    settings = SearchSettings(**opened.search)  # type: ignore[arg-type]
    return rules.Limits(max_growth=settings.max_growth, edit_budget=opened.track.edit_budget)


@dataclass(slots=True)
class Campaign:
    """Runs one cell to its end. ``on_event`` gets every event that is made (not the replayed ones).

    ``noise``: the sentence on the noise of scores that follows the system message; "" for none.
    """

    cell: Cell
    track: Track
    program: Candidate
    search: Search
    model: LanguageModel
    instruments: Instruments
    recorder: Recorder
    opened: Opened
    iterations: int
    on_event: Callable[[Event], None] = lambda event: None
    reserve: Reserve = lambda step, prompt, seed: None
    noise: Callable[[NoiseFloor], str] = lambda floor: ""
    _noise: str = ""
    _profiles: dict[str, Profiled] = field(default_factory=dict)
    _failures: dict[str, str] = field(default_factory=dict)
    _measured: dict[str, Measurement | None] = field(default_factory=dict)
    _admitted: dict[str, tuple[Candidate, str]] = field(default_factory=dict)
    _children: dict[str, tuple[int, Candidate, Candidate]] = field(default_factory=dict)

    def run(self) -> Finished:
        """Run the campaign to its end and return the last event of its journal."""
        expected = {name: getattr(self.opened, name) for name in ("cell", "identity")}
        self.opened = self._take(Opened, lambda: self.opened, **expected)
        floor = self._take(Floored, lambda: Floored(self.instruments.floor())).floor
        self._noise = self.noise(floor)
        self._begin()
        for step in range(1, self.iterations + 1):
            self._step(step)
        for binary in self._children:
            self._recheck(binary, floor.delta)
        champion = self._champion()
        return self._take(Finished, lambda: Finished(self.iterations, champion))

    def _begin(self) -> None:
        """Put the original program into the population; it is 1.0 times as fast as itself."""
        built = self._build(0, self.program)
        if built.binary_sha is None:
            problem = f"the original program of {self.cell.task} does not compile: {built.detail}"
            raise TaskError(problem, f"fix tasks/{self.cell.task}/program.cpp and use --aiopt-fresh")
        self._measured[built.binary_sha] = None
        self._admitted[self.program.sha] = (self.program, built.binary_sha)
        self.search.start(self.program, _score(None))

    def _step(self, step: int) -> None:
        from pytest_aiopt.search.openevolve import apply_reply, take_rewrite

        selection = self.search.next_parent(step)
        completion = self._propose(step, selection).completion
        read = take_rewrite if self.track.edit_format is EditFormat.REWRITE else apply_reply
        edit = unusable(completion) or read(selection.parent_source, completion.text)
        if isinstance(edit, Refusal):
            refused = Edited(step, None, None, edit.detail, edit.rule, edit.reason)
            self._take(Edited, lambda: refused, step=step, candidate=None)
            self._failed(selection, failures.edit_error(edit.detail))
            return
        child = edit
        broken = rules.broken(selection.parent_source, child.source, limits_of(self.opened))
        if broken is not None:
            found = Edited(step, None, None, broken.detail, broken.rule.code, EditReason.RULE)
            edited = self._take(Edited, lambda: found, step=step, candidate=None, rule=found.rule)
            self._failed(selection, failures.rule(broken.rule.sentence, edited.detail))
            return
        new = new_tokens(selection.parent_source, child.source)
        if self.track.edit_budget:
            child = replace(child, new_tokens=new)
        self._take(
            Edited,
            lambda: Edited(step, child.sha, child.source, child.ambiguous, new_tokens=new),
            step=step,
            candidate=child.sha,
        )
        binary = self._evaluate(step, child, selection)
        if binary is not None:
            if self.track.strategy is Strategy.EVOLUTION:
                self.search.admit(step, selection, child, _score(self._measured[binary]))
            self._admitted.setdefault(child.sha, (child, binary))
            self._children.setdefault(binary, (step, child, selection.parent.candidate))

    def _propose(self, step: int, selection: Selection) -> Proposed:
        parent = selection.parent.candidate
        profiled = self._profile(parent)  # taken in every track, so that load and time are equal
        artifacts = self._artifacts(parent, profiled)
        prompt = self._prompt(step, selection, artifacts)
        seed = call_seed(self.cell.id, self.cell.seed, step)
        return self._take(
            Proposed,
            lambda: self._call(step, parent, prompt, artifacts, seed),
            step=step,
            parent=parent.sha,
            prompt=prompt,
            artifacts=artifacts,
            call_seed=seed,
        )

    def _prompt(self, step: int, selection: Selection, artifacts: dict[str, str]) -> Prompt:
        prompt = self.search.prompt(step, selection, artifacts)
        return replace(prompt, system=f"{prompt.system}\n\n{self._noise}") if self._noise else prompt

    def _call(
        self, step: int, parent: Candidate, prompt: Prompt, artifacts: dict[str, str], seed: int
    ) -> Proposed:
        caller = Caller(self.model, self.recorder, self.reserve, self.on_event)
        return Proposed(step, parent.sha, prompt, artifacts, seed, caller.call(step, prompt, seed))

    def _profile(self, candidate: Candidate) -> Profiled:
        def make() -> Profiled:
            first, *more = self.instruments.profile(candidate)
            twin = self.opened.twin and self.instruments.profile_twin(candidate, self.opened.twin)
            made = Profiled(candidate.sha, first, tuple(more), RENDER_VERSION, twin or ())
            self._require_treatment(candidate, made)
            return made

        if candidate.sha not in self._profiles:
            self._profiles[candidate.sha] = self._take(Profiled, make, candidate=candidate.sha)
        return self._profiles[candidate.sha]

    def _require_treatment(self, candidate: Candidate, made: Profiled) -> None:
        """Raise before the first call that costs where there is no treatment; later on that is a gap."""
        treated = self.track.feedback is not Feedback.NONE and isinstance(self.model, Billed)
        if treated and candidate.sha == self.program.sha and not self._notes(candidate, made):
            failed = "; ".join(f"{each.profiler}: {each.detail}" for each in (*made.profiles, *made.twin))
            raise InfrastructureError(
                f"track {self.track.name} shows profiles, but none can be made of the original program of "
                f"{self.cell.task} ({failed})",
                "nothing was paid for; see aiopt task profile, then run the same command again",
            )

    def _notes(self, parent: Candidate, profiled: Profiled) -> str:
        return notes(self.track, profiled.profiles, profiled.twin, parent.source, profiled.render)

    def _artifacts(self, parent: Candidate, profiled: Profiled) -> dict[str, str]:
        artifacts = {}
        if shown := self._notes(parent, profiled):
            artifacts[NOTES] = shown
        if self.track.hint is Hint.ORACLE:
            artifacts[SECTIONS[Hint.ORACLE]] = self.opened.oracle
        if self.track.hint is Hint.WORKLOAD:
            artifacts[SECTIONS[Hint.WORKLOAD]] = self.opened.workload_words
        if parent.sha in self._failures:
            artifacts[FAILED_EDIT] = self._failures[parent.sha]
        return artifacts

    def _evaluate(self, step: int, child: Candidate, selection: Selection) -> str | None:
        """Return the sha256 of the child's binary, which is then measured, or None if it failed."""
        built = self._build(step, child)
        if not built.ok or built.binary_sha is None:
            said = failures.compile_error(built.diagnostics, built.detail)
            self._failed(selection, failures.rule("", built.detail) if built.rule else said)
            return None
        if built.binary_sha in self._measured:  # the same machine code: judged and timed already
            return built.binary_sha
        judged = self._take(
            Judged,
            lambda: Judged(step, child.sha, self.instruments.judge(child)),
            step=step,
            candidate=child.sha,
        )
        if judged.verdict.status is not Status.PASSED:
            self._failed(selection, failures.verdict(judged.verdict))
            return None
        return self._measure(step, child, built.binary_sha, selection)

    def _measure(self, step: int, child: Candidate, binary: str, selection: Selection) -> str | None:
        def make() -> Measured:
            found = self.instruments.measure(child)
            if isinstance(found, Verdict):
                return Measured(step, child.sha, None, found)
            return Measured(step, child.sha, found)

        measured = self._take(Measured, make, step=step, candidate=child.sha)
        if measured.verdict is not None:
            self._failed(selection, failures.verdict(measured.verdict))
            return None
        self._measured[binary] = measured.measurement
        return binary

    def _build(self, step: int, candidate: Candidate) -> Built:
        def make() -> Built:
            build = self.instruments.build(candidate)
            return Built(
                step,
                candidate.sha,
                build.ok,
                build.key,
                build.binary_sha,
                build.diagnostics,
                build.detail,
                build.seconds,
                build.rule,
            )

        return self._take(Built, make, step=step, candidate=candidate.sha)

    def _recheck(self, binary: str, delta: float) -> None:
        """Check the first child of a machine code again, now that nothing of it can reach a prompt.

        On hidden inputs, and where the search saw a gain above the floor: freshly against its parent, so that
        the luck by which it stood out among many does not count.
        """
        step, child, parent = self._children[binary]
        gain = _log2(self._measured[binary]) - _log2(self._measured[self._admitted[parent.sha][1]])

        def make() -> Rechecked:
            verdict = self.instruments.hidden(child)
            if verdict.status is not Status.PASSED or gain <= delta:
                return Rechecked(step, child.sha, parent.sha, verdict)
            found = self.instruments.against(child, parent)
            if isinstance(found, Verdict):
                return Rechecked(step, child.sha, parent.sha, found)
            return Rechecked(step, child.sha, parent.sha, verdict, found)

        self._take(Rechecked, make, step=step, candidate=child.sha)

    def _champion(self) -> str:
        """Return the best supported candidate (highest lower bound) that is right on held-out inputs too.

        One that is refused there gives way to the next best, in the end to the original program: leaving the
        cell out instead would drop it for its outcome.
        """
        # Stable, so the earliest of equals; by the bound, as the best of many point estimates is mostly luck.
        ranked = sorted(self._admitted.values(), key=lambda entry: -_bound(self._measured[entry[1]]))
        for candidate, _ in ranked:
            if self._confirm(candidate).refused is None:
                return candidate.sha
        raise AssertionError("the original program is never refused")

    def _confirm(self, champion: Candidate) -> Confirmed:
        def make() -> Confirmed:
            if champion.sha == self.program.sha:
                return Confirmed(champion.sha, ())
            examined = self.instruments.examine(champion)
            found: tuple[Measurement, ...] | Verdict = examined.verdict
            if examined.verdict.status is Status.PASSED:
                found = self.instruments.confirm(champion)
            measured, refused = ((), found) if isinstance(found, Verdict) else (found, None)
            return Confirmed(
                champion.sha, measured, refused, examined.done, examined.skipped, examined.sanitizers
            )

        return self._take(Confirmed, make, candidate=champion.sha)

    def _failed(self, selection: Selection, text: str) -> None:
        """Remember ``text`` for the parent's next prompt; independent draws know nothing of each other."""
        if self.track.strategy is Strategy.EVOLUTION:
            self._failures[selection.parent.candidate.sha] = text

    def _take(self, kind: type[E_], make: Callable[[], E_], **expected: object) -> E_:
        fresh = not self.recorder.replaying
        event = self.recorder.take(kind, make, **expected)
        if fresh:
            self.on_event(event)
        return event


def _score(measurement: Measurement | None) -> float:
    """The score of every track: the measured speedup; exactly 1 for the original program's machine code."""
    return 1.0 if measurement is None else measurement.speedup


def _log2(measurement: Measurement | None) -> float:
    """The measured log2 speedup; exactly 0 for the original program's machine code."""
    return 0.0 if measurement is None else measurement.log2_speedup


def _bound(measurement: Measurement | None) -> float:
    """The log2 speedup that is certain at 95 %; exactly 0 for the original program's machine code."""
    return 0.0 if measurement is None else measurement.low
