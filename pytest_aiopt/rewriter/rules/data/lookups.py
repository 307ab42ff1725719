"""Local rewrites of container lookups and insertions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, arguments, field, find, replace, text
from pytest_aiopt.rewriter.program.declarations import Declaration, declaration_of, struct_named
from pytest_aiopt.rewriter.program.effects import is_pure, may_write, root_name, uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_cheap, is_unsigned
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import (
    assignment,
    change,
    condition_of,
    counted_loops,
    expression_of,
    include,
    is_vector,
    method_call,
    sole_statement,
)

_MAPS = ("std::map<", "std::unordered_map<", "FlatMap<")


@rewrite(Kind.LOCAL, "LLM-micro")
def single_lookup(program: Program) -> Iterator[Change]:
    """Look a key up once instead of testing for it and then fetching its value."""
    for node in program.all("if_statement"):
        asked, then = _asks_for(condition_of(node)), field(node, "consequence")
        if asked is None or then is None or node.parent is None or node.parent.type != "compound_statement":
            continue
        table, key = asked
        if not (type_of(program, table) or "").startswith(_MAPS) or not is_pure(program, key):
            continue
        again = [
            each
            for each in find(then, "subscript_expression", "call_expression")
            if _fetches(each, table, key)
        ]
        roots = [root for each in (table, key) if (root := root_name(each)) is not None]
        if not again or any(_rewritten(program, then, root, again) for root in roots):
            continue
        condition = condition_of(node)
        assert condition is not None
        name = program.unused("found")
        edits = [
            program.insert_before(node, f"const auto {name} = {text(table)}.find({text(key)});"),
            replace(condition, f"{name} != {text(table)}.end()"),
            *(replace(each, f"{name}->second") for each in again),
        ]
        yield change(edits, [node], f"Look {text(key)} up once.")


def _asks_for(condition: Node | None) -> tuple[Node, Node] | None:
    """Return (map, key) of ``m.count(k)``, ``m.count(k) > 0`` or ``m.find(k) != m.end()``."""
    asking = condition
    if condition is not None and condition.type == "binary_expression":
        right = re.sub(r"\s+", "", text(condition.named_children[-1]))
        asking, sign = field(condition, "left"), text(field(condition, "operator"))
        called = method_call(asking)
        ends = called is not None and sign == "!=" and right == f"{text(called[0])}.end()"
        counts = called is not None and called[1] == "count" and sign in (">", "!=") and right == "0"
        if not ends and not counts:
            return None
    called = method_call(asking)
    if asking is None or called is None or called[1] not in ("count", "find") or len(arguments(asking)) != 1:
        return None
    return called[0], arguments(asking)[0]


def _fetches(node: Node, table: Node, key: Node) -> bool:
    """Whether a node is ``m[k]`` or ``m.at(k)``."""
    if node.type == "subscript_expression":
        return text(node) == f"{text(table)}[{text(key)}]"
    return text(node) == f"{text(table)}.at({text(key)})"


def _rewritten(program: Program, scope: Node, root: Node, fetched: list[Node]) -> bool:
    """Whether code may change the variable of a map or key, apart from the fetches."""
    inside = {node.id for each in fetched for node in find(each, "identifier")}
    others = [node for node in uses(scope, text(root)) if node.id not in inside]
    return bool(others) and may_write(program, scope, text(root))


@rewrite(Kind.LOCAL, "LLM-micro")
def move_last_use(program: Program) -> Iterator[Change]:
    """Move a local into a container at its last use."""
    for statement in program.all("expression_statement"):
        call = expression_of(statement)
        called, done = method_call(call), assignment(statement)
        value = done[2] if done is not None and done[1] == "=" else None
        if call is not None and called is not None and called[1] == "push_back":
            value = next(iter(arguments(call)), None)
        if value is None or value.type != "identifier" or not _ends_here(program, statement, value):
            continue
        edits = [replace(value, f"std::move({text(value)})"), *include(program, "utility")]
        yield change(edits, [statement], f"Move {text(value)}; it is not used again.")


def _ends_here(program: Program, statement: Node, value: Node) -> bool:
    """Whether a local is declared in the statement's block and last used in the statement."""
    declared = declaration_of(program, value)
    if declared is None or declared.node.parent != statement.parent or declared.node.type != "declaration":
        return False
    if not _owns_memory(program, declared) or declared.const or declared.reference or declared.pointer:
        return False
    block = statement.parent
    later = [node for node in uses(block, text(value)) if node.start_byte > value.start_byte] if block else []
    return not later and len(uses(statement, text(value))) == 1 and not _bound(block, text(value))


