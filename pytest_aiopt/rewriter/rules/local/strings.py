"""Local rewrites of string handling."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.syntax import Program, arguments, enclosing, field, find, replace, text
from pytest_aiopt.rewriter.program.declarations import Declaration, declarations_in, function_name, parameters
from pytest_aiopt.rewriter.program.effects import uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import assignment, change, include, insert_helper, method_call


@rewrite(Kind.LOCAL, "LLM-micro")
def append_in_place(program: Program) -> Iterator[Change]:
    """Write ``s += x`` for ``s = s + x``, without a new string each time."""
    for statement in program.all("expression_statement"):
        done = assignment(statement)
        if done is None or done[1] != "=" or done[2].type != "binary_expression":
            continue
        target, _, right = done
        head, tail = _leftmost(right)
        if head is None or text(head) != text(target) or type_of(program, target) != "std::string":
            continue
        if any(text(node) == text(target) for each in tail for node in find(each, "identifier")):
            continue
        appended = " ".join(f"{text(target)} += {text(each)};" for each in tail)
        yield change([replace(statement, appended)], [statement], f"Append to {text(target)} in place.")


def _leftmost(node: Node) -> tuple[Node | None, list[Node]]:
    """Split ``a + b + c`` into ``a`` and ``[b, c]``."""
    if node.type != "binary_expression" or text(field(node, "operator")) != "+":
        return node, []
    left, right = field(node, "left"), field(node, "right")
    if left is None or right is None:
        return None, []
    head, tail = _leftmost(left)
    return head, [*tail, right]


_PARSERS = {"std::stoi": "int", "std::stol": "long", "std::stoll": "long long", "std::stod": "double"}
_PARSE_PART = """\
// The number in text.substr(at, count), read without copying it; throws what std::stoi throws.
template <class Number>
Number {name}(const std::string& text, std::size_t at, std::size_t count) {{
    const char* first = text.data() + at;
    const char* const last = first + std::min(count, text.size() - at);
    while (first != last && std::isspace(static_cast<unsigned char>(*first))) ++first;
    if (first != last && *first == '+') ++first;
    Number value{{}};
    const std::errc failure = std::from_chars(first, last, value).ec;
    if (failure == std::errc::result_out_of_range) throw std::out_of_range("number");
    if (failure != std::errc()) throw std::invalid_argument("number");
    return value;
}}
"""
_PARSE_HEADERS = ("algorithm", "cctype", "charconv", "stdexcept", "string", "system_error")


@rewrite(Kind.LOCAL, "LLM-micro")
def parse_in_place(program: Program) -> Iterator[Change]:
    """Parse a number in a string without taking a substring first."""
    for call in program.all("call_expression"):
        number = _PARSERS.get(text(field(call, "function")))
        if number is None or len(arguments(call)) != 1:
            continue
        part = arguments(call)[0]
        declared = _declared_just_before(program, call, part)
        whole = _substring(program, declared.value if declared is not None else part)
        if whole is None:
            continue
        name = program.unused("parse_part")
        edits = [
            replace(call, f"{name}<{number}>({whole})"),
            insert_helper(program, call, _PARSE_PART.format(name=name)),
            *(edit for header in _PARSE_HEADERS for edit in include(program, header)),
        ]
        if declared is not None:
            edits.append(Edit(program.line_start(declared.node), program.next_line(declared.node), ""))
        yield change(edits, [call], "Parse the number where it stands instead of copying it out.")


def _declared_just_before(program: Program, call: Node, part: Node) -> Declaration | None:
    """Return the declaration of a local used only for this call, in the preceding statement."""
    function, statement = enclosing(call, "function_definition"), call
    while statement.parent is not None and statement.parent.type != "compound_statement":
        statement = statement.parent
    before = statement.prev_named_sibling
    if part.type != "identifier" or function is None or before is None or before.type != "declaration":
        return None
    declared = next(declarations_in(before), None)
    if declared is None or text(declared.name) != text(part) or len(uses(function, text(part))) != 2:
        return None
    return declared


def _substring(program: Program, node: Node | None) -> str | None:
    """Return ``text, at, count`` of ``text.substr(at, count)``."""
    called = method_call(node)
    if node is None or called is None or called[1] != "substr" or len(arguments(node)) != 2:
        return None
    owner = called[0]
    if type_of(program, owner) != "std::string" or owner.type not in ("identifier", "field_expression"):
        return None
    return ", ".join([text(owner), *map(text, arguments(node))])


_VIEWED = ("size", "length", "empty", "front", "back", "find", "compare", "begin", "end")


@rewrite(Kind.LOCAL, "LLM-micro")
def view_parameter(program: Program) -> Iterator[Change]:
    """Pass a read-only string as a string_view, which callers can construct without a copy."""
    for function in program.all("function_definition"):
        body, calls = field(function, "body"), program.all("call_expression")
        for given in parameters(function):
            if body is None or given.type != "std::string" or not given.const or not given.reference:
                continue
            name = text(given.name)
            if name not in text(body) or not all(only_looks(node) for node in uses(body, name)):
                continue
            users = [call for call in calls if function_name(function) == text(field(call, "function"))]
            edits = [
                Edit(given.node.start_byte, given.name.start_byte, "std::string_view "),
                *include(program, "string_view"),
            ]
            yield change(edits, [function, *users], f"Take {name} as a string_view.")


def only_looks(node: Node) -> bool:
    """Whether a use of a string also works on a view of it."""
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "field_expression":
        return text(field(parent, "field")) in _VIEWED
    if parent.type == "for_range_loop":
        return field(parent, "right") == node
    return parent.type == "subscript_expression" and field(parent, "argument") == node
