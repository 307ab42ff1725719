"""Faults of requests, and whether they are temporary."""

from __future__ import annotations

import email.utils
import re
import time
from dataclasses import dataclass
from typing import Any

from pytest_aiopt.models import keys
from pytest_aiopt.models.base import ModelSpec
from pytest_aiopt.models.refusals import key_for

MOST_CHARS = 200
_PASSING = (408, 409, 425, 429)
_LASTING_CODES = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active")
_LASTING = re.compile(
    r"insufficient_quota|insufficient[ _](?:account )?(?:balance|credit|quota|fund)"
    r"|exceeded[ _](?:your )?current[ _]quota|billing (?:details|limit)|credit balance is too low"
    r"|out of credits|arrearage|free ?tier ?only|payment required"
)
_ANEW = "and start the cell anew with --aiopt-fresh"
_URL = f"correct the URL in spec {_ANEW}"
_REMEDIES = {
    401: "check the key in the environment and run the same command again",
    403: "check the key in the environment and what it may use, and run the same command again",
    404: f"check the URL and the model's name in spec {_ANEW}",
}
_NOT_SENT = ("ConnectTimeout", "PoolTimeout", "WriteTimeout")
_GENERATES_ON = (504, 524)
"""A gateway gave up waiting while the model continues."""
_RETRY_IN = re.compile(
    r"(?:try again|retry(?: again)?|available) (?:in|after)\s*(?:(\d+)\s*h(?:ours?)?)?"
    r"\s*(?:(\d+)\s*m(?:in(?:utes?)?)?(?!s))?\s*(?:([\d.]+)\s*(ms|s))?"
)
_CONTEXT_CODES = ("context_length_exceeded", "exceed_context_size_error")
_CONTEXT = re.compile(
    r"context[ _](length|window|size|limit)|exceeds? (the )?(available |maximum )?context"
    r"|(prompt|input)( is)? too long|longer than the model|too many (input )?tokens"
    r"|(input|prompt)[^.]{0,60}(exceeds?|longer|greater)[^.]{0,60}(limit|maximum|token|max[_ ])"
    r"|max_(model|seq)_len|range of input length|`?inputs`?[^.]{0,40}(must be|must have|less than)"
    r"|input length[^.]{0,40}exceed"
)
_REPLY_LIMITS = (
    r"requested (\d+) output tokens",
    r"(\d+) (?:in|for|of)(?: the| your)? (?:completion|output)",
    r"tokens'? is too large: (\d+)",
    r"(\d+) `?max_new_tokens",
    r"\+ (\d+) >",
)
_WINDOWS = (
    r"> (\d{3,})(?! *-)",
    r"<= (\d{3,})",
    r"(?:context (?:length|window|size|limit)|max_(?:model|seq)_len)\D{0,40}?(\d{3,})",
)
_FILTER_CODES = ("content_filter", "content_policy_violation", "data_inspection_failed", "moderation_blocked")
_FILTERED = re.compile(
    r"content[ _-](?:filter|management policy|policy|moderation)|inappropriate content|content exists risk"
    r"|flagged|usage polic|safety system|prohibited_content|data_inspection_failed|sensitive content"
    r"|敏感|不安全"
)


class Fault(Exception):
    """A failed request. ``passing``: worth another attempt, after ``retry_after_s`` if that is given.

    ``lost``: the model may have answered all the same, so that the attempt may have been charged.
    ``remedy``: what to change; "" if nothing in the study file would help.
    """

    def __init__(
        self,
        text: str,
        *,
        passing: bool,
        retry_after_s: float | None = None,
        lost: bool = False,
        remedy: str = "",
    ) -> None:
        words = " ".join(keys.hide(text).split())
        self.text = "".join(letter for letter in words if letter.isprintable())[:MOST_CHARS]
        super().__init__(self.text)
        self.passing = passing
        self.retry_after_s = retry_after_s
        self.lost = lost
        self.remedy = remedy


class OverContext(Fault):
    """The endpoint says that the prompt does not fit into the model's context."""


class Filtered(Fault):
    """The endpoint's filter refuses the prompt or the reply."""


def fault_of(error: Exception, spec: ModelSpec) -> Fault:
    """Return the fault behind an exception of the openai package."""
    import openai

    kind, cause = type(error).__name__, error.__cause__
    if isinstance(error, openai.APIStatusError):
        said = _message(error.body, str(error.message))
        return _fault(_Answer(error.status_code, kind, error.body, said, _header(error)), spec)
    if isinstance(error, openai.APIConnectionError):  # time-outs too
        if type(cause).__name__ == "TooManyRedirects":
            return Fault("the endpoint redirects in a loop", passing=False, remedy=_URL)
        lost = isinstance(error, openai.APITimeoutError) and type(cause).__name__ not in _NOT_SENT
        return Fault(f"{kind}: {type(cause).__name__} {cause}" if cause else kind, passing=True, lost=lost)
    if isinstance(error, openai.APIError) and error.body is not None:  # in the middle of a stream
        return unreadable(error.body, spec)
    if isinstance(error, ValueError) and not isinstance(error, UnicodeEncodeError):
        return Fault(f"unreadable body: {kind} {error}", passing=True)
    return Fault(f"{kind}: {error}", passing=isinstance(error, openai.APIError))


