"""What the rewriter takes from a prompt: the current program and, where shown, its cost by line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_HEADING = re.compile(r"^# Current Program[ \t]*\n```[\w+]*[ \t]*\n", re.MULTILINE)
_TASK = re.compile(r"^```[ \t]*\n+# Task[ \t]*$", re.MULTILINE)
_FENCE = re.compile(r"^```[ \t]*$", re.MULTILINE)
_NOTES = re.compile(r"^### runtime_notes[ \t]*\n```[ \t]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"^```cpp[ \t]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^(\d+) \| ([^|]*) \| (\d+(?:\.\d+)?) % \|", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ParsedPrompt:
    """The current program (None where there is none) and what else the prompt shows.

    ``header``: C++ of the system message. ``shares``: cost in 0..1 by line. ``others``: other programs.
    """

    program: str | None
    header: str = ""
    shares: Mapping[int, float] = field(default_factory=dict)
    others: frozenset[str] = frozenset()


def read_prompt(system: str, user: str) -> ParsedPrompt:
    """Read a header from the system message, and OpenEvolve's ``diff_user`` message."""
    headings = list(_HEADING.finditer(user))
    if not headings:
        return ParsedPrompt(None)
    heading = headings[-1]
    program = _fenced(user[heading.end() :])
    header = "\n".join(_CODE.findall(system))
    history = user[: heading.start()]
    others = frozenset(text.removesuffix("\n") for text in _CODE.findall(history))
    return ParsedPrompt(program, header, _shares(history), others)


def _fenced(text: str) -> str | None:
    """Return the text up to the fence before ``# Task``, else up to the first fence."""
    closing = list(_TASK.finditer(text)) or list(_FENCE.finditer(text))[:1]
    if not closing:
        return None
    return text[: closing[-1].start()].removesuffix("\n")


def _shares(text: str) -> dict[int, float]:
    notes = _NOTES.search(text)
    rows = _ROW.findall(notes.group(1)) if notes else []
    shares: dict[int, float] = {}
    for line, _, percent in rows:  # a line has several rows where threads also wait there
        shares[int(line)] = shares.get(int(line), 0.0) + float(percent) / 100.0
    return shares
