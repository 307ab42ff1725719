"""Copy what nested scans read of rows into columns, whose numbers fit vector registers side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as slot

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import (
    Program,
    arguments,
    enclosing,
    field,
    find,
    statements,
    strip_parens,
    text,
)
from pytest_aiopt.rewriter.program.declarations import declarations_in, function_named
from pytest_aiopt.rewriter.program.effects import callee_name, uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.rows import PointerLoop, among_rows, pointer_loop, starts_among
from pytest_aiopt.rewriter.rules.shapes import assignment, change, head_of, include

_BLOCK = 64
_SMALL = {"bool": 1, "std::uint8_t": 8, "std::uint16_t": 16, "std::uint32_t": 32}
"""The bits of the types of numbers that a column may hold."""
_WIDE = ("std::uint32_t", "std::uint64_t", "std::size_t")
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
_OPERATORS = ("*", "+", "&", "|", *_COMPARISONS)


@dataclass(frozen=True, slots=True)
class _Scan:
    """A scan of rows within a loop over the same rows, which adds up numbers or finds the greatest."""

    outer: PointerLoop
    inner: PointerLoop
    total: str
    greatest: bool
    lane: str
    columns: dict[str, str] = slot(default_factory=dict)

    @property
    def before_row(self) -> bool:
        """Whether the scan ends at the row of the outer loop, so that columns may grow with this loop."""
        return text(self.inner.last) == self.outer.at


@rewrite(Kind.STRUCTURAL, "H")
def scan_columns(program: Program) -> Iterator[Change]:
    """Let a nested scan of structs read columns of 32-bit numbers in blocks.

    Only for unsigned numbers of at most 32 bits, and if nothing writes rows in the meantime.
    """
    for node in program.all("for_statement"):
        inner = pointer_loop(node)
        around = enclosing(node, *LOOPS)
        outer = pointer_loop(around) if around is not None else None
        if inner is None or outer is None or not among_rows(program, outer, inner):
            continue
        found = _scan(program, outer, inner)
        if found is None:
            continue
        scan, term = found
        edits = [_blocks(program, scan, term), *_filled(program, scan), *include(program, "vector")]
        yield change(edits, [outer.node], f"Scan columns of the rows in blocks of {_BLOCK}.")


def _scan(program: Program, outer: PointerLoop, inner: PointerLoop) -> tuple[_Scan, str] | None:
    """Return a scan, and the term of a row in a block of rows."""
    body = statements(inner.body)
    done = assignment(body[-1]) if body else None
    if done is None or done[0].type != "identifier":
        return None
    total, term, greatest = text(done[0]), done[2], done[1] == "="
    if greatest:
        given = arguments(term)
        if text(field(term, "function")) != "std::max" or len(given) != 2 or text(given[0]) != total:
            return None
        term = given[1]
    elif done[1] != "+=":
        return None
    kind = type_of(program, done[0])
    if kind not in (_WIDE[:1] if greatest else _WIDE):
        return None
    named: dict[str, Node] = {}
    for each in body[:-1]:
        local = list(declarations_in(each)) if each.type == "declaration" else []
        value = local[0].value if len(local) == 1 and local[0].const else None
        if value is None or local[0].type not in ("bool", "std::uint32_t"):
            return None
        if local[0].type == "bool" and _bits(program, value, named) != 1:
            return None
        named[text(local[0].name)] = value
    if kind != "std::uint32_t" and _bits(program, term, named) > 32 - (_BLOCK - 1).bit_length():
        return None  # the sum of a block may overflow
    scan = _Scan(outer, inner, total, greatest, program.unused("k"))
    written = _in_lanes(program, scan, term, named)
    return (scan, written) if written is not None and scan.columns else None


def _in_lanes(program: Program, scan: _Scan, node: Node, named: dict[str, Node]) -> str | None:
    """Return a term of small unsigned numbers, which reads columns instead of the row; None for others."""
    at, node = scan.inner.at, strip_parens(node)
    place = f"[{at} - {text(scan.outer.first)} + {scan.lane}]"
    if node.type == "binary_expression":
        sides = [field(node, side) for side in ("left", "right")]
        terms = [_in_lanes(program, scan, side, named) for side in sides if side is not None]
        operator = text(field(node, "operator"))
        if operator not in _OPERATORS or len(terms) != 2 or None in terms:
            return None
        shown = [
            f"({t})" if s is not None and _is_compound(s, named) else t
            for s, t in zip(sides, terms, strict=True)
        ]
        return f"{shown[0]} {operator} {shown[1]}"
    if node.type == "identifier" and text(node) in named:
        return _in_lanes(program, scan, named[text(node)], named)
    if not uses(node, at):
        small = re.fullmatch(r"\d{1,9}", text(node)) or type_of(program, node) in _SMALL
        others = {scan.total, *named} & set(map(text, find(node, "identifier")))
        return text(node) if small and not others else None
    if type_of(program, node) not in _SMALL:
        return None
    if node.type == "subscript_expression":
        wanted = f"[{at} - {text(scan.outer.first)}]"
        vector = field(node, "argument")
        known = vector is not None and (type_of(program, vector) or "").startswith("std::vector<std::uint")
        return f"{text(vector)}{place}" if known and text(field(node, "indices")) == wanted else None
    name = _column(program, node, at)
    if name is None:
        return None
    column = program.unused(name)
    value = re.sub(rf"\b{at}\b", scan.outer.at, text(node))
    return f"{column}{place}" if scan.columns.setdefault(column, value) == value else None


def _bits(program: Program, node: Node, named: dict[str, Node]) -> int:
    """Return how many bits a term of unsigned numbers needs at most."""
    node = strip_parens(node)
    operator = text(field(node, "operator")) if node.type == "binary_expression" else ""
    left, right = field(node, "left"), field(node, "right")
    if left is None or right is None or operator not in _OPERATORS:
        known = named.get(text(node))
        return (
            _bits(program, known, named)
            if known is not None
            else _SMALL.get(type_of(program, node) or "", 32)
        )
    bits = [_bits(program, left, named), _bits(program, right, named)]
    if operator in _COMPARISONS:
        return 1
    if operator == "*":
        return max(bits) if 1 in bits else sum(bits)
    return max(bits) + (operator == "+")


def _is_compound(node: Node, named: dict[str, Node]) -> bool:
    inner = strip_parens(node)
    return inner.type == "binary_expression" or text(inner) in named


def _column(program: Program, node: Node, at: str) -> str | None:
    """Return the name of a column for ``row->member`` or ``function(*row)``."""
    if node.type == "field_expression" and re.fullmatch(rf"{at}->\w+", text(node)):
        return f"{text(field(node, 'field'))}_column"
    function = function_named(program, callee_name(node)) if node.type == "call_expression" else None
    if function is None or text(node) != f"{callee_name(node)}(*{at})" or not _is_formula(function):
        return None
    return f"{callee_name(node)}_column"


def _is_formula(function: Node) -> bool:
    """Whether a function only returns an expression that can be computed for any row."""
    body = statements(field(function, "body"))
    risky = ("call_expression", "subscript_expression", "pointer_expression", "assignment_expression")
    divided = [each for each in find(function, "binary_expression") if text(field(each, "operator")) in "/%"]
    plain = len(body) == 1 and body[0].type == "return_statement" and "->" not in text(body[0])
    return plain and not divided and not any(find(body[0], *risky, "update_expression"))


def _blocks(program: Program, scan: _Scan, term: str) -> Edit:
    inner, outer = scan.inner, scan.outer
    k, at, start, end = scan.lane, inner.at, text(inner.first), text(inner.last)
    lines = [f"const {inner.rows}* {at} = {start};"]
    room = [] if starts_among(outer, inner) else [f"{text(outer.first)} <= {at}"]
    if inner.more is not None:
        end = program.unused("stop")
        more = re.sub(rf"\b{at}\b", end, text(inner.more))
        lines.append(f"const {inner.rows}* {end} = {start};")
        lines.append(f"while ({end} != {text(inner.last)} && {more}) ++{end};")
    elif text(outer.last) != end and not scan.before_row:
        room.append(f"{text(outer.last)} - {at} >= {_BLOCK}")
    room.append(f"{end} - {at} >= {_BLOCK}")
    lanes = f"    for (int {k} = 0; {k} < {_BLOCK}; ++{k})"
    part = program.unused("part")
    work = [f"    unsigned {part} = 0;", f"{lanes} {part} += {term};", f"    {scan.total} += {part};"]
    if scan.greatest:
        work = [f"{lanes} {scan.total} = std::max({scan.total}, {term});"]
    lines += [
        f"for (; {' && '.join(room)}; {at} += {_BLOCK}) {{",
        *work,
        "}",
        f"for (; {at} != {end}; ++{at}) ",
    ]
    pad = program.indent(inner.node)
    return Edit(inner.node.start_byte, inner.body.start_byte, f"\n{pad}".join(lines))


def _filled(program: Program, scan: _Scan) -> list[Edit]:
    """Return the edits that make the columns and fill them."""
    outer = scan.outer
    pad = program.indent(outer.node)
    made = f"std::vector<unsigned> {', '.join(scan.columns)};"
    pushes = [f"    {column}.push_back({value});" for column, value in scan.columns.items()]
    if scan.before_row:
        at = outer.body.end_byte - 1
        grown = "".join(
            f"{line}\n{pad}" for line in [pushes[0].lstrip().rjust(len(pushes[0].lstrip()) + 4), *pushes[1:]]
        )
        return [program.insert_before(outer.node, made), Edit(at, at, grown)]
    head = head_of(program, outer)
    return [program.insert_before(outer.node, "\n".join([made, f"{head} {{", *pushes, "}"]))]
