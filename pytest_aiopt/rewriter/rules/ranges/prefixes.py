"""Sums over ranges of an array as differences of two prefix sums."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, field, replace, text
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_unsigned
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.ranges.spans import Fold, fold_of, repeated, size_of
from pytest_aiopt.rewriter.rules.shapes import assignment, change, counted_loops, include, sole_statement


@rewrite(Kind.STRUCTURAL, "P")
def prefix_sums(program: Program) -> Iterator[Change]:
    """Add up all terms once; the sum of a range is then the difference of the sums at its ends.

    Only for unsigned sums, which may wrap around, over all elements of a vector, or all cells of a grid.
    """
    for loop in counted_loops(program):
        added = assignment(sole_statement(loop.body))
        if added is None or added[1] != "+=" or not is_unsigned(type_of(program, added[0])):
            continue
        kind = type_of(program, added[2])
        found = fold_of(program, loop, added[0], added[2]) if kind == "bool" or is_unsigned(kind) else None
        outer = repeated(program, found) if found is not None else None
        size = size_of(program, found) if found is not None else None
        if found is not None and outer is not None and size is not None:
            yield _with_prefixes(program, found, outer, size)


def _with_prefixes(program: Program, found: Fold, outer: Node, size: str) -> Change:
    sums, i, j = program.unused("prefix"), program.unused("k"), found.loop.name
    kind, end = text(field(found.loop.variable.node, "type")), text(found.loop.bound)
    array = text(field(found.element, "argument"))
    index = text(found.index)
    last = re.sub(rf"\b{j}$", end if end.isidentifier() else f"({end})", index)
    term = found.term_at(i)
    lines = [
        f"std::vector<std::uint64_t> {sums}({size} + 1);",
        f"for (std::size_t {i} = 0; {i} < {size}; ++{i}) {sums}[{i} + 1] = {sums}[{i}] + ({term});",
    ]
    inner = (
        f"if (const {kind} {j} = {text(found.loop.start)}; {j} < {end}) "
        f"{text(found.target)} += {sums}[{last}] - {sums}[{index}];"
    )
    edits = [
        program.insert_before(outer, "\n".join(lines)),
        replace(found.loop.node, inner),
        *include(program, "vector"),
        *include(program, "cstdint"),
    ]
    return change(edits, [found.loop.node], f"Take sums over {array} from prefix sums.")
