"""From the body of an endpoint's answer to a Completion."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pytest_aiopt.model import Completion, Usage
from pytest_aiopt.models import keys
from pytest_aiopt.models.base import ModelSpec
from pytest_aiopt.models.faults import Fault, unreadable
from pytest_aiopt.models.replies import KEY, NO_CHOICE, REFUSAL, TOOL_CALLS, broken_off

_CACHED = ("cache_creation_input_tokens", "cache_read_input_tokens")
"""Tokens of a prompt that Anthropic's endpoints count apart."""
_THOUGHTS = ("think", "reason", "thought")
"""Words in the types of parts that hold reasoning."""
_CALLS = ("tool_use", "tool_call", "function_call")
_REASONING_FIELDS = (
    "reasoning_content",
    "reasoning",
    "reasoning_text",
    "thinking",
    "thoughts",
    "reasoning_details",
    "thinking_blocks",
)


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
    said = _said(message)
    if said.refusal:
        return replace(found, text=keys.hide(said.refusal), finish_reason=REFUSAL)
    reason, content, reasoning = _text(choices[0], "finish_reason") or "unknown", said.text, said.reasoning
    native = _text(choices[0], "native_finish_reason") if not content else ""
    if broken_off(reason) or broken_off(native) or getattr(choices[0], "error", None):
        raise Fault(f"the endpoint broke off its reply: finish_reason {native or reason!r}", passing=True)
    if not content.strip() and said.calls:
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


@dataclass(frozen=True, slots=True)
class _Said:
    """A message by what its parts are. ``calls``: it calls tools."""

    text: str
    reasoning: str
    refusal: str
    calls: bool


def _said(message: Any) -> _Said:
    """Return a message whose content is a text, a part or a list of parts."""
    content = getattr(message, "content", None)
    parts = content if isinstance(content, list) else [content]
    texts: dict[str, list[str]] = {"text": [], "thought": [], "refusal": [], "call": []}
    for part in parts:
        texts[_kind(part)].append(_part_text(part))
    thoughts = (_part_text(getattr(message, name, None)) for name in _REASONING_FIELDS)
    thought = next((text for text in thoughts if text), "")
    calls = getattr(message, "tool_calls", None) or getattr(message, "function_call", None)
    return _Said(
        text=_clean("".join(texts["text"])),
        reasoning=_clean("".join(texts["thought"]) + thought),
        refusal=_clean(_part_text(getattr(message, "refusal", None)) or "".join(texts["refusal"])),
        calls=bool(calls or texts["call"]),
    )


def _kind(part: Any) -> str:
    kind = str(part.get("type")) if isinstance(part, dict) else ""
    if kind in _CALLS or kind == "refusal":
        return "call" if kind in _CALLS else kind
    return "thought" if any(word in kind for word in _THOUGHTS) else "text"


def _part_text(part: Any) -> str:
    """Return the text in a part, however deep it lies."""
    if isinstance(part, str):
        return part
    if isinstance(part, list):
        return "".join(map(_part_text, part))
    if not isinstance(part, dict):
        return ""
    names = ("text", "thinking", "reasoning", "content", "summary", "refusal", "value")
    return next((text for name in names if (text := _part_text(part.get(name)))), "")


def _clean(text: str) -> str:
    """Return ``text`` without unpaired surrogates, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def _usage(answer: Any) -> Usage:
    usage = getattr(answer, "usage", None)
    prompt, completion = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
    prompt = _count(usage, "input_tokens") if prompt is None else prompt
    completion = _count(usage, "output_tokens") if completion is None else completion
    total = _count(usage, "total_tokens")
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
    """Return an attribute without keys and unpaired surrogates; "" if it is no text."""
    found = getattr(holder, name, None)
    return keys.hide(found).encode("utf-8", "replace").decode() if isinstance(found, str) else ""
