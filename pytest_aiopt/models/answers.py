"""From the body of an endpoint's answer to a Completion."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pytest_aiopt.model import Completion, Usage
from pytest_aiopt.models import keys
from pytest_aiopt.models.base import ModelSpec
from pytest_aiopt.models.faults import Fault, unreadable
from pytest_aiopt.models.replies import KEY, NO_CHOICE, REFUSAL, TOOL_CALLS

_CACHED = ("cache_creation_input_tokens", "cache_read_input_tokens")
"""Tokens of a prompt that Anthropic's endpoints count apart."""
_BROKEN_OFF = (
    "error",
    "abort",
    "aborted",
    "cancelled",
    "network_error",
    "unexpected_error",
    "insufficient_system_resource",
)
_THOUGHT_TYPES = ("thinking", "reasoning", "thought", "redacted_thinking", "reasoning_content")
_REASONING_FIELDS = ("reasoning_content", "reasoning", "thinking")


def completion_of(answer: Any, spec: ModelSpec, seconds: float) -> Completion:
    """Return the first choice of a body that holds one; raises Fault for a body of another form."""
    choices = getattr(answer, "choices", None)
    if not isinstance(choices, list):
        raise _odd(answer, spec)
    model, fingerprint = _text(answer, "model") or spec.name, _text(answer, "system_fingerprint")
    found = Completion("", NO_CHOICE, model, _usage(answer), seconds, fingerprint)
    if not choices:
        return found
    message = getattr(choices[0], "message", None)
    if message is None:
        raise unreadable(getattr(choices[0], "error", None), spec)
    refusal = _text(message, "refusal")
    if refusal:
        return replace(found, text=refusal, finish_reason=REFUSAL)
    reason = _text(choices[0], "finish_reason") or "unknown"
    content, reasoning = _parts(message)
    broken = {reason.lower(), _text(choices[0], "native_finish_reason").lower() if not content else ""}
    if broken & {*_BROKEN_OFF}:
        raise Fault(f"the endpoint broke off its reply: finish_reason {reason!r}", passing=True)
    if not content.strip() and getattr(message, "tool_calls", None):
        reason = TOOL_CALLS
    if keys.hide(content) != content or keys.hide(reasoning) != reasoning:
        content, reasoning, reason = keys.hide(content), keys.hide(reasoning), KEY
    if found.usage.completion_tokens == 0 and (content or reasoning):
        found = replace(found, usage=replace(found.usage, completion_tokens=None))
    return replace(found, text=content, finish_reason=reason, reasoning=reasoning)


def _odd(answer: Any, spec: ModelSpec) -> Fault:
    if isinstance(answer, str) and answer.lstrip().startswith(("data:", ": ", "event:")):
        remedy = "write stream = true into the model's table and start the cell anew with --aiopt-fresh"
        return Fault("the endpoint answers with a stream", passing=False, remedy=remedy)
    return unreadable(getattr(answer, "error", None), spec)


def _parts(message: Any) -> tuple[str, str]:
    """Return answer and reasoning of a message whose content is a text or a list of parts."""
    content = getattr(message, "content", None)
    parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
    answer: list[str] = []
    thought: list[str] = []
    for part in parts:
        if isinstance(part, str):
            answer.append(part)
        elif isinstance(part, dict):
            thinks = str(part.get("type")) in _THOUGHT_TYPES
            (thought if thinks else answer).append(_part_text(part))
    for name in _REASONING_FIELDS:
        said = getattr(message, name, None)
        if isinstance(said, str) and said:
            thought.append(said)
            break
    return _clean("".join(answer)), _clean("".join(thought))


def _part_text(part: dict[str, Any]) -> str:
    for name in ("text", "thinking", "reasoning", "content"):
        said = part.get(name)
        if isinstance(said, str):
            return said
        if isinstance(said, list):
            return "".join(_part_text(each) for each in said if isinstance(each, dict))
    return ""


def _clean(text: str) -> str:
    """Return ``text`` without unpaired surrogates, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def _usage(answer: Any) -> Usage:
    usage = getattr(answer, "usage", None)
    prompt, completion, total = (
        _count(usage, f"{each}_tokens") for each in ("prompt", "completion", "total")
    )
    if not prompt:  # no prompt is empty: the endpoint does not count
        return Usage()
    prompt += sum(_count(usage, name) or 0 for name in _CACHED)
    if completion is not None and total is not None:
        completion = max(completion, total - prompt)  # some leave the reasoning out
    return Usage(prompt, completion)


def _count(usage: Any, name: str) -> int | None:
    count = getattr(usage, name, None)
    return count if isinstance(count, int) and count >= 0 else None


def _text(holder: Any, name: str) -> str:
    """Return an attribute without keys and unpaired surrogates; "" where it is no text."""
    found = getattr(holder, name, None)
    return keys.hide(found).encode("utf-8", "replace").decode() if isinstance(found, str) else ""
