"""Words of a task that a model reads: none may name a bottleneck or its remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pytest_aiopt.tasks.loader import Task

if TYPE_CHECKING:
    from tree_sitter import Node

LEXICON = re.compile(
    r"cach|(?<!b)lock|branch|alloc|vectori[sz]|simd|hash|collision|local|effic|batch|memor|perform|optimi"
    r"|\btil(e|ing)|thread|fetch|spee|cheap|expens|cost|slow|fast|quick|hot|cold|naiv|layout|align|laten"
    r"|bottleneck|profil|fault|contig|parallel|stride|predict|wast|redundan"
)
"""Parts of words that name a bottleneck or its remedy; none may be shown to a model."""


def revealing(task: Task) -> list[str]:
    """Return the words of prompt, title, names and comments that are in LEXICON, each with its first place.

    Words in ``domain_words`` of the task are left out.
    """
    domain = {word.lower() for word in task.domain_words}
    found: dict[str, str] = {}
    for word, place in _shown(task):
        lower = word.lower()
        if lower not in domain and LEXICON.search(lower):
            found.setdefault(lower, place)
    return [f"{word} ({place})" for word, place in sorted(found.items())]


def _shown(task: Task) -> Iterator[tuple[str, str]]:
    for key, text in (("title", task.title), ("prompt", task.prompt)):
        yield from ((word, f"task.toml, {key}") for word in re.findall(r"\w+", text))
    for file, source in (("program.cpp", task.program.source), ("task.hpp", task.header)):
        yield from ((word, f"{file}:{line}") for word, line in own_words(source))


def own_words(source: str) -> list[tuple[str, int]]:
    """Return the words of a C++ file's comments and of the names that it defines, with their lines."""
    from pytest_aiopt.cpp.grammar import parse

    return list(_words(parse(source.encode()).root_node))


def _words(node: Node) -> Iterator[tuple[str, int]]:
    if node.type in ("preproc_include", "qualified_identifier"):
        return
    text = (node.text or b"").decode()
    if node.type == "comment":
        for number, line in enumerate(text.split("\n"), node.start_point[0] + 1):
            yield from ((word, number) for word in re.findall(r"\w+", line))
    elif node.type.endswith("identifier"):
        yield text, node.start_point[0] + 1
    else:
        for child in node.children:
            yield from _words(child)
