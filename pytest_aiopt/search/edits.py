"""Apply a model's SEARCH/REPLACE reply to its parent: all of it or nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from openevolve.utils.code_utils import apply_diff_blocks, extract_diffs, format_diff_summary

from pytest_aiopt.model import Candidate, EditReason, Refusal

MAX_GROWTH = 3
"""A child may be this many times as long as its parent, in characters."""
GROWTH = "growth"
UNCHANGED = Refusal(EditReason.UNCHANGED, "the reply changes nothing")


_FENCED_CPP = re.compile(r"^```(?:cpp|c\+\+)[ \t]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FENCED = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)

MAX_WORK = 10**9
"""OpenEvolve's pattern takes (SEARCH markers) x (separators) x (characters) steps where blocks stay open."""


@dataclass(frozen=True, slots=True)
class Edit(Candidate):
    """A child together with the summary of its changes that later prompts show.

    ``ambiguous`` says which blocks matched in several places (the first is changed); empty where none did.
    """

    changes: str = ""
    ambiguous: str = ""


def apply_reply(parent_source: str, reply: str) -> Edit | Refusal:
    """Return the child, or why there is none. Line ends follow the parent, whatever the reply uses."""
    parent, text = _unix(parent_source), _unix(reply)
    markers, separators = text.count("<<<<<<< SEARCH\n"), text.count("=======\n")
    if markers * separators * len(text) > MAX_WORK:
        return Refusal(
            EditReason.MALFORMED, f"malformed reply: {markers} SEARCH markers and {separators} separators"
        )
    try:
        blocks: list[tuple[str, str]] = extract_diffs(text)
    except ValueError as error:
        return Refusal(EditReason.MALFORMED, f"malformed reply: {error}")
    if not blocks:
        return Refusal(EditReason.NO_EDIT, "the reply holds no complete SEARCH/REPLACE block")
    applied = _apply(parent, blocks)
    if isinstance(applied, Refusal):
        return applied
    child, ambiguous = applied
    problem = _problem(parent, child)
    if problem:
        return problem
    if "\r\n" in parent_source:
        child = child.replace("\n", "\r\n")
    return Edit(child, changes=format_diff_summary(blocks), ambiguous="; ".join(ambiguous))


def take_rewrite(parent_source: str, reply: str) -> Edit | Refusal:
    """Return the program that a reply holds as its first fenced block, or why there is none.

    OpenEvolve takes a reply without any block as the program; we refuse it.
    """
    parent, text = _unix(parent_source), _unix(reply)
    fenced = _FENCED_CPP.search(text) or _FENCED.search(text)
    if fenced is None:
        return Refusal(EditReason.NO_PROGRAM, "the reply holds no complete fenced program")
    child = fenced[1].strip() + "\n"
    problem = _problem(parent, child)
    if problem or child.strip() == parent.strip():
        return problem or UNCHANGED
    if "\r\n" in parent_source:
        child = child.replace("\n", "\r\n")
    return Edit(child, changes="Full rewrite")


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")


def _apply(parent: str, blocks: list[tuple[str, str]]) -> tuple[str, list[str]] | Refusal:
    text, ambiguous = parent, []
    for number, block in enumerate(blocks, start=1):
        search = block[0]
        if not search.strip():
            return Refusal(
                EditReason.EMPTY_SEARCH, f"block {number} of {len(blocks)} has an empty SEARCH part"
            )
        places = _places(text, search)
        if places > 1:
            ambiguous.append(f"block {number} matches {places} places, the first is changed")
        text, applied = apply_diff_blocks(text, [block])
        if not applied:
            first = search.strip().splitlines()[0].strip()
            detail = f"block {number} of {len(blocks)} does not match the program: {first[:60]!r}"
            return Refusal(EditReason.NO_MATCH, detail)
    return text, ambiguous


def _places(text: str, search: str) -> int:
    """Count where the lines of ``search`` stand in ``text``, space at their ends aside."""
    lines = [line.rstrip() for line in text.split("\n")]
    wanted = [line.rstrip() for line in search.split("\n")]
    return sum(lines[i : i + len(wanted)] == wanted for i in range(len(lines) - len(wanted) + 1))


def _problem(parent: str, child: str) -> Refusal | None:
    if child == parent:
        return UNCHANGED
    if len(child) > MAX_GROWTH * len(parent):
        detail = f"the child is {len(child)} characters long, more than {MAX_GROWTH} times its parent"
        return Refusal(EditReason.RULE, detail, GROWTH)
    if any("\ud800" <= character <= "\udfff" for character in child):
        return Refusal(EditReason.NOT_UNICODE, "the child is no valid Unicode text")
    return None
