"""Search an array in blocks of 64 elements, each of which a few vector instructions test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, arguments, field, find, replace, statements, text
from pytest_aiopt.rewriter.program.effects import is_invariant, is_pure, uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import element_type, is_integer, template_parts
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import change, condition_of, expression_of, whole_vector

_BLOCK = 64
_WRAPPING = ("std::uint32_t", "uint32_t", "unsigned", "unsigned int")


@dataclass(frozen=True, slots=True)
class _Search:
    """``while (i < size && test(v[i])) ++i;`` or, backwards, ``while (i > 0 && test(v[i - 1])) --i;``."""

    loop: Node
    limit: Node
    counter: str
    bound: Node
    test: Node
    place: str
    elements: list[Node]

    @property
    def forwards(self) -> bool:
        """Whether the counter increases."""
        return self.place == self.counter


@rewrite(Kind.STRUCTURAL, "H")
def scan_in_blocks(program: Program) -> Iterator[Change]:
    """Skip blocks of an array in which no element ends the search; the loop itself finds the place.

    Only if the bound is the array's size (or 0, backwards), so that whole blocks may be read.
    """
    for loop in program.all("while_statement"):
        search = _search(program, loop)
        if search is None or _follows_blocks(program, search):
            continue
        kind = type_of(program, search.elements[0])
        if kind is None or not is_integer(kind) or kind == "bool":
            continue
        edit = program.insert_before(loop, _blocks(program, search, kind))
        name = text(field(search.elements[0], "argument"))
        yield change([edit], [loop], f"Search {name} in blocks of {_BLOCK}.")


def _search(program: Program, loop: Node) -> _Search | None:
    condition, body = condition_of(loop), statements(field(loop, "body"))
    step = expression_of(body[0]) if len(body) == 1 else None
    if condition is None or step is None or step.type != "update_expression":
        return None
    limit, test = field(condition, "left"), field(condition, "right")
    counter, bound = text(field(step, "argument")), field(limit, "right")
    if text(field(condition, "operator")) != "&&" or limit is None or test is None or bound is None:
        return None
    sign = {"++": "<", "--": ">"}[text(field(step, "operator"))]
    if text(field(limit, "left")) != counter or text(field(limit, "operator")) != sign:
        return None
    if not is_integer(type_of(program, field(step, "argument"))) or loop.parent is None:
        return None
    place = counter if sign == "<" else f"{counter} - 1"
    elements = list(find(test, "subscript_expression"))
    if not elements or not all(text(field(each, "indices")) == f"[{place}]" for each in elements):
        return None
    search = _Search(loop, limit, counter, bound, test, place, elements)
    return search if _is_safe(program, search) and loop.parent.type == "compound_statement" else None


def _is_safe(program: Program, search: _Search) -> bool:
    """Whether the test reads nothing but elements within the array, and changes nothing."""
    test, bound = search.test, search.bound
    if not is_pure(program, test) or any(find(test, "call_expression")):
        return False
    if len(uses(test, search.counter)) != len(search.elements):
        return False
    arrays = [field(each, "argument") for each in search.elements]
    if not all(each is not None and is_invariant(program, each, search.loop) for each in arrays):
        return False
    if not search.forwards:
        return text(bound) == "0"
    return all(_size_is(program, each, bound) for each in arrays if each is not None)


def _size_is(program: Program, array: Node, bound: Node) -> bool:
    """Whether a bound is the size of the array."""
    name, parts = template_parts(type_of(program, array))
    if name == "std::array" and len(parts) == 2:
        return parts[1] == text(bound)
    return name == "std::vector" and text(bound) == f"{text(array)}.size()"


def _follows_blocks(program: Program, search: _Search) -> bool:
    """Whether the loop already stands below a search in blocks."""
    above = search.loop.prev_named_sibling
    return above is not None and f"{search.counter} {'+' if search.forwards else '-'}= {_BLOCK}" in text(
        above
    )


def _blocks(program: Program, search: _Search, kind: str) -> str:
    i, bound = search.counter, text(search.bound)
    sign = "+" if search.forwards else "-"
    room = f"{i} < {bound} && {bound} - {i} >= {_BLOCK}" if search.forwards else f"{i} >= {_BLOCK}"
    k = program.unused("k")
    start = place_in_block(i, type_of(program, field(search.limit, "left")))
    place = f"[{start}{search.place.removeprefix(i)} {sign} {k}]"
    moved = text(search.test).replace(f"[{search.place}]", place)
    lines = [
        f"while ({room}) {{",
        *block_test(program, kind, f"!({moved})"),
        f"    {i} {sign}= {_BLOCK};",
        "}",
    ]
    return "\n".join(lines)


def place_in_block(counter: str, kind: str | None) -> str:
    """Return a counter as 64 bits, to which the compiler knows that adding a small number does not wrap."""
    return f"std::size_t{{{counter}}}" if kind in _WRAPPING else counter


def block_test(program: Program, kind: str, test: str, block: int = _BLOCK) -> list[str]:
    """Return the lines that leave a loop if any element ``k`` of a block passes a test.

    The compiler vectorises the inner loop, as its count is constant and it has no branches.
    """
    hit, k = program.unused("hit"), program.unused("k")
    return [
        f"    {kind} {hit} = 0;",
        f"    for (int {k} = 0; {k} < {block}; ++{k}) {hit} |= {test};",
        f"    if ({hit} != 0) break;",
    ]


@rewrite(Kind.STRUCTURAL, "H")
def find_in_blocks(program: Program) -> Iterator[Change]:
    """Skip blocks of a vector that do not hold a number; ``std::find`` searches the rest."""
    for call in program.all("call_expression"):
        given = arguments(call)
        if text(field(call, "function")) != "std::find" or len(given) != 3:
            continue
        vector, statement = whole_vector(program, given[0], given[1]), _statement(call)
        if vector is None or statement is None:
            continue
        kind, name = element_type(type_of(program, vector)), text(vector)
        plain = is_integer(kind) and is_integer(type_of(program, given[2]))
        if not plain or kind == "bool" or any(find(given[2], "call_expression")):
            continue
        if kind is None or not is_pure(program, given[2]):
            continue
        start = program.unused("from")
        test = f"{start}[{program.unused('k')}] == {text(given[2])}"
        lines = [
            f"auto {start} = {name}.begin();",
            f"while ({name}.end() - {start} >= {_BLOCK}) {{",
            *block_test(program, kind, test),
            f"    {start} += {_BLOCK};",
            "}",
        ]
        edits = [program.insert_before(statement, "\n".join(lines)), replace(given[0], start)]
        yield change(edits, [statement], f"Search {name} in blocks of {_BLOCK}.")


def _statement(call: Node) -> Node | None:
    """Return the declaration or return statement of which a call is the value."""
    holder = call.parent
    if holder is not None and holder.type == "init_declarator":
        holder = holder.parent
        if holder is not None and len(holder.children_by_field_name("declarator")) != 1:
            return None
    kinds = ("declaration", "return_statement")
    in_block = holder is not None and holder.parent is not None and holder.parent.type == "compound_statement"
    return holder if holder is not None and holder.type in kinds and in_block else None
