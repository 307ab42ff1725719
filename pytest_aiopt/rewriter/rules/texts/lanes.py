"""Change the bytes of a text in blocks of sixteen, which fit a vector register."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, field, find, statements, text
from pytest_aiopt.rewriter.program.declarations import Declaration, declaration_of, declarations_in
from pytest_aiopt.rewriter.program.effects import is_pure
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import element_type
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import assignment, change, condition_of, counts_up, sole_statement

_LANES = 16
_BYTES = ("char", "unsigned char", "std::uint8_t")


@dataclass(frozen=True, slots=True)
class _Map:
    """``for (; i < s.size(); ++i) { auto c = f(s[i]); if (test) s[i] = value; else if (rare && ...) ... }``.

    ``made``: the declaration of ``c``, if there is one.
    """

    loop: Node
    counter: str
    array: str
    kind: str
    made: Declaration | None
    test: Node
    value: Node
    rare: Node | None

    def in_lane(self, node: Node, lane: str) -> str:
        """Return an expression of ``s[i]`` in terms of a lane."""
        return text(node).replace(f"{self.array}[{self.counter}]", lane)


@rewrite(Kind.STRUCTURAL, "H")
def map_in_blocks(program: Program) -> Iterator[Change]:
    """Change blocks of a text without branches, up to the first one with a byte of another case."""
    for loop in program.all("for_statement"):
        found = _map(program, loop)
        if found is not None and f"{found.counter} += {_LANES};" not in text(loop.prev_named_sibling):
            edit = program.insert_before(loop, _blocks(program, found))
            yield change([edit], [loop], f"Change {_LANES} bytes of {found.array} at a time.")


def _map(program: Program, loop: Node) -> _Map | None:
    head = re.fullmatch(r"(\w+) < (\w+)\.size\(\)", text(field(loop, "condition")))
    if head is None or field(loop, "initializer") is not None or loop.parent is None:
        return None
    counter, array = head[1], head[2]
    if not counts_up(field(loop, "update"), counter):
        return None
    owner = field(loop, "condition", "right", "function", "argument")
    count, kind = field(loop, "condition", "left"), element_type(type_of(program, owner))
    vector = (type_of(program, owner) or "").startswith(("std::vector<", "std::string"))
    if kind not in _BYTES or not vector or type_of(program, owner) == "std::string_view":
        return None
    if type_of(program, count) != "std::size_t" or loop.parent.type != "compound_statement":
        return None
    return _cases(program, loop, counter, array, kind)


def _cases(program: Program, loop: Node, counter: str, array: str, kind: str) -> _Map | None:
    """Parse the body of a loop."""
    body = statements(field(loop, "body"))
    made = list(declarations_in(body[0])) if len(body) == 2 and body[0].type == "declaration" else []
    if any(each.reference or each.value is None for each in made):
        return None
    if len(body) != 1 + len(made) or body[-1].type != "if_statement":
        return None
    test, done = condition_of(body[-1]), assignment(sole_statement(field(body[-1], "consequence")))
    if test is None or done is None or done[1] != "=" or text(done[0]) != f"{array}[{counter}]":
        return None
    other = field(body[-1], "alternative")
    inner = other.named_children[-1] if other is not None else None
    rare = condition_of(inner) if inner is not None and inner.type == "if_statement" else None
    if inner is not None and (rare is None or field(inner, "alternative") is not None):
        return None
    while rare is not None and text(field(rare, "operator")) == "&&":
        rare = field(rare, "left")
    found = _Map(loop, counter, array, kind, made[0] if made else None, test, done[2], rare)
    parts = [test, done[2], *([] if rare is None else [rare]), *([made[0].value] if made else [])]
    return found if all(each is not None and _of_one_byte(program, found, each) for each in parts) else None


def _of_one_byte(program: Program, found: _Map, node: Node) -> bool:
    """Whether an expression depends on no other element, has no effect, and can be evaluated anywhere."""
    if not is_pure(program, node) or "/" in text(node) or "%" in text(node):
        return False
    for call in find(node, "call_expression"):
        if not text(field(call, "function")).startswith("static_cast<"):
            return False
    if any(find(node, "field_expression", "pointer_expression", "lambda_expression")):
        return False
    if not all(_is_value(program, found, name) for name in find(node, "identifier")):
        return False
    element = f"{found.array}[{found.counter}]"
    if any(text(each) != element for each in find(node, "subscript_expression")):
        return False
    rest = text(node).replace(element, "")
    return not re.search(rf"\b({found.array}|{found.counter})\b", rest)


def _is_value(program: Program, found: _Map, name: Node) -> bool:
    """Whether a name is no reference, which might be one to the changed bytes."""
    declared = declaration_of(program, name)
    own = text(name) in (found.array, found.counter)
    return own or text(name) == "static_cast" or (declared is not None and not declared.reference)


def _blocks(program: Program, found: _Map) -> str:
    block, hit, j = (program.unused(name) for name in ("block", "hit", "j"))
    lane = f"{block}[{j}]"
    each = f"for (int {j} = 0; {j} < {_LANES}; ++{j})"
    made = f"{found.in_lane(found.made.node, lane)} " if found.made is not None else ""
    changed = f"{lane} = {found.in_lane(found.test, lane)} ? {found.in_lane(found.value, lane)} : {lane};"
    tests = []
    if found.rare is not None:
        tests = [
            f"    unsigned char {hit} = 0;",
            f"    {each} {hit} |= {_inlined(found, found.rare, lane)};",
            f"    if ({hit} != 0) break;",
        ]
    lines = [
        f"while ({found.counter} + {_LANES} <= {found.array}.size()) {{",
        f"    {found.kind}* const {block} = &{found.array}[{found.counter}];",
        *tests,
        f"    {each} {{ {made}{changed} }}",
        f"    {found.counter} += {_LANES};",
        "}",
    ]
    return "\n".join(lines)


def _inlined(found: _Map, node: Node, lane: str) -> str:
    """Return an expression in terms of a lane, without the local that is made of it."""
    written = found.in_lane(node, lane)
    if found.made is None or found.made.value is None:
        return written
    value = found.in_lane(found.made.value, lane)
    value = value if found.made.value.type == "call_expression" else f"({value})"
    return re.sub(rf"\b{text(found.made.name)}\b", lambda _: value, written)
