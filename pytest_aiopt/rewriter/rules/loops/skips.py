"""Skip the turns of a loop that do nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.syntax import Program, field, find, replace, statements, strip_parens, swap_within, text
from pytest_aiopt.rewriter.program.declarations import declarations_in
from pytest_aiopt.rewriter.program.effects import is_invariant, is_pure, may_write, uses, written_names
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_unsigned
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.loops.scans import block_test, place_in_block
from pytest_aiopt.rewriter.rules.shapes import (
    change,
    condition_of,
    counted_loops,
    counts_up,
    leaves_early,
    sole_statement,
)

_BLOCK = 32
_NARROW = re.compile(r"(std::)?u?int(8|16|32)_t|int|unsigned|(un)?signed char|char|(unsigned )?short")


@rewrite(Kind.STRUCTURAL, "L1")
def skip_false_runs(program: Program) -> Iterator[Change]:
    """Go on to the next group of indices if a test of the group, as ``i / 16``, is false.

    Only if the test is the first one of the condition and all of the loop depends on it.
    """
    for loop in counted_loops(program):
        branch = sole_statement(loop.body)
        if branch is None or branch.type != "if_statement" or field(branch, "alternative") is not None:
            continue
        test = condition_of(branch)
        while test is not None and text(field(test, "operator")) == "&&":
            test = field(test, "left")
        group = _group(test, loop.name) if test is not None else None
        if test is None or group is None or not is_pure(program, test):
            continue
        if not is_unsigned(type_of(program, loop.variable.name)) or not _ends_early(program, loop.bound):
            continue
        skip = f"if (!({text(strip_parens(test))})) {{\n    {loop.name} |= {group - 1};\n    continue;\n}}"
        edits = [program.insert_before(branch, skip), *_without(test)]
        if loop.body.type == "compound_statement":
            yield change(edits, [loop.node], f"Skip groups of {group} of which the first test is false.")


def _group(test: Node, counter: str) -> int | None:
    """Return the size of the groups of indices for which a test is the same, a power of two."""
    sizes: set[int | None] = {
        _size(use.parent) if use.parent is not None and field(use.parent, "left") == use else None
        for use in uses(test, counter)
    }
    size = sizes.pop() if len(sizes) == 1 else None
    return size if size is not None and size > 1 and size & (size - 1) == 0 else None


def _size(quotient: Node) -> int | None:
    by = re.fullmatch(r"(\d+)u?", text(field(quotient, "right")))
    if by is None or int(by[1]) > 4096:
        return None
    size = int(by[1])
    return {"/": size, ">>": 2 ** min(size, 16)}.get(text(field(quotient, "operator")))


def _ends_early(program: Program, bound: Node) -> bool:
    """Whether a bound is a known constant so small that the counter cannot overflow in its last group."""
    literal = text(bound)
    if bound.type == "identifier":
        for source in (program, program.declared_outside):
            for node in source.all("declaration"):
                if text(node).startswith("constexpr "):
                    for each in declarations_in(node):
                        literal = text(each.value) if text(each.name) == text(bound) else literal
    return re.fullmatch(r"\d{1,9}[uU]?[lL]{0,2}", literal) is not None


def _without(test: Node) -> list[Edit]:
    """Return the edit that takes a test out of ``test && others``; none if there are no others."""
    holder = test.parent
    if holder is None or text(field(holder, "operator")) != "&&":
        return []
    others = field(holder, "right")
    return [Edit(test.start_byte, others.start_byte, "")] if others is not None else []


@dataclass(frozen=True, slots=True)
class _Rare:
    """``for (...; i < n && ...; ++i) { if (test) work }``, or with ``if (!test) continue;`` first."""

    loop: Node
    counter: str
    kind: str | None
    bounds: list[tuple[str, Node]]
    test: Node
    negated: bool
    element: str


@rewrite(Kind.STRUCTURAL, "H")
def skip_in_blocks(program: Program) -> Iterator[Change]:
    """Skip blocks of an array in which no element passes a rare test: it is equal, or a new extreme.

    The loop may not end early, so that it reads all of a block, and nothing but its work may change the test.
    """
    for loop in program.all("for_statement"):
        rare = _rare(program, loop)
        if rare is not None:
            body = field(loop, "body")
            assert body is not None
            edit = program.insert_before(statements(body)[0], _skip(program, rare))
            yield change([edit], [loop], f"Skip blocks of {_BLOCK} that hold nothing of interest.")


def _rare(program: Program, loop: Node) -> _Rare | None:
    body, step = field(loop, "body"), field(loop, "update")
    head = field(loop, "initializer")
    declared = list(declarations_in(head)) if head is not None else []
    if body is None or body.type != "compound_statement" or len(declared) != 1 or not statements(body):
        return None
    counter, kind = text(declared[0].name), type_of(program, declared[0].name)
    first = statements(body)[0]
    test = condition_of(first) if first.type == "if_statement" else None
    if not counts_up(step, counter) or test is None or not is_unsigned(kind):
        return None
    if field(first, "alternative") is not None or may_write(program, body, counter):
        return None
    skips = [text(each) for each in statements(field(first, "consequence"))] == ["continue;"]
    work = statements(body)[1:] if skips else statements(field(first, "consequence"))
    if not work or (not skips and len(statements(body)) > 1) or any(leaves_early(each) for each in work):
        return None
    bounds = _bounds(program, loop, field(loop, "condition"), counter)
    element = _element(program, loop, test, counter)
    if not bounds or element is None or not _is_rare(program, test, skips, work):
        return None
    return _Rare(loop, counter, kind, bounds, test, skips, element)


def _bounds(program: Program, loop: Node, condition: Node | None, i: str) -> list[tuple[str, Node]] | None:
    """Return the bounds of ``i < n && i <= m``, with their operators; None if one is of another form."""
    if condition is None or text(field(condition, "operator")) not in ("<", "<=", "&&"):
        return None
    left, operator, right = (field(condition, name) for name in ("left", "operator", "right"))
    if text(operator) == "&&":
        both = [_bounds(program, loop, each, i) for each in (left, right)]
        return None if None in both else [bound for each in both if each is not None for bound in each]
    if text(left) != i or right is None or uses(right, i) or not is_invariant(program, right, loop):
        return None
    return [(text(operator), right)] if is_unsigned(type_of(program, right)) else None


def _element(program: Program, loop: Node, test: Node, i: str) -> str | None:
    """Return the type of the elements that a comparison reads at places that depend on the counter."""
    if text(field(test, "operator")) not in ("==", "!=", "<", ">", "<=", ">=") or not is_pure(program, test):
        return None
    read = [each for each in find(test, "subscript_expression") if uses(each, i)]
    kinds = {type_of(program, each) for each in read}
    kind = kinds.pop() if len(kinds) == 1 else None
    if kind is None or not _NARROW.fullmatch(kind) or any(find(test, "call_expression")):
        return None
    if len(read) != len(uses(test, i)) or not all(_reads_along(each, i) for each in read):
        return None
    arrays = [field(each, "argument") for each in read]
    return kind if all(each is not None and is_invariant(program, each, loop) for each in arrays) else None


def _reads_along(read: Node, i: str) -> bool:
    """Whether a subscript is the counter, or differs from it or from its negative by a fixed number."""
    place = text(field(read, "indices"))[1:-1]
    return re.fullmatch(rf"(\w+ [-+] )?{i}|{i} [-+] \w+", place) is not None


def _is_rare(program: Program, test: Node, negated: bool, work: list[Node]) -> bool:
    operator = text(field(test, "operator"))
    if operator in ("==", "!="):
        return (operator == "!=") == negated
    changed = {name for each in work for name in written_names(program, each)}
    return not negated and any(text(each) in changed for each in find(test, "identifier"))


def _place(use: Node, place: str) -> str:
    """Return what stands for a counter in a subscript, in parentheses unless it is all of it."""
    return place if use.parent is not None and use.parent.type == "subscript_argument_list" else f"({place})"


def _skip(program: Program, rare: _Rare) -> str:
    i, k = rare.counter, program.unused("k")
    place = f"{place_in_block(i, rare.kind)} + {k}"
    moved = swap_within(rare.test, [replace(use, _place(use, place)) for use in uses(rare.test, i)])
    test = f"!({moved})" if rare.negated else f"{moved}"
    rooms = [f"{text(bound)} - {i} {'>=' if sign == '<=' else '>'} {_BLOCK}" for sign, bound in rare.bounds]
    lines = [
        f"if ({i} % {_BLOCK} == 0) while ({' && '.join(rooms)}) {{",
        *block_test(program, rare.element, test, _BLOCK),
        f"    {i} += {_BLOCK};",
        "}",
    ]
    return "\n".join(lines)
