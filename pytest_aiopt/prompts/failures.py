"""The text on a failed edit, the same in every track; bounded in size."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_aiopt.model import Diagnostic, Verdict

MAX_CHARS = 1200
MAX_DIAGNOSTICS = 5


def edit_error(reason: str) -> str:
    """Return the text on a reply that could not be applied."""
    return _bounded(f"edit_error: {reason}")


def rule(sentence: str, detail: str) -> str:
    """Return the text on a program that breaks a rule: the rule, and the place or the excess."""
    return _bounded("\n".join(["refused by a rule", *(text for text in (sentence, detail) if text)]))


def compile_error(diagnostics: Sequence[Diagnostic], detail: str) -> str:
    """Return the compiler's first messages, with locations in program.cpp."""
    errors = [d for d in diagnostics if "error" in d.severity][:MAX_DIAGNOSTICS]
    lines = [f"program.cpp:{d.line}:{d.column}: {d.severity}: {d.message}" for d in errors]
    return _bounded("\n".join(["compile_error", *(lines or [detail])]))


def verdict(found: Verdict) -> str:
    """Return the gate's verdict with its counterexample."""
    return _bounded(f"{found.status.value}: {found.detail}\n{found.counterexample}".rstrip())


def _bounded(text: str) -> str:
    text = text.replace("```", "'''")
    return text if len(text) <= MAX_CHARS else text[:MAX_CHARS] + "\n... (cut)"
