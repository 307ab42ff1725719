"""Find the least or greatest element of a range by fours, which shortens the chain of comparisons."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, arguments, field, replace, text
from pytest_aiopt.rewriter.program.effects import is_invariant, is_local
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_integer, is_unsigned
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import CountedLoop, assignment, change, counted_loops, sole_statement


@rewrite(Kind.STRUCTURAL, "H")
def extreme_of_four(program: Program) -> Iterator[Change]:
    """Compare four elements of an array with each other, and only their extreme with the one so far."""
    for loop in counted_loops(program):
        found = _extreme(program, loop)
        if found is not None:
            x, function, v = found
            pad, step = program.indent(loop.node), sole_statement(loop.body)
            head = f"for (; {text(loop.bound)} - {loop.name} > 4; {loop.name} += 4)"
            lines = [f"{head} {{", f"    {_step(loop, x, function, v)}", "}", text(step)]
            body = "".join(f"\n{pad}    {line}" for line in lines)
            body = f"{{{body}\n{pad}}}"
            yield change([replace(loop.body, body)], [loop.node], f"Find the extreme of {v} by fours.")


def _extreme(program: Program, loop: CountedLoop) -> tuple[str, str, str] | None:
    """Return (x, ``std::max``, v) of ``x = std::max(x, v[i]);`` as the whole body."""
    done, kind = assignment(sole_statement(loop.body)), type_of(program, loop.variable.name)
    if done is None or done[1] != "=" or not is_unsigned(kind) or kind != type_of(program, loop.bound):
        return None
    function, given = text(field(done[2], "function")), arguments(done[2])
    if function not in ("std::min", "std::max") or len(given) != 2 or text(given[0]) != text(done[0]):
        return None
    array, value = field(given[1], "argument"), type_of(program, done[0])
    if array is None or text(field(given[1], "indices")) != f"[{loop.name}]" or value == "bool":
        return None
    if not is_integer(value) or value != type_of(program, given[1]) or not _is_variable(program, done[0]):
        return None
    fixed = is_invariant(program, array, loop.node) and is_invariant(program, loop.bound, loop.node)
    return (text(done[0]), function, text(array)) if fixed else None


def _is_variable(program: Program, name: Node) -> bool:
    return name.type == "identifier" and is_local(program, name)


def _step(loop: CountedLoop, x: str, function: str, v: str) -> str:
    places = [f"{v}[{loop.name}{ahead}]" for ahead in ("", " + 1", " + 2", " + 3")]
    first, second = (f"{function}({', '.join(places[at : at + 2])})" for at in (0, 2))
    return f"{x} = {function}({x}, {function}({first}, {second}));"
