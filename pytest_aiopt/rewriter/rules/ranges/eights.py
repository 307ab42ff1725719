"""Bits united over ranges of an array, eight elements at a time."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, field, text
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_unsigned
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.ranges.spans import Fold, fold_of, repeated, size_of, with_list
from pytest_aiopt.rewriter.rules.shapes import assignment, change, counted_loops, sole_statement


@rewrite(Kind.STRUCTURAL, "P")
def fold_in_eights(program: Program) -> Iterator[Change]:
    """Combine the bits of every eight neighbours once; a range then takes eight elements at a time.

    Only for ``|=`` and ``&=`` over all elements of a vector, or all cells of a grid.
    """
    for loop in counted_loops(program):
        done = assignment(sole_statement(loop.body))
        if done is None or done[1] not in ("|=", "&=") or not is_unsigned(type_of(program, done[0])):
            continue
        found = fold_of(program, loop, done[0], done[2])
        outer = repeated(program, found) if found is not None else None
        size = size_of(program, found) if found is not None else None
        if found is not None and outer is not None and size is not None:
            yield _in_eights(program, found, outer, size, done[1])


def _in_eights(program: Program, found: Fold, outer: Node, size: str, operator: str) -> Change:
    eights, step, k = (program.unused(name) for name in ("eights", "step", "k"))
    total, j, last = text(found.target), found.loop.name, found.end
    above = [
        f"std::vector<{type_of(program, found.target)}> {eights}({size});",
        f"for (std::size_t {k} = 0; {k} < {eights}.size(); ++{k}) {eights}[{k}] = {found.term_at(k)};",
        f"for (const int {step} : {{1, 2, 4}}) {{",
        f"    for (std::size_t {k} = {step}; {k} < {eights}.size(); ++{k}) "
        f"{eights}[{k} - {step}] {operator} {eights}[{k}];",
        "}",
    ]
    inner = [
        "{",
        f"    if ({j} + 8 <= {last}) {{",
        f"        {total} {operator} {eights}[{text(found.index)}];",
        f"        {j} += 7;",
        "        continue;",
        "    }",
        f"    {text(sole_statement(found.loop.body))}",
        "}",
    ]
    edits = with_list(program, found, outer, above, inner)
    array = text(field(found.element, "argument"))
    return change(edits, [found.loop.node], f"Combine the bits of {array} eight elements at a time.")
