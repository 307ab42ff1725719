"""Why a reply is no candidate before anybody looks for edits in it."""

from __future__ import annotations

import re

from pytest_aiopt.model import Completion, EditReason, Prompt, Refusal, thoughts

NO_CHOICE = "no_choice"
REFUSAL = "refusal"
CONTEXT = "context"
TOOL_CALLS = "tool_calls"
FILTERED = "content_filter"
KEY = "key_in_reply"
MOST_CHARS = 400_000
"""A reply of this length is no edit of a program of a few hundred lines."""

MOST_CHARS_PER_TOKEN = 6

_TRUNCATED = Refusal(EditReason.TRUNCATED, "truncated reply: the model stopped at its limit of tokens")
_FILTERED = Refusal(EditReason.FILTERED, "the endpoint's content filter withheld the reply")
_REASONS = {
    KEY: Refusal(EditReason.KEY_IN_REPLY, "the reply holds a key of this environment"),
    FILTERED: _FILTERED,
    NO_CHOICE: Refusal(EditReason.NO_CHOICE, "the endpoint returned no choice"),
    REFUSAL: Refusal(EditReason.REFUSED, "the model refused"),
    CONTEXT: Refusal(EditReason.CONTEXT_EXCEEDED, "the prompt does not fit into the model's context"),
}

_TOO_LONG = re.compile(r"length|max_\w*tokens|token_?limit|context_window|incomplete|error_limit")
_WITHHELD = re.compile(
    r"filter|safety|sensitive|prohibit|blocklist|spii|recitation|guardrail|toxic|risk|policy|moderation|language"
)
_BROKEN = re.compile(
    r"error|abort|cancel|fail|time_?d?_?out|interrupt|preempt|insufficient_system|overload|unavailable"
)


def broken_off(finish_reason: str) -> bool:
    """Whether the endpoint ended a reply by its own fault."""
    reason = finish_reason.lower()
    return bool(_BROKEN.search(reason)) and _ended(reason) is None


def _ended(reason: str) -> Refusal | None:
    """Return what a finish reason says of the reply; None for a normal end."""
    if reason in _REASONS:
        return _REASONS[reason]
    if _TOO_LONG.search(reason):
        return _TRUNCATED
    return _FILTERED if _WITHHELD.search(reason) else None


def prompt_was_cut(prompt: Prompt, completion: Completion) -> bool:
    """Whether the endpoint counts far fewer tokens than ``prompt`` has, so that it read only a part of it.

    No tokenizer takes this many characters of C++ and English to a token.
    """
    counted = completion.usage.prompt_tokens
    return counted is not None and counted * MOST_CHARS_PER_TOKEN < len(prompt.system) + len(prompt.user)


def unusable(completion: Completion) -> Refusal | None:
    """Return why ``completion`` makes no candidate; None if its text decides."""
    reason = completion.finish_reason.lower()
    ended = _ended(reason)
    if ended is not None:
        return ended
    said = thoughts.split(completion.text)
    if said.unfinished:
        return Refusal(EditReason.ENDS_IN_REASONING, "the reply ends in its reasoning")
    if not said.answer.strip():
        if said.reasoning.strip() or completion.reasoning.strip():
            return Refusal(EditReason.ONLY_REASONING, "only reasoning, no answer")
        if reason in (TOOL_CALLS, "function_call", "tool_use"):
            return Refusal(EditReason.TOOL_CALLS, "the reply calls tools and holds no text")
        return Refusal(EditReason.EMPTY, "the reply is empty")
    if len(completion.text) > MOST_CHARS:
        return Refusal(
            EditReason.TOO_LONG,
            f"the reply is {len(completion.text)} characters long, more than {MOST_CHARS}",
        )
    return None
