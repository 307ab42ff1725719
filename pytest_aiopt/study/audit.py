"""Proof from a journal alone that the treatment was delivered where planned and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pytest_aiopt.feedback.render import render
from pytest_aiopt.model import Feedback, Hint
from pytest_aiopt.study.campaign import HINT, NOTES
from pytest_aiopt.study.events import AnyEvent, Edited, Opened, Profiled, Proposed


@dataclass(frozen=True, slots=True)
class Audit:
    """What the prompts of one cell held. ``problems`` is empty where every prompt is as its track says.

    ``treated`` counts the prompts with a profile, ``hinted`` those with the oracle's hint.
    """

    cell: str
    feedback: Feedback
    prompts: int
    treated: int
    problems: tuple[str, ...]
    hint: Hint = Hint.NONE
    hinted: int = 0


def audit(events: Sequence[AnyEvent]) -> Audit:
    """Check every prompt of a journal against the profiles on record."""
    opened = events[0]
    if not isinstance(opened, Opened):
        raise ValueError("a journal starts with an opened event")
    texts = _rendered(events, opened.program)
    treated, hinted, problems = 0, 0, []
    proposals = [event for event in events if isinstance(event, Proposed)]
    for proposal in proposals:
        shows = holds(proposal.prompt.user + proposal.prompt.system, [opened.oracle])
        hinted += bool(shows)
        leak = _hint_problem(proposal, opened, bool(shows))
        if leak:
            problems.append(f"{opened.cell.id}, step {proposal.step}: the prompt {leak}")
        held = holds(proposal.prompt.user + proposal.prompt.system, texts.values())
        if opened.track.feedback is Feedback.PROFILE:
            problem = _undelivered(proposal, texts.get(proposal.parent))
        else:
            problem = f"holds profile text {held!r}" if held else _titled(proposal)
        treated += bool(held)
        if problem:
            problems.append(f"{opened.cell.id}, step {proposal.step}: the prompt {problem}")
    counted = (len(proposals), treated, tuple(problems))
    return Audit(opened.cell.id, opened.track.feedback, *counted, opened.track.hint, hinted)


def _hint_problem(proposal: Proposed, opened: Opened, shows: bool) -> str | None:
    if opened.track.hint is Hint.ORACLE:
        return None if shows and opened.oracle in proposal.prompt.user else "lacks the oracle's hint"
    if shows:
        return f"holds the oracle's hint {opened.oracle!r}"
    named = f"### {HINT}\n" in proposal.prompt.user or HINT in proposal.artifacts
    return f"names {HINT}" if named else None


def _undelivered(proposal: Proposed, text: str | None) -> str | None:
    if text is None:
        return "is treated, but its parent has no profile"
    return None if text in proposal.prompt.user else "lacks the profile of its parent"


def _titled(proposal: Proposed) -> str | None:
    return f"names {NOTES}" if NOTES in proposal.prompt.user or NOTES in proposal.artifacts else None


def holds(prompt: str, texts: Iterable[str]) -> str:
    """Return the first line of any profile text found in ``prompt``, or the empty string."""
    lines = {line for text in texts for line in text.splitlines() if line.strip()}
    return next((line for line in sorted(lines) if line in prompt), "")


def _rendered(events: Sequence[AnyEvent], program: str) -> dict[str, str]:
    """The text of every profile on record, by the sha256 of its candidate."""
    sources = {e.candidate: e.source for e in events if isinstance(e, Edited) and e.candidate}
    return {
        e.candidate: render(e.profiles, sources.get(e.candidate) or program, e.render)
        for e in events
        if isinstance(e, Profiled) and e.any_taken
    }
