"""Process sixteen elements of an array at a time, which fit the vector registers."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, field, find, replace, statements, text
from pytest_aiopt.rewriter.program.declarations import declarations_in
from pytest_aiopt.rewriter.program.effects import is_pure, root_name, uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import FLOATS, is_integer
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.loops.sums import moved_by
from pytest_aiopt.rewriter.rules.shapes import CountedLoop, assignment, change, counted_loops, is_fixed

_WIDTH = 16


@rewrite(Kind.STRUCTURAL, "H")
def side_by_side(program: Program) -> Iterator[Change]:
    """Add terms to sixteen neighbouring elements of an array together; each keeps its order of terms.

    Only if the terms do not read the array, which must be a vector.
    """
    for loop in counted_loops(program):
        parent = loop.node.parent
        found = _sums(loop)
        if found is None or parent is None or parent.type != "compound_statement":
            continue
        target, terms = found
        root, kind = root_name(target), type_of(program, target)
        if root is None or not (type_of(program, root) or "").startswith("std::vector<"):
            continue
        if not (kind in FLOATS or is_integer(kind)) or kind in ("bool", None):
            continue
        if text(field(target, "indices")) != f"[{loop.name}]" or not is_fixed(program, loop.bound, loop.node):
            continue
        if all(_plain(program, term, loop.name, text(root)) for term in terms):
            new = _in_strips(program, loop, target, terms, str(kind))
            yield change(
                [replace(loop.node, new)], [loop.node], f"Add to {_WIDTH} elements of {text(root)} at once."
            )


def _sums(loop: CountedLoop) -> tuple[Node, list[Node]] | None:
    """Return (element, terms) of ``v[i] += a;`` or of ``T x = v[i]; x += a; x += b; v[i] = x;``."""
    body = statements(loop.body)
    only = assignment(body[0]) if len(body) == 1 else None
    if only is not None:
        return (only[0], [only[2]]) if only[1] == "+=" else None
    declared = next(declarations_in(body[0]), None) if body and body[0].type == "declaration" else None
    stored = assignment(body[-1]) if len(body) > 2 else None
    if declared is None or stored is None or stored[1] != "=" or declared.value is None:
        return None
    name, terms = text(declared.name), [assignment(each) for each in body[1:-1]]
    if text(stored[2]) != name or text(declared.value) != text(stored[0]):
        return None
    added = [each[2] for each in terms if each is not None and text(each[0]) == name and each[1] == "+="]
    return (stored[0], added) if len(added) == len(terms) else None


def _plain(program: Program, term: Node, counter: str, array: str) -> bool:
    """Whether a term reads other arrays at the counter (plus an offset), and uses the counter only there."""
    if not is_pure(program, term) or uses(term, array) or any(find(term, "call_expression")):
        return False
    places = [text(node)[1:-1] for node in find(term, "subscript_argument_list")]
    at = [each for each in places if each == counter or each.endswith(f"+ {counter}")]
    return bool(at) and len(uses(term, counter)) == len(at)


def _in_strips(program: Program, loop: CountedLoop, target: Node, terms: list[Node], kind: str) -> str:
    pad, lane, k, i = program.indent(loop.node), program.unused("lane"), program.unused("k"), loop.name
    each = f"for (int {k} = 0; {k} < {_WIDTH}; ++{k})"
    place, bound = moved_by(target, i, k), text(loop.bound)
    rest = program.data[loop.body.start_byte : loop.body.end_byte].decode().replace("\n", "\n    ")
    lines = [
        "{",
        f"    {text(field(loop.node, 'initializer'))}",
        f"    for (; {i} + {_WIDTH} <= {bound}; {i} += {_WIDTH}) {{",
        f"        {kind} {lane}[{_WIDTH}];",
        f"        {each} {lane}[{k}] = {place};",
        *(f"        {each} {lane}[{k}] += {moved_by(term, i, k)};" for term in terms),
        f"        {each} {place} = {lane}[{k}];",
        "    }",
        f"    for (; {i} < {bound}; ++{i}) {rest}",
        "}",
    ]
    return f"\n{pad}".join(lines)
