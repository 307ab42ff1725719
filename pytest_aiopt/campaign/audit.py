"""Proof from a journal alone that the treatment was delivered where planned and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pytest_aiopt.campaign.campaign import SECTIONS
from pytest_aiopt.journal.events import Opened, Profiled, Proposed
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.journal.treatment import NOTES, Gap, gaps, untreated, was_cut
from pytest_aiopt.model import Feedback, Guidance, Hint, Track
from pytest_aiopt.prompts import tokens
from pytest_aiopt.prompts.notes import missing, notes
from pytest_aiopt.prompts.render import RENDER_VERSION

Texts = Mapping[Feedback, Mapping[str, str]]
"""By level of feedback: the text that a track of that level shows, by the sha256 of the parent."""

TREATMENTS = tuple(level for level in Feedback if level is not Feedback.NONE)


@dataclass(frozen=True, slots=True)
class Problem:
    """A deviation of a prompt from its track; ``step`` is None if it concerns the whole cell."""

    step: int | None
    text: str

    def __str__(self) -> str:
        return self.text if self.step is None else f"step {self.step}: {self.text}"


@dataclass(frozen=True, slots=True)
class Audit:
    """The contents of one cell's prompts. ``problems`` is empty where every prompt is as its track says.

    ``treated`` counts the prompts that reached the model with a text made from profiles, ``hinted`` those
    with the track's hint. ``gaps``: prompts of a treated track that reached it without, as the parent has no
    profile or the endpoint cut the prompt. A cell counts as long as some prompt held a treatment.
    ``cut``: the steps whose prompt the endpoint cut, in every track.
    """

    cell: str
    feedback: Feedback
    prompts: int
    treated: int
    problems: tuple[Problem, ...]
    hint: Hint = Hint.NONE
    hinted: int = 0
    gaps: tuple[Problem, ...] = ()
    cut: tuple[int, ...] = ()


def audit(record: CellRecord) -> Audit:
    """Check every prompt of a cell against the profiles on record."""
    opened, proposals = record.opened, record.proposals
    texts, lost = _texts(record), gaps(record)
    cut = tuple(proposal.step for proposal in proposals if was_cut(proposal))
    excused = {} if untreated(record) else lost
    treated, hinted, problems = 0, 0, []
    for proposal in proposals:
        own = _hint_texts(opened).get(opened.track.hint, "")
        hinted += bool(holds(_whole(proposal), [own]))
        found: tuple[str | None, ...] = (
            *(_hint_problem(proposal, opened, kind) for kind in _hint_texts(opened)),
            _guidance_problem(proposal, opened),
        )
        shown = any(holds(_whole(proposal), texts[level].values()) for level in TREATMENTS)
        treated += shown and proposal.step not in cut
        if proposal.step in excused and _own(proposal, opened.track, texts) is None:
            found = (*found, _held(_whole(proposal), texts, texts[opened.track.feedback]))
        else:
            found = (*found, _problem(proposal, record, texts))
        problems += [Problem(proposal.step, f"the prompt {problem}") for problem in found if problem]
    problems += [Problem(None, text) for text in _unlike(opened.track, texts)]
    parents = {proposal.step: proposal.parent for proposal in proposals}
    reasons = {s: _reason(record, parents[s]) for s, gap in lost.items() if gap is Gap.UNPROFILED}
    return Audit(
        opened.cell.id,
        opened.track.feedback,
        len(proposals),
        treated,
        tuple(problems),
        opened.track.hint,
        hinted,
        tuple(Problem(step, f"{_GAPS[gap]}{reasons.get(step, '')}") for step, gap in lost.items()),
        cut,
    )


_GAPS = {
    Gap.UNPROFILED: "its parent has no profile",
    Gap.CUT: "the endpoint read only a part of it",
}


def _own(proposal: Proposed, track: Track, texts: Texts) -> str | None:
    """Return the text that the prompt must contain; None if it must contain none."""
    return texts[track.feedback].get(proposal.parent)


def _whole(proposal: Proposed) -> str:
    return proposal.prompt.system + proposal.prompt.user


def _hint_texts(opened: Opened) -> dict[Hint, str]:
    return {Hint.ORACLE: opened.oracle, Hint.WORKLOAD: opened.workload_words}


def _hint_problem(proposal: Proposed, opened: Opened, kind: Hint) -> str | None:
    """Return how a prompt's hint of this kind is not as the track asks."""
    text, section = _hint_texts(opened)[kind], SECTIONS[kind]
    shows = holds(_whole(proposal), [text])
    if opened.track.hint is kind:
        return None if shows and text in proposal.prompt.user else f"lacks the hint of {kind}"
    if shows:
        return f"holds the hint of {kind} {text!r}"
    named = f"### {section}\n" in proposal.prompt.user or section in proposal.artifacts
    return f"names {section}" if named else None


