"""Why a reply is no candidate before anybody looks for edits in it."""

from __future__ import annotations

from pytest_aiopt.model import Completion, EditReason, Refusal

NO_CHOICE = "no_choice"
REFUSAL = "refusal"
CONTEXT = "context"
MOST_CHARS = 400_000
"""A reply of this length is no edit of a program of a few hundred lines."""

_REASONS = {
    "length": Refusal(EditReason.TRUNCATED, "truncated reply: the model stopped at its limit of tokens"),
    "content_filter": Refusal(EditReason.FILTERED, "the endpoint's content filter withheld the reply"),
    NO_CHOICE: Refusal(EditReason.NO_CHOICE, "the endpoint returned no choice"),
    REFUSAL: Refusal(EditReason.REFUSED, "the model refused"),
    CONTEXT: Refusal(EditReason.CONTEXT_EXCEEDED, "the prompt does not fit into the model's context"),
}


def unusable(completion: Completion) -> Refusal | None:
    """Return why ``completion`` makes no candidate; None where its text decides."""
    if completion.finish_reason in _REASONS:
        return _REASONS[completion.finish_reason]
    if not completion.text.strip():
        return Refusal(EditReason.EMPTY, "the reply is empty")
    if len(completion.text) > MOST_CHARS:
        return Refusal(
            EditReason.TOO_LONG,
            f"the reply is {len(completion.text)} characters long, more than {MOST_CHARS}",
        )
    return None
