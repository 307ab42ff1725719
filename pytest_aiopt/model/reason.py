"""Reason codes: why a reply made no candidate, and in which check a candidate earned its verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EditReason(StrEnum):
    """Why a reply made no candidate."""

    EMPTY = "empty"
    TRUNCATED = "truncated"
    FILTERED = "filtered"
    REFUSED = "refused"
    NO_CHOICE = "no_choice"
    ONLY_REASONING = "only_reasoning"
    ENDS_IN_REASONING = "ends_in_reasoning"
    TOOL_CALLS = "tool_calls"
    CONTEXT_EXCEEDED = "context_exceeded"
    TOO_LONG = "too_long"
    KEY_IN_REPLY = "key_in_reply"
    NO_EDIT = "no_edit"
    NO_PROGRAM = "no_program"
    MALFORMED = "malformed"
    EMPTY_SEARCH = "empty_search"
    NO_MATCH = "no_match"
    AMBIGUOUS = "ambiguous"
    ELIDED = "elided"
    UNCHANGED = "unchanged"
    NOT_UNICODE = "not_unicode"
    RULE = "rule"
    UNKNOWN = "unknown"

    @property
    def parsed(self) -> bool:
        """Whether the reply held an edit, which then did not apply or was refused."""
        return self in _PARSED


_PARSED = {
    EditReason.EMPTY_SEARCH,
    EditReason.NO_MATCH,
    EditReason.AMBIGUOUS,
    EditReason.ELIDED,
    EditReason.UNCHANGED,
    EditReason.NOT_UNICODE,
    EditReason.RULE,
    EditReason.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a reply made no candidate; ``detail`` is one line for prompts and reports.

    ``rule``: the code of the rule that the reply breaks, with ``reason`` RULE.
    """

    reason: EditReason
    detail: str
    rule: str = ""


class PauseReason(StrEnum):
    """Why a cell stopped before its end."""

    BUDGET = "budget"
    ENDPOINT = "endpoint"


class Stage(StrEnum):
    """The check in which a candidate earned its verdict."""

    VISIBLE = "visible"
    TIMED = "timed"
    HIDDEN = "hidden"
    SANITIZER = "sanitizer"
