"""The text of a failed edit, shown alike in every track; size-bounded."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_aiopt.model import Diagnostic, Verdict

MAX_CHARS = 1200
MAX_DIAGNOSTICS = 5


def edit_error(reason: str) -> str:
    """Return the text for a reply that could not be applied."""
    return _bounded(f"edit_error: {reason}")


def rule(sentence: str, detail: str) -> str:
    """Return the text for a program that breaks a rule: the rule, and where or by how much."""
    return _bounded("\n".join(["refused by a rule", *(text for text in (sentence, detail) if text)]))


def compile_error(diagnostics: Sequence[Diagnostic], detail: str) -> str:
    """Return the compiler's first messages, located in program.cpp."""
    errors = [d for d in diagnostics if "error" in d.severity][:MAX_DIAGNOSTICS]
    lines = [f"program.cpp:{d.line}:{d.column}: {d.severity}: {d.message}" for d in errors]
    return _bounded("\n".join(["compile_error", *(lines or [detail])]))


def verdict(found: Verdict) -> str:
    """Return what the gate found, with its counterexample."""
    return _bounded(f"{found.status.value}: {found.detail}\n{found.counterexample}".rstrip())


def _bounded(text: str) -> str:
    text = text.replace("```", "'''")
    return text if len(text) <= MAX_CHARS else text[:MAX_CHARS] + "\n... (cut)"