def _bound(block: Node | None, name: str) -> bool:
    """Whether a reference or pointer to the local may outlive the move."""
    return block is not None and re.search(rf"&\s*\w+\s*=\s*{name}\b|&{name}\b", text(block)) is not None


def _owns_memory(program: Program, declared: Declaration) -> bool:
    return declared.type.startswith(("std::string", "std::vector<", "std::map<")) or (
        struct_named(program, declared.type) is not None and not is_cheap(declared.type)
    )


@rewrite(Kind.LOCAL, "LLM-micro")
def emplace_pair(program: Program) -> Iterator[Change]:
    """Construct a pair in the container instead of copying it."""
    renamed = {"push_back": "emplace_back", "insert": "emplace"}
    for call in program.all("call_expression"):
        called, given = method_call(call), arguments(call)
        name = field(call, "function", "field")
        if called is None or called[1] not in renamed or len(given) != 1 or name is None:
            continue
        made = given[0]
        if made.type != "call_expression" or text(field(made, "function")) != "std::make_pair":
            continue
        if not (type_of(program, called[0]) or "").startswith(("std::vector<std::pair", *_MAPS)):
            continue
        inner = ", ".join(map(text, arguments(made)))
        edits = [replace(name, renamed[called[1]]), replace(made, inner)]
        yield change(edits, [call], "Construct the pair in place.")


@rewrite(Kind.LOCAL, "LLM-micro")
def fill(program: Program) -> Iterator[Change]:
    """Fill a vector by std::fill instead of a loop."""
    for loop in counted_loops(program):
        done = assignment(sole_statement(loop.body))
        if (
            done is None
            or done[1] != "="
            or text(loop.start) != "0"
            or not _never_negative(program, loop.bound)
        ):
            continue
        left, _, value = done
        vector = field(left, "argument")
        if left.type != "subscript_expression" or text(field(left, "indices")) != f"[{loop.name}]":
            continue
        if vector is None or vector.type != "identifier" or not is_vector(program, vector):
            continue
        if value.type not in ("number_literal", "char_literal", "true", "false") or "bool" in (
            type_of(program, vector) or ""
        ):
            continue
        element = (type_of(program, vector) or "")[len("std::vector<") : -1]
        if not is_cheap(element):
            continue
        start = f"{text(vector)}.begin()"
        new = f"std::fill({start}, {start} + {_wrapped(loop.bound)}, {text(value)});"
        yield change([replace(loop.node, new), *include(program, "algorithm")], [loop.node], "Use std::fill.")


def _wrapped(node: Node) -> str:
    return (
        text(node) if node.type in ("identifier", "call_expression", "number_literal") else f"({text(node)})"
    )


def _never_negative(program: Program, bound: Node) -> bool:
    return bound.type == "number_literal" or is_unsigned(type_of(program, bound))


@rewrite(Kind.LOCAL, "LLM-micro")
def wide_index(program: Program) -> Iterator[Change]:
    """Count with std::size_t if an int is only an index and its bound is a size cast to int."""
    for loop in counted_loops(program):
        size = re.fullmatch(r"(?:static_cast<int>|\(int\)|int)\(?(\w+\.size\(\))\)?", text(loop.bound))
        kind = field(loop.variable.node, "type")
        if size is None or kind is None or text(kind) != "int" or text(loop.start) != "0":
            continue
        if not all(_is_index(node) for node in uses(loop.body, loop.name)):
            continue
        edits = [
            replace(kind, "std::size_t"),
            replace(loop.bound, size.group(1)),
            *include(program, "cstddef"),
        ]
        yield change(edits, [loop.node], "Index with the width of an address; no conversion a turn.")


def _is_index(node: Node) -> bool:
    parent = node.parent
    return parent is not None and parent.type == "subscript_argument_list"
