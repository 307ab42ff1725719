"""Side effects of code. All answers err towards "it may"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.grammar import words
from pytest_aiopt.cpp.syntax import (
    Program,
    ancestors,
    arguments,
    enclosing,
    field,
    find,
    inside,
    strip_parens,
    text,
    walk,
)
from pytest_aiopt.rewriter.program.declarations import Declaration, declaration_of, function_named, parameters
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_cheap, is_integer

CONST_METHODS = words(
    "size length empty begin end cbegin cend rbegin rend find count at front back data c_str substr compare "
    "rfind find_first_of find_first_not_of capacity lower_bound upper_bound contains get first second"
)
PURE_FUNCTIONS = words(
    "min max abs sqrt fabs floor ceil log exp pow sin cos size begin end accumulate max_element min_element "
    "lower_bound upper_bound count find isdigit isspace isalpha isalnum tolower toupper distance make_pair "
    "memcmp memchr strlen stoi stol stoll stoul stoull stod stof to_string popcount "
    "__builtin_popcount __builtin_popcountll __builtin_ctz __builtin_ctzll __builtin_clz __builtin_clzll "
    "__builtin_expect __builtin_bswap32 __builtin_bswap64"
)
_CASTS = ("static_cast", "reinterpret_cast", "const_cast")


def root_name(expression: Node | None) -> Node | None:
    """Return the root identifier of an lvalue: ``a`` in ``a.b[i].c``; None if there is none."""
    while expression is not None:
        expression = strip_parens(expression)
        if expression.type == "identifier":
            return expression
        if expression.type == "this":
            return None
        expression = field(expression, "argument")
    return None


def uses(scope: Node, name: str) -> list[Node]:
    """Return the identifiers of this name within a scope (not fields of other objects)."""
    return [node for node in find(scope, "identifier") if text(node) == name]


def callee_name(call: Node) -> str:
    """Return the last name of a callee."""
    callee = field(call, "function")
    while callee is not None and callee.type in ("qualified_identifier", "template_function"):
        callee = field(callee, "name")
    if callee is not None and callee.type == "field_expression":
        callee = field(callee, "field")
    return text(callee)


def is_pure_call(program: Program, call: Node) -> bool:
    """Whether a call has no side effects: a known library function, a const method, a cast."""
    callee = field(call, "function")
    name = callee_name(call)
    if callee is not None and callee.type == "field_expression":
        return name in CONST_METHODS and (type_of(program, field(callee, "argument")) or "std::").startswith(
            "std::"
        )
    if name in _CASTS or text(callee) in _TYPE_CALLS:
        return True
    return name in PURE_FUNCTIONS and function_named(program, name) is None


_TYPE_CALLS = words("int long double float unsigned char bool std::size_t std::string std::string_view")


def is_pure(program: Program, expression: Node) -> bool:
    """Whether evaluating the expression has no side effects."""
    for node in walk(expression):
        if node.type in ("assignment_expression", "update_expression", "new_expression", "delete_expression"):
            return False
        if node.type in ("lambda_expression", "throw_statement", "co_await_expression"):
            return False
        if node.type == "call_expression" and not is_pure_call(program, node):
            return False
    return True


def written_names(program: Program, scope: Node) -> set[str]:
    """Return the names of variables, and fields as ``.name``, that the code may write."""
    return set(_written(program, scope))


def _written(program: Program, scope: Node) -> Iterator[str]:
    for node in walk(scope):
        takes_address = node.type == "pointer_expression" and node.children[0].type == "&"
        if node.type == "assignment_expression":
            yield from _target(field(node, "left"))
        elif node.type == "update_expression" or takes_address:
            yield from _target(field(node, "argument"))
        elif node.type == "call_expression" and not is_pure_call(program, node):
            yield from _call_targets(program, node)
        elif node.type in ("declaration", "for_range_loop"):
            yield from _bound_targets(node)
        elif node.type == "lambda_expression":
            yield "*"
        elif _reads_stream(program, node):
            yield from _target(field(node, "right"))


def _reads_stream(program: Program, node: Node) -> bool:
    """Whether ``a >> b`` may read from a stream; false only for the shift of an integer."""
    shifts = node.type == "binary_expression" and text(field(node, "operator")) == ">>"
    return shifts and not is_integer(type_of(program, field(node, "left")))


def _target(lvalue: Node | None) -> Iterator[str]:
    """Yield every name that may reach an lvalue."""
    root = root_name(lvalue)
    if root is not None:
        yield text(root)
    for node in walk(lvalue) if lvalue is not None else ():
        if node.type == "field_expression":
            yield "." + text(field(node, "field"))


def _bound_targets(node: Node) -> Iterator[str]:
    """Yield the targets that a non-const reference may write."""
    if any(text(child) == "const" for child in node.children if child.type == "type_qualifier"):
        return
    for declarator in node.children_by_field_name("declarator"):
        shape = field(declarator, "declarator") if declarator.type == "init_declarator" else declarator
        if shape is not None and shape.type == "reference_declarator":
            value = field(declarator, "value") or field(node, "right")
            yield from _target(value)


def _call_targets(program: Program, call: Node) -> Iterator[str]:
    callee = field(call, "function")
    if callee is not None and callee.type == "field_expression":
        yield from _target(field(callee, "argument"))
        yield "." + callee_name(call) + "()"
        if callee_name(call) in _STORING:
            return  # takes its arguments by value or const reference
    function = function_named(program, callee_name(call))
    passed = parameters(function) if function is not None else []
    for index, argument in enumerate(arguments(call)):
        if index < len(passed) and passes_unchanged(passed[index]):
            continue
        yield from _reachable(program, argument)
    if callee is not None and callee.type == "identifier" and function is None:
        yield "*"
    elif callee is not None and function is not None:
        yield "()"


_STORING = words("push_back insert append assign erase resize reserve count find emplace emplace_back")
_LVALUES = ("identifier", "field_expression", "subscript_expression", "pointer_expression")
_HANDLES = ("begin", "end", "rbegin", "rend", "data", "back", "front", "at")


def _reachable(program: Program, argument: Node) -> Iterator[str]:
    """Yield the names that a callee might write through an argument: names in it, or held by an iterator."""
    argument = strip_parens(argument)
    if argument.type in _LVALUES:
        yield from _target(argument)
    elif argument.type == "call_expression" and callee_name(argument) in _HANDLES:
        yield from _target(field(argument, "function", "argument"))
    elif argument.type in ("binary_expression", "conditional_expression", "initializer_list"):
        kind = type_of(program, argument)
        if not is_cheap(kind) or kind is None or kind.endswith("*"):
            yield from map(text, find(argument, "identifier"))


def passes_unchanged(parameter: Declaration) -> bool:
    """Whether the callee cannot change the argument through this parameter."""
    return parameter.const or not (parameter.reference or parameter.pointer)


def may_write(program: Program, scope: Node, name: str) -> bool:
    """Whether the code may change the local variable or parameter ``name``."""
    return name in written_names(program, scope)


def writes_only_locals(program: Program, scope: Node) -> bool:
    """Whether no call in the code can reach state that the code does not name."""
    return not written_names(program, scope) & {"*", "()"}


def is_local(program: Program, name: Node) -> bool:
    """Whether an identifier is a local variable or a parameter."""
    declaration = declaration_of(program, name)
    return (
        declaration is not None
        and not declaration.is_field
        and bool(enclosing(declaration.node, "function_definition", "lambda_expression"))
    )


def is_invariant(program: Program, expression: Node, loop: Node) -> bool:
    """Whether a pure expression has the same value in every iteration of the loop.

    Locals must not be written in the loop; fields must not be written in any object; a call of one of the
    program's functions, which might write through a reference, invalidates all but locals.
    """
    if not is_pure(program, expression):
        return False
    written = written_names(program, loop)
    for node in find(expression, "identifier", "field_identifier"):
        if node.type == "field_identifier":
            if "." + text(node) in written or (written & {"*", "()"} and text(node) not in CONST_METHODS):
                return False
            continue
        declaration = declaration_of(program, node)
        if declaration is not None and inside(declaration.node, loop) and declaration.node != loop:
            return False
        if declaration is not None and declaration.node == loop:
            return False
        if text(node) in written or (written & {"*", "()"} and not _safe_from_calls(program, node)):
            return False
    return True


def _safe_from_calls(program: Program, name: Node) -> bool:
    """Whether no call can change the identifier's value without naming it."""
    declaration = declaration_of(program, name)
    if declaration is None:
        return callable_name(name)
    if declaration.is_field:
        return False
    return is_local(program, name) and (declaration.const or not declaration.reference)


