"""Extrema of ranges of an array from the extrema of its blocks."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, arguments, field, text
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_integer, is_unsigned
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.ranges.spans import Fold, fold_of, repeated, size_of, with_list
from pytest_aiopt.rewriter.rules.shapes import assignment, change, counted_loops, sole_statement

_BLOCK = 16


@rewrite(Kind.STRUCTURAL, "P")
def block_extrema(program: Program) -> Iterator[Change]:
    """Compute the maximum (or minimum) of each block of 16 elements once; a range skips over whole blocks."""
    for loop in counted_loops(program):
        best = assignment(sole_statement(loop.body))
        call = best[2] if best is not None and best[1] == "=" else None
        if best is None or call is None or text(field(call, "function")) not in ("std::max", "std::min"):
            continue
        terms = [each for each in arguments(call) if text(each) != text(best[0])]
        kind = type_of(program, best[0])
        if len(arguments(call)) != 2 or len(terms) != 1 or not is_integer(kind) or kind == "bool":
            continue
        found = fold_of(program, loop, best[0], terms[0])
        if found is None or text(found.index) != loop.name or type_of(program, terms[0]) != kind:
            continue
        outer, size = repeated(program, found), size_of(program, found)
        if outer is not None and size is not None:
            yield _in_blocks(program, found, outer, size, text(field(call, "function")))


def _in_blocks(program: Program, found: Fold, outer: Node, size: str, function: str) -> Change:
    tops, top, k = (program.unused(name) for name in ("tops", "top", "k"))
    best, kind, j, last = text(found.target), type_of(program, found.target), found.loop.name, found.end
    term, more = found.term_at(k), f"{function}({top}, {found.term_at(k)})"
    from_zero = function == "std::max" and is_unsigned(kind)
    above = [
        f"std::vector<{kind}> {tops}({size} / {_BLOCK} + 1);",
        f"for (std::size_t {k} = 0; {k} < {size}; ++{k}) {{",
        f"    {kind}& {top} = {tops}[{k} / {_BLOCK}];",
        f"    {top} = {more if from_zero else f'{k} % {_BLOCK} == 0 ? {term} : {more}'};",
        "}",
    ]
    inner = [
        "{",
        f"    for (; {j} % {_BLOCK} == 0 && {j} + {_BLOCK} <= {last}; {j} += {_BLOCK}) {{",
        f"        {best} = {function}({best}, {tops}[{j} / {_BLOCK}]);",
        "    }",
        f"    if ({j} == {last}) break;",
        f"    {text(sole_statement(found.loop.body))}",
        "}",
    ]
    edits = with_list(program, found, outer, above, inner)
    array = text(field(found.element, "argument"))
    return change(edits, [found.loop.node], f"Take extrema of whole blocks of {array} from a list.")