def _guidance_problem(proposal: Proposed, opened: Opened) -> str | None:
    if opened.track.guidance is Guidance.SYSGPT:
        shown = bool(opened.guidance) and opened.guidance in proposal.prompt.system
        return None if shown else "lacks the guidance on methods"
    held = holds(_whole(proposal), [opened.guidance])
    return f"holds guidance {held!r}" if held else None


def _problem(proposal: Proposed, record: CellRecord, texts: Texts) -> str | None:
    """Return the problem with the treatment of one prompt; None without one.

    Beside its own text, which a model may repeat in its comments, no prompt holds a line of another level's.
    """
    track = record.opened.track
    whole, own = _whole(proposal), texts[track.feedback]
    if track.feedback is Feedback.NONE:
        named = NOTES in proposal.prompt.user or NOTES in proposal.artifacts
        held = _held(whole, texts, own)
        return held or (f"names {NOTES}" if named else None)
    text = _own(proposal, track, texts)
    if text is None:
        return f"is treated, but its parent has no {track.feedback.value}{_reason(record, proposal.parent)}"
    if text not in proposal.prompt.user:
        return f"lacks the {track.feedback.value} of its parent"
    return _held(whole.replace(text, ""), texts, own)


def _reason(record: CellRecord, parent: str) -> str:
    """Return why a parent has no text, according to its profiles."""
    profiled = record.profiles.get(parent)
    if profiled is None:
        return ""
    return f": {missing(record.opened.track, profiled.profiles, profiled.twin)}"


def _held(rest: str, texts: Texts, own: Mapping[str, str]) -> str | None:
    """Return which line of another treatment ``rest`` holds, but for those its own texts hold too."""
    mine = "\n".join(own.values())
    for level in TREATMENTS:
        if texts[level] is not own:
            lines = [line for text in texts[level].values() for line in text.splitlines() if line not in mine]
            held = holds(rest, lines)
            if held:
                return f"holds {level.value} text {held!r}"
    return None


def _unlike(track: Track, texts: Texts) -> list[str]:
    """Say where what stands in a profile's place is the true text, or not as long as it."""
    if track.feedback not in (Feedback.PLACEBO, Feedback.ADVICE):
        return []
    found = []
    for parent, text in texts[track.feedback].items():
        if parent not in texts[Feedback.PROFILE]:
            continue  # of another version of the renderer
        true, what = texts[Feedback.PROFILE][parent], f"the {track.feedback.value} of {parent[:12]}"
        if text == true:
            found.append(f"{what} is its true profile")
        elif not tokens.alike(true, text):
            found.append(f"{what} has {tokens.count(text)} tokens, the profile {tokens.count(true)}")
    return found


def holds(prompt: str, texts: Iterable[str]) -> str:
    """Return the first line of any profile text found in ``prompt``, or the empty string."""
    lines = {line for text in texts for line in text.splitlines() if line.strip()}
    return next((line for line in sorted(lines) if line in prompt), "")


def _texts(record: CellRecord) -> Texts:
    """Every text that could be shown of the profiles on record.

    Of profiles that another version of the renderer wrote the text of, there is the one on record alone.
    """
    opened = record.opened
    found: dict[Feedback, dict[str, str]] = {level: {} for level in Feedback}
    for level in TREATMENTS:
        track = replace(opened.track, feedback=level)
        for event in _renderable(record):
            source = record.sources.get(event.candidate) or opened.program
            text = notes(track, event.profiles, event.twin, source, event.render)
            if text:
                found[level][event.candidate] = text
    known = {event.candidate for event in _renderable(record)}
    for proposal in record.proposals:
        if proposal.parent not in known and NOTES in proposal.artifacts:
            found[opened.track.feedback].setdefault(proposal.parent, proposal.artifacts[NOTES])
    return found


def _renderable(record: CellRecord) -> list[Profiled]:
    return [event for event in record.all(Profiled) if event.render == RENDER_VERSION]
