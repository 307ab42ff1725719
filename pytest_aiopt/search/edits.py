"""Apply a model's reply to its parent: all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass

from openevolve.utils.code_utils import format_diff_summary

from pytest_aiopt.model import Candidate, EditReason, Refusal, thoughts
from pytest_aiopt.search.blocks import Block, blocks_of
from pytest_aiopt.search.cleaning import cleaned, elision
from pytest_aiopt.search.matching import place, stands
from pytest_aiopt.search.programs import program_of

UNCHANGED = Refusal(EditReason.UNCHANGED, "the reply changes nothing")
IN_REASONING = Refusal(EditReason.ENDS_IN_REASONING, "the reply ends in its reasoning")
_EXAMPLES = ("for i in range(m):", "# Original code to find and replace", "int middle = (low + high) / 2;")


@dataclass(frozen=True, slots=True)
class Edit(Candidate):
    """A child together with the summary of its changes that later prompts show.

    ``ambiguous`` says which blocks matched in several places (the first is changed); empty where none did.
    ``new_tokens``: how much of an edit budget it uses; None in a study without one.
    """

    changes: str = ""
    ambiguous: str = ""
    new_tokens: int | None = None


def apply_reply(parent_source: str, reply: str) -> Edit | Refusal:
    """Return the child, or the reason for refusal. Line ends follow the parent."""
    parent, said = _unix(parent_source), thoughts.split(_unix(reply))
    if said.unfinished:
        return IN_REASONING
    found = blocks_of(said.answer, lambda text: stands(parent, text))
    if isinstance(found, Refusal):
        return found
    blocks = [block for block in found if not _is_example(block, parent)]
    if not blocks:
        return Refusal(EditReason.NO_EDIT, "the reply holds no complete SEARCH/REPLACE block")
    applied = _apply(parent, blocks)
    if isinstance(applied, Refusal):
        return applied
    child, ambiguous = applied
    problem = _problem(parent, child)
    if problem:
        return problem
    changes = format_diff_summary([(block.search, block.replace) for block in blocks])
    return Edit(_ended_like(parent_source, child), changes=changes, ambiguous="; ".join(ambiguous))


def take_rewrite(parent_source: str, reply: str) -> Edit | Refusal:
    """Return the program of a reply, the last fenced block that defines the entry, or the reason for refusal.

    OpenEvolve takes a reply without any block as the program; we refuse it.
    """
    parent, said = _unix(parent_source), thoughts.split(_unix(reply))
    if said.unfinished:
        return IN_REASONING
    program = program_of(said.answer, parent)
    if program is None or not program.closed:
        return Refusal(EditReason.NO_PROGRAM, "the reply holds no complete fenced program")
    child = program.text
    left_out = elision(child, parent)
    if left_out:
        return Refusal(EditReason.ELIDED, f"the program leaves out code: {left_out[:60]!r}")
    problem = _problem(parent, child)
    if problem or child.strip() == parent.strip():
        return problem or UNCHANGED
    return Edit(_ended_like(parent_source, child), changes="Full rewrite")


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n")


def _ended_like(parent_source: str, child: str) -> str:
    return child.replace("\n", "\r\n") if "\r\n" in parent_source else child


def _is_example(block: Block, parent: str) -> bool:
    """Whether the block is an echo of the example in the prompt."""
    first = block.search.strip().partition("\n")[0]
    return first.startswith(_EXAMPLES) and not stands(parent, block.search)


def _apply(parent: str, blocks: list[Block]) -> tuple[str, list[str]] | Refusal:
    text, ambiguous = parent, []
    for number, raw in enumerate(blocks, start=1):
        label = f"block {number} of {len(blocks)}"
        block = cleaned(raw, label)
        if isinstance(block, Refusal):
            return block
        if not block.search.strip():
            return Refusal(EditReason.EMPTY_SEARCH, f"{label} has an empty SEARCH part")
        left_out = elision(block.replace, parent)
        if left_out:
            return Refusal(EditReason.ELIDED, f"{label} leaves out code: {left_out[:60]!r}")
        placed = place(text, block, label)
        if isinstance(placed, Refusal):
            return placed
        if placed.places > 1:
            ambiguous.append(f"block {number} matches {placed.places} places, the first is changed")
        text = placed.source
    return text, ambiguous


def _problem(parent: str, child: str) -> Refusal | None:
    if child == parent:
        return UNCHANGED
    if any("\ud800" <= character <= "\udfff" for character in child):
        return Refusal(EditReason.NOT_UNICODE, "the child is no valid Unicode text")
    return None