def unreadable(said: Any, spec: ModelSpec) -> Fault:
    """Return the fault of an answer that arrived whole and holds an error, or nothing, for a completion."""
    code = said.get("code") if isinstance(said, dict) else None
    number = int(str(code)) if str(code).isdecimal() else 0
    if 400 <= number < 600:
        return _fault(_Answer(number, "in the body", said, _message(said, "")), spec)
    message = said.get("message") if isinstance(said, dict) else said
    if message and "unexpected endpoint" in str(message).lower():
        return Fault(str(message), passing=False, remedy=_URL)
    return Fault(f"no completion in the body{f': {message}' if message else ''}", passing=True)


def redirected(status: int, target: str) -> Fault:
    """Return the fault of a redirection that would turn the request into one without a body."""
    shown = target.partition("?")[0]
    return Fault(f"{status}: the endpoint has moved to {shown}", passing=False, remedy=_URL)


@dataclass(frozen=True, slots=True)
class _Answer:
    """The error that an endpoint returned in place of a reply. ``kind``: how the client names it."""

    status: int
    kind: str
    body: Any
    said: str
    retry_after: str | None = None

    @property
    def text(self) -> str:
        return f"{self.status} {self.kind}: {self.said}"


def _fault(answer: _Answer, spec: ModelSpec) -> Fault:
    status, words, codes = answer.status, answer.said.lower(), _codes(answer.body)
    if status in (400, 413, 422, 500) and (codes & {*_CONTEXT_CODES} or _CONTEXT.search(words)):
        if _reply_too_long(words, spec.max_tokens):
            return Fault(answer.text, passing=False, remedy=f"lower max_tokens of the model {_ANEW}")
        return OverContext(answer.text, passing=False)
    if status in (400, 403, 422, 451) and (codes & {*_FILTER_CODES} or _FILTERED.search(words)):
        return Filtered(answer.text, passing=False)
    if status in (500, 501) or (status < 500 and status not in _PASSING):
        key = _key(f"{answer.said} {_param(answer.body)}", spec)
        if key:
            return Fault(answer.text, passing=False, remedy=f"write {key} into the model's table {_ANEW}")
    after = _retry_in(words) if answer.retry_after is None else _retry_after(answer.retry_after)
    lasting = bool(codes & {*_LASTING_CODES}) or (after is None and _LASTING.search(words) is not None)
    passing = (status >= 500 or status in _PASSING) and not lasting
    remedy = "" if passing else _REMEDIES.get(status, "")
    lost = status in _GENERATES_ON
    return Fault(answer.text, passing=passing, retry_after_s=after, lost=lost, remedy=remedy)


def _key(said: str, spec: ModelSpec) -> str:
    sent = [*spec.sampling, *(["seed"] if spec.seed else [])]
    return key_for(
        said,
        [name for name in sent if name not in spec.extra],
        spec.extra,
        streams=spec.stream,
        system=not spec.merges_system,
    )


def _reply_too_long(words: str, max_tokens: int) -> bool:
    """Whether the reserved reply alone takes most of the context, so that no prompt would fit."""
    window = _first(_WINDOWS, words)
    asked = _first(_REPLY_LIMITS, words)
    if asked is None and re.search(r"max_(?:new_|completion_)?tokens|output tokens", words):
        asked = max_tokens
    return window is not None and asked is not None and asked >= 0.75 * window


def _first(patterns: tuple[str, ...], words: str) -> int | None:
    found = (re.search(pattern, words) for pattern in patterns)
    return next((int(match[1]) for match in found if match), None)


def _codes(body: Any) -> set[str]:
    holder = _error(body)
    return {str(holder.get(name)).lower() for name in ("code", "type") if holder.get(name)}


def _param(body: Any) -> str:
    """Return the name of the field that the body refuses."""
    return str(_error(body).get("param") or "")


def _error(body: Any) -> dict[str, Any]:
    body = body[0] if isinstance(body, list) and body else body
    inner = body.get("error") if isinstance(body, dict) else None
    holder = inner if isinstance(inner, dict) else body
    return holder if isinstance(holder, dict) else {}


def _message(body: Any, default: str) -> str:
    said = _error(body).get("message")
    plain = body.get("error") if isinstance(body, dict) else body
    raw = _error(body).get("metadata")
    detail = f" {raw['raw']}" if isinstance(raw, dict) and raw.get("raw") else ""
    return f"{said or (plain if isinstance(plain, str) else '') or default}{detail}"


def _header(error: Any) -> str | None:
    found: str | None = error.response.headers.get("retry-after")
    return found


def _retry_in(words: str) -> float | None:
    """Return the seconds after which a message asks for another attempt."""
    found = _RETRY_IN.search(words)
    if found is None or not any(found.groups()):
        return None
    hours, minutes, seconds, unit = found.groups()
    last = float(seconds or 0) / (1000 if unit == "ms" else 1)
    return 3600.0 * int(hours or 0) + 60.0 * int(minutes or 0) + last


def _retry_after(value: str) -> float | None:
    """Return the seconds of a Retry-After header: a number, or a date (RFC 9110, 10.2.3)."""
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None
