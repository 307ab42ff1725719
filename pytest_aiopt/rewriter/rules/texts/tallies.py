"""Count equal bytes among members of structs by a list of these bytes, sixteen at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.syntax import Program, enclosing, field, find, statements, text
from pytest_aiopt.rewriter.program.declarations import Declaration, declaration_of, declarations_in
from pytest_aiopt.rewriter.program.effects import is_invariant, is_pure, uses, written_names
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import INTEGERS
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import (
    CountedLoop,
    assignment,
    change,
    counted_loop,
    counts_up,
    include,
    sole_statement,
)

_LANES = 16
_BYTES = ("char", "unsigned char", "std::uint8_t")
_INDICES = ("std::size_t", "std::uint64_t")


@dataclass(frozen=True, slots=True)
class _Count:
    """``for (k = i + 1; k < bound && k - i <= most; ++k) total += xs[k].member == sought;``.

    It stands in a counted loop of ``i`` up to the same bound, which reads ``xs[i]`` in any case.
    """

    outer: CountedLoop
    loop: Node
    variable: Declaration
    condition: Node
    total: Node
    element: Node
    sought: Node

    @property
    def name(self) -> str:
        """The name of the inner counter."""
        return text(self.variable.name)


@rewrite(Kind.STRUCTURAL, "H")
def count_in_column(program: Program) -> Iterator[Change]:
    """List a byte of each struct in front of nested loops, of which the inner one counts equal bytes."""
    for loop in program.all("for_statement"):
        found = _count(program, loop)
        if found is not None:
            edits = [*_edits(program, found), *include(program, "vector")]
            yield change(edits, [found.outer.node], f"List {text(found.element)} and count it in blocks.")


def _count(program: Program, loop: Node) -> _Count | None:
    """Parse a loop that counts equal bytes of structs."""
    holder = enclosing(loop, "for_statement")
    outer = counted_loop(program, holder) if holder is not None else None
    condition, first = field(loop, "condition"), field(loop, "initializer")
    done = assignment(sole_statement(field(loop, "body")))
    if outer is None or condition is None or first is None or done is None or done[1] != "+=":
        return None
    made = list(declarations_in(first))
    if loop.parent != outer.body or len(made) != 1 or made[0].type not in _INDICES:
        return None
    i, k = outer.name, text(made[0].name)
    if outer.variable.type not in _INDICES or text(made[0].value) not in (i, f"{i} + 1"):
        return None
    most = re.fullmatch(rf"{k} < (.+) && {k} - {i} <=? (.+)", text(condition))
    if not counts_up(field(loop, "update"), k) or len(uses(condition, k)) != 2:
        return None
    if most is None or most[1] != text(outer.bound):
        return None
    element, sought = field(done[2], "left"), field(done[2], "right")
    if text(field(done[2], "operator")) != "==" or element is None or sought is None:
        return None
    found = _Count(outer, loop, made[0], condition, done[0], element, sought)
    return found if _is_fixed(program, found) and _is_readable(program, found) else None


def _is_fixed(program: Program, found: _Count) -> bool:
    """Whether the outer loop writes only its locals and the sum, and the parts of the count are plain."""
    total, sought = found.total, found.sought
    if total.type != "identifier" or type_of(program, total) not in INTEGERS - {"bool", *_BYTES}:
        return False
    declared = declaration_of(program, total)
    if declared is None or declared.reference or uses(found.element, text(total)):
        return False
    kind = type_of(program, found.element)
    if kind not in _BYTES or type_of(program, sought) != kind:
        return False
    inner = {text(found.total), found.name}
    if written_names(program, found.loop) - inner or not is_pure(program, found.condition):
        return False
    outer = found.outer
    if written_names(program, outer.body) - inner or any(find(outer.body, "lambda_expression")):
        return False
    if not all(is_invariant(program, each, outer.node) for each in (outer.start, outer.bound)):
        return False
    names = {text(each) for each in find(found.condition, "identifier")}
    return text(total) not in names and sought.type == "identifier" and text(sought) not in inner


def _is_readable(program: Program, found: _Count) -> bool:
    """Whether the outer loop reads an element of the same array at its own counter in each turn."""
    subscripts = [
        each
        for each in find(found.element, "subscript_expression")
        if text(field(each, "indices")) == f"[{found.name}]"
    ]
    if len(subscripts) != 1 or len(uses(found.element, found.name)) != 1:
        return False
    array = field(subscripts[0], "argument")
    if array is None or not is_pure(program, found.element) or any(find(found.element, "call_expression")):
        return False
    if uses(found.element, found.outer.name) or not is_invariant(program, array, found.outer.node):
        return False
    read = f"{text(array)}[{found.outer.name}]"
    first = statements(found.outer.body)[0]
    local = {text(d.name) for node in find(found.outer.body, "declaration") for d in declarations_in(node)}
    plain = not local & {text(each) for each in find(found.element, "identifier")} - {found.name}
    return plain and first.type == "declaration" and text(first).endswith(f" = {read};")


def _edits(program: Program, found: _Count) -> list[Edit]:
    column, block, hits, j = (program.unused(name) for name in ("column", "block", "hits", "j"))
    outer, k, kind = found.outer, found.name, type_of(program, found.element)
    first, last = text(outer.start), f"{k} + {_LANES - 1}"
    offset = f"({first})" if outer.start.type == "binary_expression" else first
    listed = [
        f"std::vector<{kind}> {column};",
        f"for (std::size_t {k} = {first}; {k} < {text(outer.bound)}; ++{k}) "
        f"{column}.push_back({text(found.element)});",
    ]
    reach = re.sub(rf"\b{k}\b", last, text(found.condition))
    pad = program.indent(found.loop)
    blocks = [
        f"std::size_t {k} = {text(found.variable.value)};",
        f"for (; {reach}; {k} += {_LANES}) {{",
        f"    const {kind}* const {block} = &{column}[{k} - {offset}];",
        f"    unsigned char {hits} = 0;",
        f"    for (int {j} = 0; {j} < {_LANES}; ++{j}) {hits} += {block}[{j}] == {text(found.sought)};",
        f"    {text(found.total)} += {hits};",
        "}",
        "for (; ",
    ]
    return [
        program.insert_before(outer.node, "\n".join(listed)),
        Edit(found.loop.start_byte, found.condition.start_byte, f"\n{pad}".join(blocks)),
    ]
