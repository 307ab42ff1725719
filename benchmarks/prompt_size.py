"""How long the prompts of recorded campaigns are with today's code.

Every recorded call is made up again: the same parent and failure, its profiles as the text of today, and the
programs that the recorded campaign had accepted by then with their recorded scores. Nothing is compiled or
timed. ``recorded_*`` are the lengths of the prompts on record.
Usage: python benchmarks/prompt_size.py [--quick] [--program-chars N] RECORDING...
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from tabulate import tabulate

from pytest_aiopt.campaign.campaign import limits_of
from pytest_aiopt.journal.archive import directory
from pytest_aiopt.journal.events import (
    AnyEvent,
    Built,
    Edited,
    Floored,
    Measured,
    Opened,
    Profiled,
    Proposed,
    read,
)
from pytest_aiopt.journal.treatment import NOTES
from pytest_aiopt.model import Candidate, EditFormat, Prompt
from pytest_aiopt.models.base import call_seed
from pytest_aiopt.prompts import goals
from pytest_aiopt.prompts.guidance import guided
from pytest_aiopt.prompts.notes import notes
from pytest_aiopt.prompts.render import RENDER_VERSION
from pytest_aiopt.search.openevolve import Edit, Search, SearchSettings, Selection
from pytest_aiopt.search.openevolve import apply_reply as read_reply
from pytest_aiopt.tasks import loader

TASKS = Path(__file__).parents[1] / "tasks"
QUICK_CELLS = 2


@dataclass(frozen=True, slots=True)
class Cell:
    """The lengths of the prompts of one cell, in characters."""

    name: str
    now: tuple[int, ...]
    recorded: tuple[int, ...]


def main() -> None:
    """Print one row per cell and the figures of all prompts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("recordings", nargs="+", type=Path, metavar="RECORDING")
    parser.add_argument("--quick", action="store_true", help=f"the first {QUICK_CELLS} cells alone")
    parser.add_argument("--program-chars", type=int, default=SearchSettings().program_chars)
    options = parser.parse_args()
    cells: list[Cell] = []
    for recording in options.recordings:
        with directory(recording) as folder:
            paths = sorted(folder.rglob("*.jsonl"))
            cells += [measured(path, options.program_chars) for path in paths]
    cells = cells[:QUICK_CELLS] if options.quick else cells
    table = [
        (c.name, len(c.now), median(c.recorded), max(c.recorded), median(c.now), max(c.now)) for c in cells
    ]
    print(tabulate(table, ("cell", "prompts", "recorded median", "largest", "median", "largest")))
    now, before = [n for c in cells for n in c.now], [n for c in cells for n in c.recorded]
    found = {
        "prompts": len(now),
        "median_chars": median(now),
        "max_chars": max(now),
        "recorded_median_chars": median(before),
        "recorded_max_chars": max(before),
    }
    print(json.dumps(found))


def measured(path: Path, program_chars: int) -> Cell:
    """Return the lengths of a journal's prompts, as recorded and as made today."""
    events = read(path)
    opened = events[0]
    if not isinstance(opened, Opened):
        raise SystemExit(f"{path} does not start with an opened event; name a recording of campaigns")
    proposals = [event for event in events if isinstance(event, Proposed)]
    now = tuple(_size(prompt) for prompt in prompts(opened, events, program_chars))
    return Cell(f"{opened.study}/{opened.cell.id}", now, tuple(_size(e.prompt) for e in proposals))


def prompts(opened: Opened, events: list[AnyEvent], program_chars: int) -> Iterator[Prompt]:
    """Yield the prompt that today's code makes of every recorded call."""
    task = loader.load(TASKS, opened.cell.task)
    floor = next(event.floor for event in events if isinstance(event, Floored))
    system = guided(goals.system_message(task, opened.machine, limits_of(opened)), opened.track.guidance)
    settings = replace(SearchSettings(**opened.search), program_chars=program_chars)  # type: ignore[arg-type]
    search = Search(
        system_message=f"{system}\n\n{goals.noise(task.metric, floor)}",
        settings=settings,
        seed=call_seed(opened.cell.id, opened.cell.seed, 0),
        iterations=opened.iterations,
        rewrite=opened.track.edit_format is EditFormat.REWRITE,
        frame=opened.track.frame,
    )
    search.start(Candidate(opened.program), 1.0)
    scores, edited = _scores(events), {e.step: e for e in events if isinstance(e, Edited)}
    profiles = {event.candidate: event for event in events if isinstance(event, Profiled)}
    for proposal in (event for event in events if isinstance(event, Proposed)):
        selection = _selection(search, proposal)
        profiled = profiles.get(proposal.parent)
        yield search.prompt(proposal.step, selection, _artifacts(opened, proposal, selection, profiled))
        candidate = edited[proposal.step].candidate if proposal.step in edited else None
        if candidate in scores:
            child = read_reply(selection.parent_source, proposal.completion.text)
            if isinstance(child, Edit) and child.sha == candidate:
                search.admit(proposal.step, selection, child, scores[candidate])


def _artifacts(
    opened: Opened, proposal: Proposed, selection: Selection, profiled: Profiled | None
) -> dict[str, str]:
    """Return the recorded further texts, with that of the profiles as the renderer writes it today."""
    if NOTES not in proposal.artifacts or profiled is None:
        return proposal.artifacts
    source = selection.parent_source
    text = notes(opened.track, profiled.profiles, profiled.twin, source, RENDER_VERSION)
    return {**proposal.artifacts, NOTES: text}


def _selection(search: Search, proposal: Proposed) -> Selection:
    """Return the recorded parent with the inspirations that today's search gives it."""
    chosen = search.next_parent(proposal.step)
    parents = [member for member in search.programs if member.candidate.sha == proposal.parent]
    if not parents:
        raise SystemExit(f"step {proposal.step}: the recorded parent {proposal.parent[:12]} is not there")
    return replace(chosen, parent=parents[0])


def _scores(events: list[AnyEvent]) -> dict[str | None, float]:
    """Return the recorded speedups of accepted candidates."""
    binaries = {e.candidate: e.binary_sha for e in events if isinstance(e, Built) and e.binary_sha}
    original = next((e.binary_sha for e in events if isinstance(e, Built) and e.step == 0), None)
    by_binary = {
        binaries[e.candidate]: e.measurement.speedup
        for e in events
        if isinstance(e, Measured) and e.measurement is not None and e.candidate in binaries
    }
    by_binary[original or ""] = 1.0
    return {sha: by_binary[binary] for sha, binary in binaries.items() if binary in by_binary}


def _size(prompt: Prompt) -> int:
    return len(prompt.system) + len(prompt.user)


if __name__ == "__main__":
    main()
