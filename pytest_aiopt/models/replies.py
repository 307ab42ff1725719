"""Why a reply is no candidate before anybody looks for edits in it."""

from __future__ import annotations

from pytest_aiopt.model import Completion

NO_CHOICE = "no_choice"
REFUSAL = "refusal"
CONTEXT = "context"
MOST_CHARS = 400_000
"""A reply of this length is no edit of a program of a few hundred lines."""

_REASONS = {
    "length": "truncated reply: the model stopped at its limit of tokens",
    "content_filter": "the endpoint's content filter withheld the reply",
    NO_CHOICE: "the endpoint returned no choice",
    REFUSAL: "the model refused",
    CONTEXT: "the prompt does not fit into the model's context",
}


def unusable(completion: Completion) -> str | None:
    """Return why ``completion`` makes no candidate, on one line; None where its text decides."""
    if completion.finish_reason in _REASONS:
        return _REASONS[completion.finish_reason]
    if not completion.text.strip():
        return "the reply is empty"
    if len(completion.text) > MOST_CHARS:
        return f"the reply is {len(completion.text)} characters long, more than {MOST_CHARS}"
    return None
