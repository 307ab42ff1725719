"""Separates the thoughts of a model from its answer, in every common notation."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAMES = r"(?:\w+:)?(?:think|thinking|thoughts?|reasoning|reflection|scratchpad|analysis)"
_FURTHER = (
    r"(?:\w+:)?[\w-]*(?:think|thought|reason|reflect|scratch|monologue|deliberat|rationale)[\w-]*"
    r"|plan|planning|cot|drafts?|ponder|pondering|internal|musings?"
)
_WORD = r"(?:think|thinking|thoughts?|reasoning|reason|reflection|scratchpad)"
_FORMS = (
    (rf"<[ ]?({_NAMES})(?:[ \t][^<>\n]*)?>", rf"</[ ]?({_NAMES})[ ]?>"),
    (rf"\[({_WORD})\]", rf"\[/({_WORD})\]"),
    (r"◁(think)▷", r"◁/(think)▷"),
    (
        rf"<\|((?:(?:begin|start)_(?:of_)?)?{_WORD}|inner_prefix)\|>",
        rf"<\|((?:end_(?:of_)?|/){_WORD}|inner_suffix)\|>",
    ),
    (r"<(unused94)>", r"<(unused95)>"),
    (r"<\|channel>[ \t]*(thought|analysis)", r"<(channel)\|>"),
)
_CLOSED_FORMS = (
    (r"<details[^>\n]*type=[\"']?(reasoning)[^>\n]*>", r"</details>"),
    (r"```(?:think|thinking|thoughts?|reasoning)[ \t]*$", r"^```[ \t]*$"),
    (r"Thinking(?: Process)?(?:\.\.\.|…)[ \t]*$", r"^(?:\.\.\.|…) ?done thinking\.?[ \t]*$"),
    (r"Here(?: is|'s) my thought process:", r"^[ \t]*Here(?: is|'s) my (?:response|answer):"),
)
"""Notations that count only with their end: the beginning alone may be prose."""
_TAGS = [(re.compile(f"^[ \t]*{a}", re.I | re.M), re.compile(b, re.I)) for a, b in _FORMS]
_CLOSED = [(re.compile(f"^[ \t]*{a}", re.I | re.M), re.compile(b, re.I | re.M)) for a, b in _CLOSED_FORMS]
_NAMED = re.compile(rf"^[ \t]*<[ ]?({_FURTHER})(?:[ \t][^<>\n]*)?>", re.I | re.M)
_HARMONY = re.compile(
    r"(?:<\|start\|>\w*)?<\|channel\|>[ \t]*(\w+)[^<\n]*(?:<\|constrain\|>[^<\n]*)?<\|message\|>", re.I
)
_BARE_HARMONY = re.compile(r"\Aanalysis(?=[A-Z\s]).*?assistant(?:\s*)final", re.DOTALL)
_STARTS = re.compile(r"\A(?:\s*(?:<\|[\w/]+\|>|<(?:answer|response)>)(?=[ \t]*\S))+[ \t]*", re.I)
_ENDS = re.compile(r"(?:\s*(?:<\|[\w/]+\|>|</s>|</answer>|</response>|<end_of_turn>))+\s*\Z", re.I)
_MARKER = re.compile(r"^[ \t]*(<{7} SEARCH|>{7} REPLACE)[ \t]*$", re.M)
_FENCE = re.compile(r"^[ \t]*(?:```+|~~~+)[ \t]*([^`\n]*)$", re.M)
_INVISIBLE = "\ufeff\u200b\u2060"
_QUOTES = "\"`'"


@dataclass(frozen=True, slots=True)
class Said:
    """A reply in two parts. ``unfinished``: the reply ends within its reasoning."""

    answer: str
    reasoning: str = ""
    unfinished: bool = False


def split(reply: str) -> Said:
    """Return answer and reasoning of a reply. Tags within edits, fences, strings and comments are code."""
    text = reply.lstrip(_INVISIBLE)
    harmony = _harmony(text)
    return harmony or _tagged(text)


def _harmony(text: str) -> Said | None:
    bare = _BARE_HARMONY.match(text)
    if bare:
        return Said(text[bare.end() :], bare[0])
    heads = [head for head in _HARMONY.finditer(text) if not _in_code(text, 0, head.start(), head.end())]
    if not heads:
        return None
    ends = [head.start() for head in heads[1:]] + [len(text)]
    parts = [(head[1].lower(), text[head.end() : end]) for head, end in zip(heads, ends, strict=True)]
    answers = [_ENDS.sub("\n", part) for channel, part in parts if channel == "final"]
    thoughts = [part for channel, part in parts if channel != "final"]
    closed = re.search(r"<\|(?:end|return)\|>(?:<\|start\|>\w*)?(.*)\Z", parts[-1][1], re.DOTALL)
    if not answers and closed and closed[1].strip():
        return Said(_ENDS.sub("\n", closed[1]), "".join(thoughts))
    return Said("".join(answers), "".join(thoughts), not answers)


def _tagged(text: str) -> Said:
    answer, thoughts, at = "", "", 0
    while True:
        opening, closing = _next_opening(text, at), _next_closing(text, at)
        if closing and (opening is None or closing.start() < opening[0].start()):
            thoughts += answer + text[at : closing.start()]
            answer, at = "", closing.end()
        elif opening:
            found, end = opening
            close = _first(end, text, found.end(), None)
            answer += text[at : found.start()]
            if close is None:
                return Said(answer, thoughts + text[found.end() :], unfinished=True)
            thoughts += text[found.end() : close.start()]
            at = close.end()
        else:
            said = (answer + text[at:]).lstrip(_INVISIBLE)
            return Said(_STARTS.sub("", _ENDS.sub("\n", said)), thoughts)


def _next_opening(text: str, at: int) -> tuple[re.Match[str], re.Pattern[str]] | None:
    found = [(match, end) for start, end in _TAGS if (match := _first(start, text, at, at))]
    for start, end in _CLOSED:
        match = _first(start, text, at, at)
        if match and _first(end, text, match.end(), None):
            found.append((match, end))
    if named := _first(_NAMED, text, at, at):
        found.append((named, re.compile(rf"</[ ]?{re.escape(named[1])}[ ]?>", re.I)))
    return min(found, key=lambda pair: pair[0].start(), default=None)


def _next_closing(text: str, at: int) -> re.Match[str] | None:
    found = [match for _, end in _TAGS if (match := _first(end, text, at, at))]
    return min(found, key=lambda match: match.start(), default=None)


def _first(pattern: re.Pattern[str], text: str, at: int, region: int | None) -> re.Match[str] | None:
    """Return the first match outside code; within thoughts (no ``region``) only strings are code."""
    for match in pattern.finditer(text, at):
        quoted = _quoted(text, match.start(), match.end())
        if not quoted and (region is None or not _in_code(text, region, match.start(), match.end())):
            return match
    return None


def _quoted(text: str, start: int, end: int) -> bool:
    before = text[text.rfind("\n", 0, start) + 1 : start]
    after = text[end:].partition("\n")[0]
    return "//" in before or any(before.count(quote) % 2 and quote in after for quote in _QUOTES)


def _in_code(text: str, region: int, start: int, end: int) -> bool:
    before = [match[1] for match in _MARKER.finditer(text, region, start)]
    after = _MARKER.search(text, end)
    if before and before[-1].startswith("<") and after and after[1].startswith(">"):
        return True
    fences = sum(1 for _ in _FENCE.finditer(text, region, start))
    closing = _FENCE.search(text, end)
    return fences % 2 == 1 and closing is not None and not closing[1].strip()
