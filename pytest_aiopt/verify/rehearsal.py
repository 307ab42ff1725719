"""A recorded campaign run again from its own journal: the same parents, prompts, candidates and champion.

No model or instrument is called. Every decision of the search is made again and compared with the record, so
a changed prompt, reply or measurement shows at the next step that depends on it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_aiopt.campaign.campaign import Campaign
from pytest_aiopt.design.identity import VERSION
from pytest_aiopt.errors import AioptError, JournalError
from pytest_aiopt.journal.events import AnyEvent, Profiled
from pytest_aiopt.journal.journal import E_, Recorder
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.model import Candidate, EditFormat, NoiseFloor
from pytest_aiopt.models.base import call_seed
from pytest_aiopt.prompts.guidance import guided
from pytest_aiopt.prompts.render import RENDER_VERSION


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A recorded line (from 1) that replaying the campaign does not reproduce."""

    line: int
    problem: str


class _Over(Exception):
    """The record ends here."""


class _Nothing:
    """Takes the place of model and instruments, which a rehearsal never calls."""

    name = "nothing"

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"a rehearsal asked for {name}")


@dataclass(frozen=True, slots=True)
class _Tape:
    """A read-only journal."""

    path: Path
    events: list[AnyEvent]

    def append(self, event: AnyEvent) -> AnyEvent:
        """Refuse; the recorder below ends before."""
        raise AssertionError(f"a rehearsal made {event}")


class _Witness(Recorder):
    """Replays and never records."""

    def take(self, kind: type[E_], make: Callable[[], E_], **expected: object) -> E_:
        """Return the next recorded event; raises _Over at the end and JournalError where it is another."""
        if not self.replaying:
            raise _Over
        return super().take(kind, make, **expected)

    @property
    def line(self) -> int:
        """The line that comes next."""
        return self._next + 1


def unready(record: CellRecord) -> str:
    """Return why a journal cannot be run again by this version; "" if it can."""
    opened = record.opened
    others = {event.render for event in record.all(Profiled)} - {RENDER_VERSION}
    if others:
        return f"its profiles were rendered by version {min(others)} of the text, this is {RENDER_VERSION}"
    if not opened.search:
        return f"schema {opened.schema} does not hold the settings of its search"
    if opened.rules != VERSION:
        return f"it was run under rules {opened.rules}, these are {VERSION}"
    return ""


def rehearse(
    path: Path,
    record: CellRecord,
    system: str | None = None,
    noise: Callable[[NoiseFloor], str] = lambda floor: "",
) -> Mismatch | None:
    """Run the campaign of an undamaged journal again; return the first thing that is not as recorded.

    ``system``: the system message of its task, which ``noise`` completes; else that of its first prompt.
    """
    witness = _Witness(_Tape(path, list(record.events)))
    try:
        _campaign(record, witness, system, noise).run()
    except _Over:
        early = "ends the cell before its campaign is over"
        return Mismatch(len(record.events), early) if record.finished else None
    except JournalError as error:
        return Mismatch(witness.line - 1 if error.line is None else error.line, error.fault)
    except (AioptError, ValueError, LookupError, AssertionError) as error:
        return Mismatch(max(1, witness.line - 1), f"cannot be continued from: {error}")
    return Mismatch(witness.line, "follows the end of the campaign") if witness.replaying else None


def _campaign(
    record: CellRecord,
    witness: Recorder,
    system: str | None,
    noise: Callable[[NoiseFloor], str],
) -> Campaign:
    from pytest_aiopt.search.openevolve import Search, SearchSettings

    opened = record.opened
    nothing: Any = _Nothing()
    first = next((event.prompt.system for event in record.proposals), "")
    search = Search(
        system_message=first if system is None else guided(system, opened.track.guidance, opened.guidance),
        settings=SearchSettings(**opened.search),  # type: ignore[arg-type]
        seed=call_seed(opened.cell.id, opened.cell.seed, 0),
        iterations=opened.iterations,
        rewrite=opened.track.edit_format is EditFormat.REWRITE,
        frame=opened.track.frame,
    )
    return Campaign(
        cell=opened.cell,
        track=opened.track,
        program=Candidate(opened.program),
        search=search,
        model=nothing,
        instruments=nothing,
        recorder=witness,
        opened=opened,
        iterations=opened.iterations,
        noise=noise,
    )
