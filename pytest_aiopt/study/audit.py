"""Proof from a journal alone that the treatment was delivered where planned and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pytest_aiopt.feedback.render import render
from pytest_aiopt.model import Feedback
from pytest_aiopt.study.campaign import NOTES
from pytest_aiopt.study.events import AnyEvent, Edited, Opened, Profiled, Proposed


@dataclass(frozen=True, slots=True)
class Audit:
    """What the prompts of one cell held. ``problems`` is empty where every prompt is as its track says."""

    cell: str
    feedback: Feedback
    prompts: int
    treated: int
    problems: tuple[str, ...]


def audit(events: Sequence[AnyEvent]) -> Audit:
    """Check every prompt of a journal against the profiles on record."""
    opened = events[0]
    if not isinstance(opened, Opened):
        raise ValueError("a journal starts with an opened event")
    texts = _rendered(events, opened.program)
    treated, problems = 0, []
    proposals = [event for event in events if isinstance(event, Proposed)]
    for proposal in proposals:
        held = holds(proposal.prompt.user + proposal.prompt.system, texts.values())
        if opened.track.feedback is Feedback.PROFILE:
            problem = _undelivered(proposal, texts.get(proposal.parent))
        else:
            problem = f"holds profile text {held!r}" if held else _titled(proposal)
        treated += bool(held)
        if problem:
            problems.append(f"{opened.cell.id}, step {proposal.step}: the prompt {problem}")
    return Audit(opened.cell.id, opened.track.feedback, len(proposals), treated, tuple(problems))


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
