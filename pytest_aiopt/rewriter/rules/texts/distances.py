"""Edit distances of texts by fewer cells of the table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.syntax import Program, enclosing, field, replace, statements, text
from pytest_aiopt.rewriter.program.declarations import declarations_in, parameters
from pytest_aiopt.rewriter.program.effects import is_invariant, may_write, uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_unsigned
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import CountedLoop, change, counted_loop, include

_USES = 7
"""Of the row in a step that finds its least cell."""
WIDE = ("std::uint32_t", "std::uint64_t", "std::size_t")
"""Types that hold any distance."""
CELL = (
    r"(?:const )?[\w:]+ (?P<step>\w+) = "
    r"std::min\((?P<row>\w+)\[(?P<k>\w+)\], (?P=row)\[(?P=k) \+ 1\]\) \+ 1; "
    r"(?:const )?[\w:]+ (?P<other>\w+) = (?P<corner>\w+) \+ \((?P<one>[^!;()=]+) != (?P<two>[^!;()=]+)\); "
    r"(?P=corner) = (?P=row)\[(?P=k) \+ 1\]; "
    r"(?P=row)\[(?P=k) \+ 1\] = std::min\((?P=step), (?P=other)\);"
)
"""One cell of a row, which overwrites the row before it."""


@dataclass(frozen=True, slots=True)
class _Row:
    """The next row of a table of edit distances: ``corner = row[0]++;`` and a loop over the cells.

    ``least``: the name of the least cell, which the loop finds.
    """

    start: Node
    loop: CountedLoop
    name: str
    least: str


def _row(program: Program, body: list[Node]) -> _Row | None:
    """Parse the first statements of a loop over the elements of one text."""
    cells = next((node for node in body if node.type == "for_statement"), None)
    loop = counted_loop(program, cells) if cells is not None else None
    if loop is None or text(loop.start) != "0" or len(body) < 2 or body[0].type != "declaration":
        return None
    inner = " ".join(flat(each) for each in statements(loop.body))
    found = re.match(CELL, inner)
    if found is None or found["k"] != loop.name or not is_unsigned(loop.variable.type):
        return None
    rest, row, k = inner[found.end() :].strip(), found["row"], found["k"]
    least = re.fullmatch(rf"(\w+) = std::min\(\1, {row}\[{k} \+ 1\]\);", rest)
    if least is None:
        return None
    start = list(declarations_in(body[0]))
    if len(start) != 1 or text(start[0].value) != f"{row}[0]++" or text(start[0].name) != found["corner"]:
        return None
    kinds = {text(field(each, "type")) for each in (body[0], *statements(loop.body)[:2])}
    if len(kinds) != 1 or start[0].type not in WIDE or not is_invariant(program, loop.bound, loop.node):
        return None
    if type_of(program, start[0].value) != start[0].type:
        return None
    own = rf"\+\+|--|\b({row}|{least[1]}|{found['corner']}|{found['step']}|{found['other']})\b"
    if re.search(own, f"{found['one']} {found['two']}"):
        return None
    return _Row(body[0], loop, row, least[1])


def flat(node: Node) -> str:
    """Return the source of a node in one line."""
    return re.sub(r"\s+", " ", text(node))


@rewrite(Kind.STRUCTURAL, "ALG")
def distance_in_band(program: Program) -> Iterator[Change]:
    """Find only the cells of a bounded edit distance whose places in both texts are near each other.

    A cell off the diagonal by more than the bound exceeds it (Ukkonen, Information and Control 64, 1985).
    """
    for node in program.all("for_statement"):
        loop = counted_loop(program, node)
        body = statements(loop.body) if loop is not None else []
        row = _row(program, body[:1] + body[2:]) if len(body) == 4 else None
        if loop is None or row is None or body[2] != row.loop.node:
            continue
        if text(loop.start) != "0" or not is_unsigned(loop.variable.type):
            continue
        bound = re.fullmatch(rf"if \({row.least} > (\w+)\) (\{{ )?return false;(?(2) \}})", flat(body[3]))
        least = rf"{text(field(body[0], 'type'))} {row.least} = {row.name}\[0\];"
        if bound is None or re.fullmatch(least, flat(body[1])) is None:
            continue
        if _is_whole(program, loop, row, bound[1]):
            edits = [*_in_band(program, loop, row, body[1], bound[1]), *include(program, "algorithm")]
            yield change(edits, [node], f"Find no cells of {row.name} that exceed {bound[1]} by their place.")


def _is_whole(program: Program, loop: CountedLoop, row: _Row, bound: str) -> bool:
    """Whether the row counts from 0 before the loop, and only its last cell is compared with the bound."""
    before, after = loop.node.prev_named_sibling, loop.node.next_named_sibling
    function = enclosing(loop.node, "function_definition")
    if before is None or after is None or function is None:
        return False
    if flat(before) != f"std::iota({row.name}.begin(), {row.name}.end(), 0);":
        return False
    if flat(after) != f"return {row.name}[{text(row.loop.bound)}] <= {bound};":
        return False
    limit = next((p for p in parameters(function) if text(p.name) == bound), None)
    if limit is None or not is_unsigned(limit.type) or limit.reference or may_write(program, function, bound):
        return False
    within = uses(loop.body, row.name)
    return len(within) == _USES and len(uses(function, row.name)) == _USES + 4  # declared, iota, returned


def _in_band(program: Program, loop: CountedLoop, row: _Row, least: Node, bound: str) -> list[Edit]:
    begin, i, k = program.unused("begin"), loop.name, row.loop.name
    (corner,), (lowest,) = declarations_in(row.start), declarations_in(least)
    pad = "\n" + program.indent(row.start)
    made = f"const std::size_t {begin} = {i} > {bound} ? {i} - {bound} : 0;{pad}"
    set_first = f"{pad}{row.name}[{begin}] = {begin} == 0 ? {i} + 1 : {bound} + 1;"
    condition = field(row.loop.node, "condition")
    assert corner.value is not None
    assert lowest.value is not None
    assert condition is not None
    reach = f"std::max<std::size_t>({i} + {bound}, {bound})"  # the bound if the sum is too large
    near = f"{text(condition)} && {k} <= {reach}"
    return [
        Edit(row.start.start_byte, row.start.start_byte, made),
        replace(corner.value, f"{row.name}[{begin}]"),
        Edit(row.start.end_byte, row.start.end_byte, set_first),
        replace(lowest.value, f"{row.name}[{begin}]"),
        replace(row.loop.start, begin),
        replace(condition, near),
    ]
