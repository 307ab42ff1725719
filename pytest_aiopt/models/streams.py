"""A reply that arrives in pieces, put together to the form of one that arrives whole."""

from __future__ import annotations

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from pytest_aiopt.models.faults import Fault

_TEXTS = ("reasoning_content", "reasoning", "thinking", "refusal")


def joined(chunks: Iterable[Any]) -> Any:
    """Return what the chunks say of the first choice; raises Fault if the stream ends too early."""
    content: list[Any] = []
    texts: dict[str, list[str]] = {name: [] for name in _TEXTS}
    whole = SimpleNamespace(choices=None, usage=None, model=None, system_fingerprint=None)
    calls: list[Any] = []
    reason = None
    for chunk in chunks:
        for name in ("model", "system_fingerprint", "usage"):
            if (value := getattr(chunk, name, None)) is not None:
                setattr(whole, name, value)
        choices = getattr(chunk, "choices", None)
        whole.choices = whole.choices if choices is None else (whole.choices or [])
        for choice in (choices or [])[:1]:
            delta = getattr(choice, "delta", None) or getattr(choice, "message", None)
            reason = getattr(choice, "finish_reason", None) or reason
            if (said := getattr(delta, "content", None)) is not None:
                content.append(said)
            calls += getattr(delta, "tool_calls", None) or []
            for name, pieces in texts.items():
                if isinstance(piece := getattr(delta, name, None), str):
                    pieces.append(piece)
    if whole.choices is None:
        return whole
    if reason is None:
        raise Fault("the stream ended before its reply", passing=True)
    message = SimpleNamespace(content=_content(content), tool_calls=calls or None)
    for name, pieces in texts.items():
        setattr(message, name, "".join(pieces) or None)
    whole.choices = [SimpleNamespace(finish_reason=reason, message=message)]
    return whole


def _content(pieces: list[Any]) -> Any:
    """Return the text, or the list of parts where some piece is one."""
    if all(isinstance(piece, str) for piece in pieces):
        return "".join(pieces)
    return [part for piece in pieces for part in (piece if isinstance(piece, list) else [piece])]