def callable_name(name: Node) -> bool:
    """Whether the identifier is (part of) the callee of a call."""
    return any(
        parent.type == "call_expression" and inside(name, field(parent, "function") or parent)
        for parent in list(ancestors(name))[:3]
    )


_COMMUTING = frozenset(["+=", "|=", "&=", "^="])


def commutes(program: Program, loop: Node) -> bool:
    """Whether the iterations of a loop may run in any order.

    They only add up integers or flags, or fill a list whose comment in the source declares its order
    irrelevant.
    """
    body = field(loop, "body")
    return body is not None and all(_commuting(program, each, body) for each in _leaf_statements(body))


def _leaf_statements(body: Node) -> Iterator[Node]:
    kinds = ("expression_statement", "declaration", "return_statement", "break_statement", "throw_statement")
    return find(body, *kinds)


def _commuting(program: Program, statement: Node, body: Node) -> bool:
    if statement.type == "declaration":
        return is_pure(program, statement)
    if statement.type != "expression_statement" or not statement.named_children:
        return False
    done = strip_parens(statement.named_children[0])
    if done.type == "call_expression":
        return callee_name(done) == "push_back" and _order_is_free(
            program, field(done, "function", "argument")
        )
    target = field(done, "left") or field(done, "argument")
    if target is None or not is_integer(type_of(program, target)):
        return False
    if done.type == "update_expression":
        return True
    root, right = root_name(target), field(done, "right")
    if done.type != "assignment_expression" or right is None or not is_pure(program, right):
        return False
    operator = text(field(done, "operator"))
    read_elsewhere = len(uses(body, text(root))) > 1 if root is not None else True
    if operator == "=":
        call = field(right, "function")
        return text(call) in ("std::max", "std::min") and text(target) in map(text, arguments(right))
    return operator in _COMMUTING and not read_elsewhere


def _order_is_free(program: Program, target: Node | None) -> bool:
    """Whether a comment at a member's declaration states that its elements have no order."""
    name = re.escape(text(field(target, "field")) if target is not None else "")
    said = re.compile(rf"\b{name}\b[^\n]*;[^\n]*//[^\n]*\b(any|no particular) order\b")
    return bool(name) and any(said.search(each) for each in (program.text, program.header))
