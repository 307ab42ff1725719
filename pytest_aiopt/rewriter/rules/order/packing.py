"""Pack pairs of numbers and pointers into one number, which is compared without branches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.syntax import Program, ancestors, arguments, enclosing, field, find, replace, text
from pytest_aiopt.rewriter.program.declarations import declaration_of, declarations_in
from pytest_aiopt.rewriter.program.types import template_parts
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import change, include

_SMALL = ("std::uint8_t", "std::uint16_t", "std::uint32_t")
_LARGE = ("std::uint64_t", "std::size_t")


@dataclass(frozen=True, slots=True)
class _Pairs:
    """``using name = std::pair<high, low>;``."""

    alias: Node
    name: str
    high: str
    low: str

    @property
    def number(self) -> str:
        """The type of a packed pair."""
        return "std::uint64_t" if self.high in _SMALL and self.low in _SMALL else "unsigned __int128"

    @property
    def shift(self) -> int:
        """The place of the first number in a packed pair."""
        return 32 if self.number == "std::uint64_t" else 64

    def packed(self, high: str, low: str) -> str:
        """Return the number of a pair; numbers are in the order of pairs."""
        cast = f"reinterpret_cast<std::uintptr_t>({low})" if self.low.endswith("*") else None
        first = f"static_cast<{self.number}>(static_cast<{self.high}>({high}))"
        if self.number == "std::uint64_t":
            first = f"{self.number}{{static_cast<{self.high}>({high})}}"
        return f"{first} << {self.shift} | {cast or f'static_cast<{self.low}>({low})'}"

    def parts(self, number: str) -> tuple[str, str]:
        """Return both parts of a packed pair."""
        low = f"static_cast<{self.low}>({number})"
        if self.low.endswith("*"):
            low = f"reinterpret_cast<{self.low}>(static_cast<std::uintptr_t>({number}))"
        return f"static_cast<{self.high}>({number} >> {self.shift})", low


@rewrite(Kind.STRUCTURAL, "L2")
def pack_pairs(program: Program) -> Iterator[Change]:
    """Keep the pairs of a priority queue as single numbers in the same order; a pointer comes second."""
    for alias in program.all("alias_declaration"):
        pairs = _pairs(alias)
        function = enclosing(alias, "function_definition")
        if pairs is None or function is None:
            continue
        queues = [
            d
            for node in find(function, "declaration")
            for d in declarations_in(node)
            if _queue(pairs, d.type)
        ]
        named = [node for node in find(function, "type_identifier") if text(node) == pairs.name]
        inside = [node for node in named if any(_within(node, queue.node) for queue in queues)]
        if len(queues) != 1 or len(named) != len(inside) + 1:
            continue
        edits = _users(program, pairs, function, text(queues[0].name), queues[0].name)
        if edits:
            kind = field(alias, "type")
            assert kind is not None
            edits += [replace(kind, pairs.number), *include(program, "cstdint")]
            yield change(edits, [function], f"Keep each pair of {text(queues[0].name)} as one number.")


def _pairs(alias: Node) -> _Pairs | None:
    name, parts = template_parts(" ".join(text(field(alias, "type")).split()))
    if name != "std::pair" or len(parts) != 2 or parts[0] not in (*_SMALL, *_LARGE):
        return None
    known = parts[1] in (*_SMALL, *_LARGE) or _is_pointer(parts[1])
    return _Pairs(alias, text(field(alias, "name")), *parts) if known else None


def _is_pointer(kind: str) -> bool:
    return re.fullmatch(r"(const )?[\w:]+ ?\*", kind) is not None


def _queue(pairs: _Pairs, kind: str) -> bool:
    """Whether a type is a priority queue of the pairs, least first."""
    name, parts = template_parts(kind)
    least = ("std::greater<>", f"std::greater<{pairs.name}>")
    return (
        name == "std::priority_queue"
        and len(parts) == 3
        and parts[:2] == [pairs.name, f"std::vector<{pairs.name}>"]
        and parts[2] in least
    )


def _within(node: Node, outer: Node) -> bool:
    return any(parent == outer for parent in ancestors(node))


def _users(program: Program, pairs: _Pairs, function: Node, queue: str, name: Node) -> list[Edit]:
    """Return the edits of all uses of the queue; none if one of them is of another form."""
    edits: list[Edit] = []
    for use in find(function, "identifier"):
        if text(use) != queue or use == name:
            continue
        declared = declaration_of(program, use)
        if declared is None or declared.name != name:
            continue
        method, call = use.parent, use.parent.parent if use.parent is not None else None
        if method is None or call is None or call.type != "call_expression":
            return []
        asked = text(field(method, "field"))
        if asked in ("empty", "size", "pop"):
            continue
        edit = _entered(pairs, call) if asked in ("push", "emplace") else _taken(program, pairs, call)
        if edit is None or asked not in ("push", "emplace", "top"):
            return []
        edits.append(edit)
    return edits


def _entered(pairs: _Pairs, call: Node) -> Edit | None:
    given = arguments(call)
    if len(given) == 1 and given[0].type == "initializer_list":
        given = given[0].named_children
    holder = field(call, "arguments")
    if len(given) != 2 or holder is None:
        return None
    return replace(holder, f"({pairs.packed(text(given[0]), text(given[1]))})")


def _taken(program: Program, pairs: _Pairs, call: Node) -> Edit | None:
    """Return the edit of ``q.top().first``, or of ``const auto [a, b] = q.top();``."""
    parent, holder = call.parent, enclosing(call, "declaration")
    if parent is not None and parent.type == "field_expression":
        part = {"first": 0, "second": 1}.get(text(field(parent, "field")))
        return None if part is None else replace(parent, pairs.parts(text(call))[part])
    bound = next(find(holder, "structured_binding_declarator"), None) if holder is not None else None
    if holder is None or bound is None or parent is None or parent.parent != holder:
        return None
    names = [text(node) for node in bound.named_children]
    if len(names) != 2 or "&" in text(holder):
        return None
    packed = program.unused("packed")
    high, low = pairs.parts(packed)
    pad = program.indent(holder)
    lines = [
        f"const {pairs.number} {packed} = {text(call)};",
        f"const auto {names[0]} = {high};",
        f"const auto {names[1]} = {low};",
    ]
    return replace(holder, f"\n{pad}".join(lines))
