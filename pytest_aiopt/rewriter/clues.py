"""Find the functions that a text in a prompt speaks of, by the words they have in common.

A function's words are those of its name, which count twice, of the comment above it, and of the class around
it and its comment. A word counts the more, the fewer functions have it (inverse document frequency, Sparck
Jones 1972). A caller passes its weight on to the functions that it calls, in equal parts, since a text may
speak of either.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import fmean

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, ancestors, field, find, lines_of, text
from pytest_aiopt.rewriter.program.declarations import function_name
from pytest_aiopt.rewriter.program.effects import callee_name
from pytest_aiopt.rewriter.registry import Site

FLOOR = 0.02
"""The factor of a site in a function that the text does not speak of."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_STEM = 5
"""Number of leading letters that identify a word in its forms: order, ordered, orders."""
_LEAST = 3
_NAMED = 2
"""How much a word of the function's name counts."""


def factors(program: Program, clue: str, sites: Sequence[Site]) -> list[float]:
    """Return a factor on the weight of each site: FLOOR plus the squared relevance of its lines."""
    relevance = relevances(program, clue) if clue else {}
    if not relevance:
        return [1.0] * len(sites)
    return [
        FLOOR + fmean([relevance.get(line, 0.0) for line in sorted(site.change.lines)] or [0.0]) ** 2
        for site in sites
    ]


def relevances(program: Program, clue: str) -> dict[int, float]:
    """Return, by line of a function, how much a text speaks of the function, in 0..1; 1 for the most."""
    functions = program.all("function_definition")
    own = [_words_of(function) for function in functions]
    spread = Counter(word for words in own for word in words)
    asked = _words(clue)
    weights = [
        sum(words[word] * math.log(len(functions) / spread[word]) for word in sorted(asked & words.keys()))
        for words in own
    ]
    weights = _with_callers(functions, weights)
    most = max(weights, default=0.0)
    if most <= 0:
        return {}
    return {
        line: weight / most
        for function, weight in zip(functions, weights, strict=True)
        for line in lines_of(function)
        if weight > 0
    }


def _with_callers(functions: list[Node], weights: list[float]) -> list[float]:
    """Return each function's weight, or its part of a caller's weight if that is greater."""
    names = [function_name(function) for function in functions]
    called = [
        {callee_name(call) for call in find(function, "call_expression")} & set(names) - {name}
        for name, function in zip(names, functions, strict=True)
    ]
    callers = Counter(name for own in called for name in own)
    passed = dict.fromkeys(names, 0.0)
    for own, weight in zip(called, weights, strict=True):
        for name in own:
            passed[name] = max(passed[name], weight / len(own) / callers[name])
    return [max(weight, passed[name]) for name, weight in zip(names, weights, strict=True)]


def _words_of(function: Node) -> dict[str, int]:
    """Return a function's words, each with how much it counts."""
    around = [each for each in ancestors(function) if each.type in ("class_specifier", "struct_specifier")]
    comments = [comment for each in (function, *around) for comment in _comments_above(each)]
    beside = " ".join([*(text(field(each, "name")) for each in around), *comments])
    return dict.fromkeys(_words(beside), 1) | dict.fromkeys(_words(function_name(function)), _NAMED)


def _comments_above(node: Node) -> Iterator[str]:
    above = node.prev_sibling
    while above is not None and above.type == "comment":
        yield text(above)
        above = above.prev_sibling


def _words(written: str) -> set[str]:
    found = (word.lower() for word in _WORD.findall(written))
    return {stem for word in found if len(stem := word.removesuffix("s")[:_STEM]) >= _LEAST}
