"""What can go wrong with a request, and whether it passes."""

from __future__ import annotations

import email.utils
import time
from typing import Any

from pytest_aiopt.models import keys

MOST_CHARS = 200
_PASSING = (408, 409, 425, 429)
_LASTING_CODES = ("insufficient_quota", "billing_hard_limit_reached")
_CONTEXT_CODES = ("context_length_exceeded",)
_CONTEXT_WORDS = ("maximum context length", "context length", "context window", "exceed context")


class Fault(Exception):
    """A failed request. ``passing``: worth another attempt, after ``retry_after_s`` if that is given."""

    def __init__(self, text: str, *, passing: bool, retry_after_s: float | None = None) -> None:
        words = " ".join(keys.hide(text).split())
        self.text = "".join(letter for letter in words if letter.isprintable())[:MOST_CHARS]
        super().__init__(self.text)
        self.passing = passing
        self.retry_after_s = retry_after_s


class OverContext(Fault):
    """The endpoint says that the prompt does not fit into the model's context."""


def fault_of(error: Exception) -> Fault:
    """Return the fault behind an exception of the openai package."""
    import openai

    kind = type(error).__name__
    if isinstance(error, openai.APIStatusError):
        return _status(error, kind)
    if isinstance(error, openai.APIConnectionError):  # time-outs too
        cause = error.__cause__
        return Fault(f"{kind}: {type(cause).__name__} {cause}" if cause else kind, passing=True)
    if isinstance(error, ValueError) and not isinstance(error, UnicodeEncodeError):
        return Fault(f"unreadable body: {kind} {error}", passing=True)
    return Fault(f"{kind}: {error}", passing=isinstance(error, openai.APIResponseValidationError))


def unreadable(said: Any) -> Fault:
    """Return the fault of an answer that arrived whole and is no completion."""
    message = said.get("message") if isinstance(said, dict) else said
    return Fault(f"no completion in the body{f': {message}' if message else ''}", passing=True)


def _status(error: Any, kind: str) -> Fault:
    status, code = error.status_code, str(getattr(error, "code", None) or "")
    text = f"{status} {kind}: {_message(error)}"
    if status == 400 and (code in _CONTEXT_CODES or any(w in text.lower() for w in _CONTEXT_WORDS)):
        return OverContext(text, passing=False)
    passing = (status >= 500 or status in _PASSING) and code not in _LASTING_CODES
    return Fault(text, passing=passing, retry_after_s=_retry_after(error.response.headers.get("retry-after")))


def _message(error: Any) -> str:
    body = error.body
    message = body.get("message") if isinstance(body, dict) else None
    return str(message or error.message)


def _retry_after(value: str | None) -> float | None:
    """Return the seconds of a Retry-After header: a number, or a date (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None
