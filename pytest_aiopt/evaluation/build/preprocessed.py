"""Reads the preprocessor's output: the tokens that the compiler sees, macros expanded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_aiopt.evaluation.build.diagnostics import SOURCE
from pytest_aiopt.evaluation.build.headers import OWN

_MARKER = re.compile(r'# (\d+) "((?:[^"\\]|\\.)*)"((?: \d)*)\s*$')
_PRAGMA = re.compile(r"\s*#\s*pragma\b(.*)")
_OPTIMIZE = re.compile(r"\s*GCC\s+optimize\b")
_TOKEN = re.compile(
    r'(?P<text>(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\((?P<raw>.*?)\)(?P=mark)"'
    r'|(?:u8|[uUL])?"(?P<plain>(?:\\.|[^"\\\n])*)")'
    r"|(?P<character>(?:u8|[uUL])?'(?:\\.|[^'\\\n])+')"
    r"|(?P<name>[A-Za-z_$\u0080-\U0010ffff][\w$]*)|(?P<number>\.?\d(?:[eEpP][+-]|['\w.])*)"
    r"|(?P<sign><:|:>|<%|%>|\[|\]|\(|\)|\S)",
    re.DOTALL,
)
_DIGRAPHS = {"<:": "[", ":>": "]", "<%": "{", "%>": "}"}
_ASSEMBLY = frozenset({"asm", "__asm", "__asm__"})
_QUALIFIERS = frozenset(
    {"volatile", "__volatile__", "__volatile", "inline", "__inline__", "__inline", "goto"}
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token of the program and its line (from 1). ``empty`` marks a string literal without content."""

    line: int
    text: str
    empty: bool = False


Lines = Sequence[tuple[int, str]]


def tokens_of(lines: Lines) -> list[Token]:
    """Return the tokens of lines that ``own_lines`` gives."""
    joined = "\n".join(line for _, line in lines)
    numbers = [number for number, _ in lines]
    tokens, row, at = [], 0, 0
    for match in _TOKEN.finditer(joined):
        row += joined.count("\n", at, match.start())
        at = match.start()
        content = match["raw"] if match["raw"] is not None else match["plain"]
        empty = match["text"] is not None and not content
        tokens.append(Token(numbers[row], _DIGRAPHS.get(match[0], match[0]), empty))
    return tokens


def changed_flags(lines: Lines, tokens: Sequence[Token]) -> int:
    """Return the line of the first pragma or attribute that changes optimisation flags; 0 for none."""
    for number, line in lines:
        if (pragma := _PRAGMA.match(line)) and _OPTIMIZE.match(pragma[1]):
            return number
    for attribute in _attributes(tokens):
        for token in attribute:
            if token.text.strip("_") == "optimize":
                return token.line
    return 0


def assembly(tokens: Sequence[Token]) -> int:
    """Return the line of the first assembly whose template is not empty; 0 for none."""
    for index, token in enumerate(tokens):
        if token.text in _ASSEMBLY and not _is_barrier(tokens, index + 1):
            return token.line
    return 0


def _is_barrier(tokens: Sequence[Token], at: int) -> bool:
    while at < len(tokens) and tokens[at].text in _QUALIFIERS:
        at += 1
    if at >= len(tokens) or tokens[at].text != "(":
        return False
    at, empty = at + 1, 0
    while at < len(tokens) and tokens[at].empty:
        at, empty = at + 1, empty + 1
    return empty > 0 and at < len(tokens) and tokens[at].text in (")", ":", "::")


def _attributes(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yield the tokens of each attribute list, in either spelling."""
    for index, token in enumerate(tokens):
        following = [each.text for each in tokens[index + 1 : index + 3]]
        if token.text.strip("_") == "attribute" and following[:1] == ["("]:
            yield _balanced(tokens, index + 1)
        elif token.text == "[" and following[:1] == ["["]:
            yield _balanced(tokens, index)


def _balanced(tokens: Sequence[Token], start: int) -> Sequence[Token]:
    depth = 0
    for index in range(start, len(tokens)):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(tokens[index].text, 0)
        if depth == 0:
            return tokens[start : index + 1]
    return tokens[start:]


def looks_like_marker(source: str) -> int:
    """Return the first line of ``source`` that could pass for a line marker, as in a raw string; else 0."""
    lines = enumerate(source.split("\n"), 1)
    return next((number for number, line in lines if _MARKER.match(line)), 0)


def own_lines(text: str) -> tuple[Lines, int]:
    """Return (line of the program, text) of all that no system header holds, and a foreign inclusion's line.

    Lines of the task's header count as the line that includes it. Pragmas stay: a line of a raw string may
    look like one and end the string.
    """
    found: list[tuple[int, str]] = []
    number, own, inside, foreign = 0, False, False, 0
    for line in text.split("\n"):
        if marker := _MARKER.match(line):
            name, flags = marker[2], marker[3].split()
            if "1" in flags and not _may_be_entered(name, flags):
                foreign = foreign or number or 1
            own, inside = name in (SOURCE, OWN), name != SOURCE
            if not inside:
                number = int(marker[1])
            continue
        if own:
            found.append((number, line))
            number += not inside
    return found, foreign


def _may_be_entered(name: str, flags: Sequence[str]) -> bool:
    return name == OWN or (name.startswith("/") and "3" in flags)
