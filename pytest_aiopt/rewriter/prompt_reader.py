"""Parse a prompt: the current program, other programs, a failure, a profile."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_HEADING = re.compile(r"^# Current Program[ \t]*\n```[\w+]*[ \t]*\n", re.MULTILINE)
_TASK = re.compile(r"^```[ \t]*\n+# Task[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"^```[ \t]*$", re.MULTILINE)
_SECTION = re.compile(r"^### (\w+)[ \t]*\n```[ \t]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"^```cpp[ \t]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
_SCORED = re.compile(
    r"^###[^\n]*\(Score: (-?\d+(?:\.\d+)?)\)[^\n]*\n```cpp[ \t]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL
)
_FITNESS = re.compile(r"^- Fitness: (-?\d+(?:\.\d+)?)", re.MULTILINE)
_LINE = re.compile(r"(?:\S+:)?(\d+)")
_SHARE = re.compile(r"([+-]?\d+(?:\.\d+)?) ?%")
_PLACE = re.compile(r"^line (\d+)(?:, [^:\n]*(?:::[^:\n]*)*)?: (.*)\n  (.*)$", re.MULTILINE)
_TIME = re.compile(r"(\d+\.\d) % \(\d")
_BUDGET = re.compile(r"at most (\d+) new tokens")
_CUT = " ..."
_WHOLE = "Provide the complete new program code."
_QUOTED = 12
"""Number of leading characters of a line's text that identify the line in a row."""


@dataclass(frozen=True, slots=True)
class ParsedPrompt:
    """The current program (None if there is none) and the other content of the prompt.

    ``header``: C++ of the system message. ``shares``: cost in 0..1 by line. ``others``: other programs.
    ``donors``: other programs with a better score than the current one, best first. ``failure``: the text of
    the last failed edit of the current program, "" if none is shown. ``rewrite``: the prompt asks for the
    whole program. ``budget``: maximum number of new tokens in a reply; None without such a rule.
    ``clue``: the text beside the program, if it gives no shares.
    """

    program: str | None
    header: str = ""
    shares: Mapping[int, float] = field(default_factory=dict)
    others: frozenset[str] = frozenset()
    donors: tuple[str, ...] = ()
    failure: str = ""
    rewrite: bool = False
    budget: int | None = None
    clue: str = ""


def read_prompt(system: str, user: str) -> ParsedPrompt:
    """Parse the header in the system message, and OpenEvolve's ``diff_user`` message."""
    headings = list(_HEADING.finditer(user))
    if not headings:
        return ParsedPrompt(None)
    heading = headings[-1]
    budget = _BUDGET.search(system)
    program = _fenced(user[heading.end() :])
    history = user[: heading.start()]
    sections = dict(_SECTION.findall(history))
    notes = "\n".join(text for name, text in sections.items() if "fail" not in name)
    shares = _shares(notes, program or "")
    return ParsedPrompt(
        program=program,
        header="\n".join(_CODE.findall(system)),
        shares=shares,
        others=frozenset(text.removesuffix("\n") for text in _CODE.findall(history)),
        donors=_donors(history),
        failure="\n".join(text for name, text in sections.items() if "fail" in name),
        rewrite=_WHOLE in user[heading.end() :],
        budget=int(budget[1]) if budget else None,
        clue="" if shares else notes,
    )


def _fenced(text: str) -> str | None:
    """Return the text up to the fence before ``# Task``, else up to the first fence."""
    closing = list(_TASK.finditer(text)) or list(_FENCE.finditer(text))[:1]
    if not closing:
        return None
    return text[: closing[-1].start()].removesuffix("\n")


def _donors(history: str) -> tuple[str, ...]:
    fitness = _FITNESS.search(history)
    own = float(fitness.group(1)) if fitness else float("-inf")
    scored = [(float(score), text.removesuffix("\n")) for score, text in _SCORED.findall(history)]
    return tuple(
        dict.fromkeys(text for score, text in sorted(scored, key=lambda each: -each[0]) if score > own)
    )


def _shares(notes: str, program: str) -> dict[int, float]:
    """Return the shares by line, from lines with facts listed below them or from the rows of a table.

    In a table each row starts with the line number and contains a percentage later.

    Shares of any kind (CPU time, waiting, gain of a speedup) show where a change matters. Shares of one line
    add up; negative ones count as 0. If a row quotes its line but gives another line's number, the quotation
    identifies the line.
    """
    lines = program.split("\n")
    found: dict[int, float] = {}
    for row in notes.split("\n"):
        cells = [cell.strip() for cell in row.split("|")]
        number = _LINE.fullmatch(cells[0]) if len(cells) >= 3 else None
        share = next((m for cell in cells[1:] if (m := _SHARE.fullmatch(cell)) is not None), None)
        if number is None or share is None:
            continue
        line = _line_meant(int(number.group(1)), cells[-1], lines)
        found[line] = min(1.0, found.get(line, 0.0) + max(0.0, float(share.group(1)) / 100.0))
    for place in _PLACE.finditer(notes):
        shares = [float(share) / 100.0 for share in _TIME.findall(place[3])]
        if shares:
            line = _line_meant(int(place[1]), place[2].removesuffix(_CUT), lines)
            found[line] = min(1.0, found.get(line, 0.0) + sum(shares))
    return found


def _line_meant(number: int, quoted: str, lines: list[str]) -> int:
    start = _bare(quoted)[:_QUOTED]
    there = _bare(lines[number - 1]) if 0 < number <= len(lines) else ""
    if len(start) < _QUOTED or there.startswith(start):
        return number
    same = [n for n, text in enumerate(lines, start=1) if _bare(text).startswith(_bare(quoted))]
    return same[0] if len(same) == 1 else number


def _bare(text: str) -> str:
    return " ".join(text.replace("`", "'").split())
