"""Structural rewrites that tile a large vector to serve many folds in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.syntax import Program, arguments, enclosing, field, find, replace, statements, text
from pytest_aiopt.rewriter.program.declarations import (
    Declaration,
    declarations_in,
    function_name,
    function_named,
    parameters,
)
from pytest_aiopt.rewriter.program.effects import is_invariant, may_write, root_name, uses, written_names
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.purity import calls_of
from pytest_aiopt.rewriter.rules.shapes import (
    CountedLoop,
    assignment,
    change,
    counted_loops,
    head_of,
    include,
    sole_statement,
)

_TILE = 256
_EXITS = ("break_statement", "return_statement", "goto_statement", "throw_statement")


@dataclass(frozen=True, slots=True)
class _Scan:
    """``T sum = init; for (const E& e : xs) ...``: a range-for that folds a vector into one local."""

    start: Node
    sum: Declaration
    loop: Node
    vector: Node

    @property
    def name(self) -> str:
        """The name of the sum."""
        return text(self.sum.name)

    @property
    def initial(self) -> str:
        """The initial value of the sum."""
        literal = self.sum.value is not None and self.sum.value.type != "initializer_list"
        return text(self.sum.value) if literal else f"{self.sum.type}{{}}"

    @property
    def why(self) -> str:
        """The rationale of tiling it."""
        return f"Walk {text(self.vector)} in tiles that stay in the cache while all turns pass over them."


@dataclass(frozen=True, slots=True)
class _Names:
    """Unused names for the bounds of a tile."""

    first: str
    last: str
    index: str


def _names(program: Program) -> _Names:
    return _Names(*(program.unused(name) for name in ("first", "last", "index")))


@rewrite(Kind.STRUCTURAL, "B")
def tile_nested_scan(program: Program) -> Iterator[Change]:
    """Scan a vector tile by tile for all iterations of the outer loop, instead of in full for each."""
    for outer in counted_loops(program):
        body = statements(outer.body)
        if len(body) != 3 or not _in_block(outer):
            continue
        scan, stored = _scan(program, body[0], body[1]), assignment(body[2])
        if scan is None or stored is None or stored[1] != "=" or text(stored[2]) != scan.name:
            continue
        if not _own_slot(program, outer, stored[0], scan) or not _fixed(program, scan.vector, outer):
            continue
        target, names, pad = text(stored[0]), _names(program), program.indent(outer.node) + " " * 8
        turn = [
            f"{text(field(scan.start, 'type'))} {scan.name} = {target};",
            _indexed_loop(program, scan, names, pad),
            f"{target} = {scan.name};",
        ]
        tiles = _tiles(program, outer, text(scan.vector), names, f"{target} = {scan.initial};", *turn)
        edits = [replace(outer.node, tiles), *include(program, "cstddef")]
        yield change(edits, [outer.node], scan.why)


@rewrite(Kind.STRUCTURAL, "B")
def tile_called_scan(program: Program) -> Iterator[Change]:
    """Like tile_nested_scan, for a scan in a function that is called once per iteration."""
    for outer in counted_loops(program):
        stored = assignment(sole_statement(outer.body))
        if stored is None or stored[1] != "=" or stored[2].type != "call_expression" or not _in_block(outer):
            continue
        function = function_named(program, text(field(stored[2], "function")))
        body = statements(field(function, "body"))
        if function is None or len(body) != 3 or len(calls_of(program, function_name(function))) != 1:
            continue
        scan = _scan(program, body[0], body[1])
        if scan is None or text(body[2]) != f"return {scan.name};":
            continue
        if _own_slot(program, outer, stored[0], scan):
            yield from _tile_function(program, outer, function, scan, stored[0])


def _tile_function(
    program: Program, outer: CountedLoop, function: Node, scan: _Scan, target: Node
) -> Iterator[Change]:
    call = field(target.parent, "right")
    given = parameters(function)
    names = [text(parameter.name) for parameter in given]
    if call is None or text(scan.vector) not in names or len(names) != len(arguments(call)):
        return
    vector = arguments(call)[names.index(text(scan.vector))]
    listed = enclosing(given[0].name, "parameter_list")
    if listed is None or not _fixed(program, vector, outer):
        return
    tile = _names(program)
    passed = f"{text(field(call, 'arguments'))[:-1]}, {tile.first}, {tile.last}, {text(target)})"
    turn = [f"{text(target)} = {text(field(call, 'function'))}{passed};"]
    more = (
        f", std::size_t {tile.first}, std::size_t {tile.last}, {text(field(scan.start, 'type'))} {scan.name}"
    )
    edits = [
        replace(
            outer.node, _tiles(program, outer, text(vector), tile, f"{text(target)} = {scan.initial};", *turn)
        ),
        Edit(listed.end_byte - 1, listed.end_byte - 1, more),
        Edit(program.line_start(scan.start), program.next_line(scan.start), ""),
        replace(scan.loop, _indexed_loop(program, scan, tile, program.indent(scan.loop))),
        *include(program, "cstddef"),
    ]
    yield change(edits, [outer.node, function], scan.why)


def _in_block(loop: CountedLoop) -> bool:
    return loop.node.parent is not None and loop.node.parent.type == "compound_statement"


def _scan(program: Program, start: Node, loop: Node) -> _Scan | None:
    """Parse two statements as a scan; None if they are something else."""
    declared = next(declarations_in(start), None) if start.type == "declaration" else None
    vector, body, shape = (field(loop, name) for name in ("right", "body", "declarator"))
    if declared is None or loop.type != "for_range_loop" or vector is None or body is None or shape is None:
        return None
    if declared.value is None or not _constant(declared.value) or declared.reference or declared.pointer:
        return None
    if not (type_of(program, vector) or "").startswith("std::vector<") or vector.type != "identifier":
        return None
    if shape.type != "reference_declarator" or "const" not in text(loop).split(":")[0]:
        return None
    written = written_names(program, body)
    own = {text(d.name) for node in find(body, "declaration") for d in declarations_in(node)}
    plain = {name for name in written - own if not name.startswith((".", "("))}
    if plain != {text(declared.name)} or may_write(program, loop, text(vector)) or any(find(loop, *_EXITS)):
        return None
    return _Scan(start, declared, loop, vector)


def _constant(value: Node) -> bool:
    """Whether an initialiser is a literal or ``{}``."""
    return value.type in ("number_literal", "true", "false") or text(value).replace(" ", "") == "{}"


def _own_slot(program: Program, outer: CountedLoop, target: Node, scan: _Scan) -> bool:
    """Whether each iteration of the outer loop has a separate place for its sum, of the sum's type."""
    root = root_name(target)
    if target.type != "subscript_expression" or text(field(target, "indices")) != f"[{outer.name}]":
        return False
    if root is None or type_of(program, target) != scan.sum.type or scan.sum.type == "bool":
        return False
    return len(uses(outer.body, text(root))) == 1


