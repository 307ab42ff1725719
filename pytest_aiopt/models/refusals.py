"""Settings that an endpoint refuses, and the key of the model's table that changes each."""

from __future__ import annotations

import re
from collections.abc import Collection

_REFUSED = re.compile(
    r"unsupported|not support|n't support|cannot support|unrecogni[sz]ed|unknown|unexpected|extra input"
    r"|extra_forbidden|not (?:enabled|permitted|allowed|accepted|available|implemented)|no such|maximum"
    r"|invalid|illegal|deprecated|cannot|can't|must|should|only|forbidden|range|too (?:large|high)"
)
_SYSTEM = re.compile(
    r"(?:system|developer)[ _](?:role|message|prompt|instruction)"
    r"|\broles?\b[^.]{0,60}\b(?:system|developer)\b|\b(?:system|developer)\b[^.]{0,40}\brole"
    r"|roles (?:must|are|should)|only (?:the )?user[^.]{0,40}roles?|unexpected role|should be 'user'"
)
_STREAM_ONLY = re.compile(
    r"only supports? (?:the )?stream|support(?:s|ed)? only (?:in )?stream"
    r"|stream(?:ing)? (?:mode )?is required|requires? stream|enable (?:the )?stream"
    r"|stream[`'\"]? (?:parameter )?(?:must|should|has to) be (?:set to )?true"
    r"|non-?stream[^.]{0,60}(?:not|n't|unsupported)|not support[^.]{0,30}non-?stream"
)
_THINKING = re.compile(r"enable_thinking[^.]{0,80}non-?stream")
_STREAM_REFUSED = re.compile(
    r"stream[^.]{0,60}(?:not support|unsupported|n't support|not available|not allowed)"
)
_LOWER = re.compile(
    r"too (?:large|high|big)|at most|less than|exceed|range|maximum|<=|above|\d[^.]{0,20}limit|upper bound"
)
_RAISE = re.compile(r"greater than|at least|minimum|too (?:small|low)|>=")
_LIMITS = ("max_completion_tokens", "max_output_tokens", "max_new_tokens", "max_tokens")
_PAIR = ("temperature", "top_p")


def key_for(
    message: str, sent: Collection[str], extra: Collection[str], *, streams: bool, system: bool
) -> str:
    """Return what to write into the model's table so that an endpoint with this message accepts the request.

    ``sent``: the fields of the request beside ``extra``. ``streams``: it asked for a stream; ``system``: it
    held a message of the system role. "" where the message refuses none of these.
    """
    words = message.lower()
    if not streams and _THINKING.search(words):
        return "stream = true, or extra = { enable_thinking = false }"
    if not streams and _STREAM_ONLY.search(words):
        return "stream = true"
    if streams and _STREAM_REFUSED.search(words) and "stream_options" not in words:
        return "stream = false"
    if not _REFUSED.search(words):
        return ""
    if system and _SYSTEM.search(words):
        return 'system = "merge"'
    if all(_at(name, words) >= 0 and name in sent for name in _PAIR):
        return "top_p = false"
    named = [name for name in (*sent, *extra) if _at(name, words) >= 0]
    if not named:
        return ""
    first = min(named, key=lambda name: _at(name, words))
    if first in extra:
        return f"extra without {first}"
    return _limit(first, words) if first in _LIMITS else _left_out(first)


def _limit(name: str, words: str) -> str:
    if re.search(r"\d{2,}", words):
        if _RAISE.search(words):
            return "a larger max_tokens"
        if _LOWER.search(words):
            return "a lower max_tokens"
    other = next((each for each in _LIMITS if each != name and _at(each, words) >= 0), None)
    usual = "max_tokens" if name == "max_completion_tokens" else "max_completion_tokens"
    return f'max_tokens_name = "{other or usual}"'


def _left_out(name: str) -> str:
    return "no reasoning_effort" if name == "reasoning_effort" else f"{name} = false"


def _at(name: str, words: str) -> int:
    found = re.search(rf"(?<![a-z0-9_]){re.escape(name.lower())}(?![a-z0-9_])", words)
    return found.start() if found else -1
