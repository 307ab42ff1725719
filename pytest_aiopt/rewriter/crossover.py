"""Crossover: insert parts of a better program in the prompt into the current program.

Parts are the declarations at namespace level (functions, structs, constants, includes), matched by kind and
name. A part brings its dependencies: the parts that it names and that are missing or different here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.syntax import Program, field, lines_of, text
from pytest_aiopt.rewriter.program.declarations import declarations_in, function_name
from pytest_aiopt.rewriter.registry import Change, Kind, Rewrite, Site

CROSSOVER = Rewrite("crossover", Kind.STRUCTURAL, "any", lambda program: iter(()))
"""Name of crossover among the operators; it needs a second program."""
_HOLDERS = ("translation_unit", "namespace_definition", "declaration_list", "linkage_specification")


@dataclass(frozen=True, slots=True)
class Part:
    """A declaration at namespace level; ``key`` identifies the same part in two programs."""

    key: str
    node: Node
    text: str


def parts_of(program: Program) -> list[Part]:
    """Return the parts in source order; parts with the same kind and name are numbered."""
    parts: list[Part] = []
    seen: dict[str, int] = {}
    for node in _top_nodes(program.root):
        key = _key(node)
        seen[key] = seen.get(key, 0) + 1
        parts.append(Part(f"{key}#{seen[key]}", node, text(node).strip()))
    return parts


def _top_nodes(node: Node) -> Iterator[Node]:
    for child in node.named_children:
        if child.type in _HOLDERS and child.type != "linkage_specification":
            yield from _top_nodes(child)
        elif child.type not in ("comment", "string_literal", "namespace_identifier"):
            yield child


def _key(node: Node) -> str:
    inner = node
    if node.type in ("linkage_specification", "template_declaration"):
        inner = next((n for n in node.named_children if n.type.endswith(("definition", "specifier"))), node)
    if inner.type == "function_definition":
        return f"function {function_name(inner)}"
    if inner.type == "preproc_include":
        return f"include {text(field(inner, 'path'))}"
    if inner.type == "declaration":
        return "variable " + ",".join(text(each.name) for each in declarations_in(inner))
    return f"{inner.type} {text(field(inner, 'name'))}"


def crossings(program: Program, donor: str) -> Iterator[Site]:
    """Yield, for each part that differs in ``donor``, the change that inserts it with its dependencies."""
    other = Program(donor, program.header)
    mine = {part.key: part for part in parts_of(program)}
    theirs = {part.key: part for part in parts_of(other)}
    order = list(theirs)
    changed = [key for key in order if key in mine and mine[key].text != theirs[key].text]
    taken: set[frozenset[str]] = set()
    for key in changed:
        needed = frozenset(_needed(key, mine, theirs))
        edits = _edits(program, needed, mine, theirs, order)
        if needed in taken or edits is None:
            continue
        taken.add(needed)
        names = ", ".join(sorted(each.split("#")[0] for each in needed if not each.startswith("include")))
        about = frozenset(line for each in needed if each in mine for line in lines_of(mine[each].node))
        yield Site(CROSSOVER, Change(tuple(edits), about, f"Take over {names} from a faster program."))


def _needed(key: str, mine: dict[str, Part], theirs: dict[str, Part]) -> set[str]:
    """Return the keys of a part and of its transitive dependencies that are missing or different here."""
    different = {k for k, part in theirs.items() if k not in mine or mine[k].text != part.text}
    needed, waiting = {key}, [key]
    while waiting:
        words = set(re.findall(r"\w+", theirs[waiting.pop()].text))
        for other in sorted(different - needed):
            name = other.split(" ", 1)[-1].split("#")[0]
            if words & set(name.split(",")):
                needed.add(other)
                waiting.append(other)
    return needed | {k for k in theirs if k not in mine and k.startswith("include")}


def _edits(
    program: Program, needed: frozenset[str], mine: dict[str, Part], theirs: dict[str, Part], order: list[str]
) -> list[Edit] | None:
    """Return the edits that replace known parts and insert new ones at the donor's position."""
    edits = []
    for key in sorted(needed, key=order.index):
        if key in mine:
            node = mine[key].node
            edits.append(Edit(node.start_byte, node.end_byte, _as_long(theirs[key].text, node)))
            continue
        after = next((k for k in order[order.index(key) :] if k in mine), None)
        if after is None:
            return None
        at = program.line_start(mine[after].node)
        gap = "\n" if key.startswith("include") else "\n\n"
        edits.append(Edit(at, at, theirs[key].text + gap))
    return edits


def _as_long(new: str, node: Node) -> str:
    """Return the text with the line end if its node (a directive) includes it."""
    return new + "\n" if text(node).endswith("\n") else new
