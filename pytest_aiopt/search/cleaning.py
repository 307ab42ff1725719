"""Take Markdown fences and diff signs off a block, and find code that a reply leaves out."""

from __future__ import annotations

import re

from pytest_aiopt.model import EditReason, Refusal
from pytest_aiopt.search.blocks import Block

_FENCE = re.compile(r"[ \t]*(```|~~~)[\w+#.-]*[ \t]*")
_KEPT = r"existing|rest|remain(?:ing|s|der)?|unchanged|same|previous|original|omitted|other|as before|snip"
_COMMENT = r"^[ \t]*(?://+|/\*+|#)[ \t]*"
_ELISION = re.compile(
    rf"{_COMMENT}[\[(<{{-]*[ ]?(?:\.{{3}}|…)[^\n]*$|{_COMMENT}\(?(?:{_KEPT})\b[^\n]*(?:\.{{3}}|…)[^\n]*$"
    rf"|{_COMMENT}\(?(?:the )?(?:rest|remainder|remaining)\b[^\n]*\b"
    r"(?:unchanged|same|as before|omitted)[^\n]*$"
    rf"|{_COMMENT}\(?(?:existing|unchanged|previous) code\b[^\n]*$"
    r"|^[ \t]*(?:\.{3}|…)[ \t]*$"
    r"|\{\s*(?:/\*\s*)?(?:\.{3}|…)[ \t]*(?:\*/\s*)?\}",
    re.MULTILINE | re.IGNORECASE,
)


_WHOLE_COMMENT = re.compile(r"^[ \t]*(?://+|/\*+|#)(.*?)(?:\*/)?[ \t]*$", re.MULTILINE)
_LEFT_OUT = {"unchanged", "omitted", "unmodified", "untouched", "elided", "snip", "brevity"}
_OF = {"rest", "remainder", "remaining", "existing"}
_PARTS = {"code", "function", "functions", "implementation", "logic", "method", "methods", "definitions"}
_GOES_ON = {"here", "remains", "remain", "stays", "stay", "above", "below", "goes", "follows"}
_FILLERS = {"the", "of", "this", "your", "all", "other", "everything", "else", "is", "are", "kept", "keep"}
_FILLERS |= {"continue", "continues", "as", "before", "same", "it", "for", "previous", "original", "no"}
_FILLERS |= {"changes", "and", "in", "to", "not", "shown", "program", "file", "body", "lines", "loop", "part"}
_WORDS = _LEFT_OUT | _OF | _PARTS | _GOES_ON | _FILLERS


def cleaned(block: Block, label: str) -> Block | Refusal:
    """Return the block without fences and diff signs; a Refusal for a fence that belongs to no pair."""
    search, replace = _unfenced(block.search), _unfenced(block.replace)
    stray = [line for line in replace.split("\n") if _FENCE.fullmatch(line)]
    if stray and not any(line in search.split("\n") for line in stray) and '"' not in replace:
        return Refusal(EditReason.MALFORMED, f"malformed reply: {label} holds a Markdown fence as code")
    return _unsigned(search, replace)


def elision(text: str, parent: str) -> str | None:
    """Return a line like "// ... existing code ..." that the parent does not have."""
    known = {line.strip() for line in parent.split("\n")}
    found = [match[0].strip() for match in _ELISION.finditer(text)]
    found += [match[0].strip() for match in _WHOLE_COMMENT.finditer(text) if _leaves_out(match[1])]
    return next((line for line in found if line not in known), None)


def _leaves_out(comment: str) -> bool:
    """Whether a comment says in nothing but such words that code stays as it was."""
    words = re.findall(r"[a-z]+", comment.lower())
    said = set(words)
    if not said or not said <= _WORDS or re.search(r"\d", comment):
        return False
    if said & _LEFT_OUT:
        return len(words) > 1 or said <= {"snip", "omitted", "elided"}
    if {"as", "before"} <= said or {"as", "is"} <= said or {"no", "changes"} <= said:
        return True
    whole = bool(said & _OF) or bool(said & {"same", "other"} and said & _GOES_ON)
    return bool(said & _PARTS) and whole


def _unfenced(part: str) -> str:
    lines = part.strip("\n").split("\n")
    if len(lines) >= 2 and _FENCE.fullmatch(lines[0]) and lines[-1].strip() in ("```", "~~~"):
        return "\n".join(lines[1:-1])
    return part


def _unsigned(search: str, replace: str) -> Block:
    """Return the block without the signs of a diff; ``++i`` and sums that go on are code."""
    old, new = _filled(search), _filled(replace)
    if not new:
        return (
            Block(_without(search, "-"), replace)
            if len(old) > 1 and _all(old, "-")
            else Block(search, replace)
        )
    removed = [line[1:].strip() for line in new if line.startswith("-") and not line.startswith("--")]
    added = [line for line in new if line.startswith("+") and not line.startswith("++")]
    known = {line.strip() for line in old} | {line[1:].strip() for line in old if line.startswith("-")}
    if removed and added and all(line in known for line in removed):
        kept = [line for line in replace.split("\n") if not line.startswith("-")]
        text = [line[1:] if line.startswith(("+", " ")) else line for line in kept]
        return Block(_bare_search(search, old), "\n".join(text))
    if added and _all(new, "+") and not any(line.startswith("+") for line in old):
        return Block(_bare_search(search, old), _without(replace, "+"))
    return Block(search, replace)


def _bare_search(search: str, old: list[str]) -> str:
    return _without(search, "-") if old and _all(old, "-") else search


def _filled(part: str) -> list[str]:
    return [line for line in part.split("\n") if line.strip()]


def _all(lines: list[str], sign: str) -> bool:
    return all(line.startswith(sign) for line in lines)


def _without(part: str, sign: str) -> str:
    return "\n".join(line.removeprefix(sign) for line in part.split("\n"))