def _fixed(program: Program, vector: Node, outer: CountedLoop) -> bool:
    """Whether a vector stays the same during a loop: it is const, or nothing writes it."""
    function = enclosing(outer.node, "function_definition")
    if vector.type != "identifier" or function is None:
        return False
    const_local = any(
        declared.const and text(declared.name) == text(vector)
        for node in find(function, "declaration")
        for declared in declarations_in(node)
    )
    return const_local or is_invariant(program, vector, outer.node)


def _tiles(program: Program, outer: CountedLoop, vector: str, names: _Names, start: str, *turn: str) -> str:
    """Return the loops: one initialises all sums, one over tiles contains the outer one with ``turn``."""
    pad, head = program.indent(outer.node), head_of(program, outer)
    first, size = names.first, f"{vector}.size()"
    return "\n".join(
        [
            f"{head} {start}",
            f"{pad}for (std::size_t {first} = 0; {first} < {size}; {first} += {_TILE}) {{",
            f"{pad}    const std::size_t {names.last} =",
            f"{pad}        {first} + {_TILE} < {size} ? {first} + {_TILE} : {size};",
            f"{pad}    {head} {{",
            *(f"{pad}        {statement}" for statement in turn),
            f"{pad}    }}",
            f"{pad}}}",
        ]
    )


def _indexed_loop(program: Program, scan: _Scan, names: _Names, pad: str) -> str:
    """Return the scan's loop over one tile, its lines after the first indented by ``pad``."""
    head = program.data[scan.loop.start_byte : scan.vector.start_byte].decode()
    element = re.sub(r"^for\s*\(\s*(.*?)\s*:\s*$", r"\1", head, flags=re.DOTALL)
    old = program.indent(scan.loop)
    body = [text(node).replace("\n" + old, "\n" + pad) for node in statements(field(scan.loop, "body"))]
    i = names.index
    lines = [f"{pad}    {line}" for line in [f"{element} = {text(scan.vector)}[{i}];", *body]]
    start = f"for (std::size_t {i} = {names.first}; {i} < {names.last}; ++{i}) {{"
    return "\n".join([start, *lines, f"{pad}}}"])
