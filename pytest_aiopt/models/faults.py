"""What can go wrong with a request, and whether it passes."""

from __future__ import annotations

import email.utils
import re
import time
from typing import Any

from pytest_aiopt.models import keys

MOST_CHARS = 200
_PASSING = (408, 409, 425, 429)
_LASTING_CODES = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")
_LASTING_WORDS = (
    "insufficient_quota",
    "insufficient balance",
    "exceeded your current quota",
    "insufficient credits",
)
_CONTEXT_CODES = ("context_length_exceeded", "exceed_context_size_error")
_CONTEXT = re.compile(
    r"context (length|window|size)|context_length|exceeds? (the )?(available |maximum )?context"
    r"|prompt is too long|input is too long|too many (input )?tokens|prompt too long"
    r"|(input|prompt)[^.]{0,60}exceeds?[^.]{0,60}(limit|maximum|token)|max_model_len"
)
_REPLY_LIMIT = re.compile(r"requested (\d+) output tokens|\((\d+) in the messages, (\d+) in the completion\)")
_WINDOW = re.compile(r"(?:context (?:length|window|size)|max_model_len)[^.\d]{0,20}(\d+)")
_FILTER_CODES = ("content_filter", "content_policy_violation")
_FILTER_WORDS = ("content filter", "content management policy", "content policy")


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


class Filtered(Fault):
    """The endpoint's filter refuses the prompt or the reply."""


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
    words, kinds = text.lower(), {code, str(getattr(error, "type", None) or "")}
    if status in (400, 413, 422, 500) and (kinds & {*_CONTEXT_CODES} or _CONTEXT.search(words)):
        if _reply_too_long(words):
            return Fault(f"lower max_tokens of the model: {text}", passing=False)
        return OverContext(text, passing=False)
    if status in (400, 403, 422) and (kinds & {*_FILTER_CODES} or any(w in words for w in _FILTER_WORDS)):
        return Filtered(text, passing=False)
    lasting = bool(kinds & {*_LASTING_CODES}) or any(w in words for w in _LASTING_WORDS)
    passing = (status >= 500 or status in _PASSING) and not lasting
    return Fault(text, passing=passing, retry_after_s=_retry_after(error.response.headers.get("retry-after")))


def _reply_too_long(words: str) -> bool:
    """Whether the reserved reply alone takes most of the context, so that no prompt would fit."""
    window, asked = _WINDOW.search(words), _REPLY_LIMIT.search(words)
    if window is None or asked is None:
        return False
    return int(asked[1] or asked[3]) >= 0.75 * int(window[1])


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
