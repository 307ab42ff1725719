"""Sort lists once that are searched again and again for the last element up to a bound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.syntax import Program, ancestors, arguments, enclosing, field, inside, statements, text
from pytest_aiopt.rewriter.program.declarations import (
    Declaration,
    declaration_of,
    declarations_in,
    function_name,
    parameters,
    return_type,
)
from pytest_aiopt.rewriter.program.effects import is_local, uses
from pytest_aiopt.rewriter.program.inference import declared_type, type_of
from pytest_aiopt.rewriter.program.types import is_unsigned, template_parts
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.purity import calls_of
from pytest_aiopt.rewriter.rules.shapes import (
    assignment,
    change,
    condition_of,
    include,
    method_call,
    sole_statement,
)

_MAPS = ("std::map", "std::unordered_map")


@dataclass(frozen=True, slots=True)
class _Search:
    """A function that scans a list for the last of the greatest keys up to a bound, and returns its value."""

    function: Node
    body: Node
    list: str
    bound: str
    key: str
    value: str
    without: str


@rewrite(Kind.STRUCTURAL, "P")
def sort_before_searches(program: Program) -> Iterator[Change]:
    """Sort the lists of a map by key once they are filled; a binary search then finds the last key.

    Only lists that are only appended to before, and only searched afterwards.
    """
    for function in program.all("function_definition"):
        search = _search(program, function)
        calls = calls_of(program, function_name(function)) if search is not None else []
        if search is None or len(calls) != 1 or not _is_hidden(function):
            continue
        lists = _lists(program, calls[0])
        first = _searched_in(lists, calls[0]) if lists is not None else None
        if lists is None or first is None or not _filled_then_searched(program, lists, first, calls[0]):
            continue
        edits = [_sorted(program, first, text(lists.name), search), _halving(program, search)]
        edits += include(program, "algorithm")
        yield change(edits, [function, first], f"Sort {text(lists.name)} once and search them by halves.")


def _is_hidden(function: Node) -> bool:
    """Whether no other file can call a function."""
    space = enclosing(function, "namespace_definition")
    return text(function).startswith("static ") or (space is not None and field(space, "name") is None)


def _search(program: Program, function: Node) -> _Search | None:
    body, given = field(function, "body"), parameters(function)
    parts = statements(body)
    if body is None or len(given) != 2 or len(parts) != 4 or parts[2].type != "for_range_loop":
        return None
    loop, last, kinds = parts[2], parts[3], [declared_type(program, each) for each in given]
    if not (kinds[0] or "").startswith("std::vector<") or not given[0].const or not is_unsigned(kinds[1]):
        return None
    start = {
        text(d.name): d for part in parts[:2] if part.type == "declaration" for d in declarations_in(part)
    }
    element = text(field(loop, "declarator")).lstrip("& ")
    branch = sole_statement(field(loop, "body"))
    test = condition_of(branch) if branch is not None and branch.type == "if_statement" else None
    if text(field(loop, "right")) != text(given[0].name) or text(field(test, "operator")) != "&&":
        return None
    if field(branch, "alternative") is not None or len(start) != 2:
        return None
    kept = [assignment(each) for each in statements(field(branch, "consequence"))]
    copies = {text(done[0]): done[2] for done in kept if done is not None and done[1] == "="}
    value = text(last.named_children[0]) if last.type == "return_statement" and last.named_children else ""
    if len(kept) != 2 or set(copies) != set(start) or value not in start:
        return None
    newest = next(name for name in start if name != value)
    fields = {name: _member(copies[name], element) for name in start}
    key = type_of(program, copies[newest])
    tests = {
        f"{element}.{fields[newest]} <= {text(given[1].name)}",
        f"{element}.{fields[newest]} >= {newest}",
    }
    if {text(field(test, side)) for side in ("left", "right")} != tests or None in fields.values():
        return None
    if not is_unsigned(key) or key != start[newest].type or text(start[newest].value) != "0":
        return None
    if start[value].type != return_type(function) or start[value].value is None:
        return None
    names = text(given[0].name), text(given[1].name), f"{fields[newest]}", f"{fields[value]}"
    return _Search(function, body, *names, text(start[value].value))


def _member(node: Node, element: str) -> str | None:
    """Return the name of a member of the element."""
    return text(field(node, "field")) if text(node) == f"{element}.{text(field(node, 'field'))}" else None


def _lists(program: Program, call: Node) -> Declaration | None:
    """Return the local map in which ``found`` of a call with ``found->second`` was looked up."""
    given = arguments(call)[0]
    found = field(given, "argument")
    if given.type != "field_expression" or found is None or text(given) != f"{text(found)}->second":
        return None
    looked_up = declaration_of(program, found) if found.type == "identifier" else None
    owner = method_call(looked_up.value) if looked_up is not None else None
    if looked_up is None or owner is None or owner[1] != "find" or owner[0].type != "identifier":
        return None
    function = enclosing(call, "function_definition")
    places = [use.parent for use in uses(function, text(found))] if function is not None else []
    plain = all(
        place is not None and (place == given or place.type in ("init_declarator", "binary_expression"))
        for place in places
    )
    lists = declaration_of(program, owner[0])
    if lists is None or lists.reference or not is_local(program, owner[0]) or not plain:
        return None
    name, parts = template_parts(declared_type(program, lists))
    return lists if name in _MAPS and len(parts) == 2 and parts[1].startswith("std::vector<") else None


def _searched_in(lists: Declaration, call: Node) -> Node | None:
    """Return the statement that contains a call and stands in the block in which the map is declared."""
    around = [call, *ancestors(call)]
    return next((each for each in around if each.parent == lists.node.parent), None)


def _filled_then_searched(program: Program, lists: Declaration, first: Node, call: Node) -> bool:
    """Whether the map's lists are only appended to above a statement, and only looked up in it."""
    scope = lists.node.parent
    if scope is None or first.start_byte < lists.node.end_byte:
        return False
    for use in uses(scope, text(lists.name)):
        if use == lists.name:
            continue
        method = use.parent
        if use.start_byte > first.end_byte:
            return False
        if inside(use, first):
            if method is None or text(field(method, "field")) not in ("find", "end"):
                return False
        elif method is None or not _appends(method):
            return False
    return True


def _appends(entry: Node) -> bool:
    """Whether ``map[key]`` is appended to."""
    method = entry.parent
    if entry.type != "subscript_expression" or method is None:
        return False
    return (
        text(field(method, "field")) in ("push_back", "emplace_back") and field(method, "argument") == entry
    )


def _sorted(program: Program, first: Node, lists: str, search: _Search) -> Edit:
    order = f"[](const auto& a, const auto& b) {{ return a.{search.key} < b.{search.key}; }}"
    entry = program.unused("entry")
    lines = [
        f"for (auto& {entry} : {lists}) {{",
        f"    std::stable_sort({entry}.second.begin(), {entry}.second.end(), {order});",
        "}",
    ]
    return program.insert_before(first, "\n".join(lines))


def _halving(program: Program, search: _Search) -> Edit:
    order = f"[](auto bound, const auto& each) {{ return bound < each.{search.key}; }}"
    end, pad = program.unused("after"), program.indent(search.function)
    whole = f"{search.list}.begin(), {search.list}.end(), {search.bound}"
    lines = [
        f"const auto {end} = std::upper_bound({whole}, {order});",
        f"if ({end} == {search.list}.begin()) return {search.without};",
        f"return {end}[-1].{search.value};",
    ]
    parts = statements(search.body)
    return Edit(parts[0].start_byte, parts[-1].end_byte, f"\n{pad}    ".join(lines))
