"""Local rewrites of single declarations, operators and functions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import Program, arguments, enclosing, field, find, replace, text
from pytest_aiopt.rewriter.program.declarations import declarations_in, function_declarator, parameters
from pytest_aiopt.rewriter.program.effects import is_pure, may_write
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_unsigned
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import change, condition_of, counted_loops


@rewrite(Kind.LOCAL, "LLM-micro")
def const_local(program: Program) -> Iterator[Change]:
    """Declare a local of plain type const if it is not written again."""
    for node in program.all("declaration"):
        function, declared = enclosing(node, "function_definition"), list(declarations_in(node))
        block = node.parent
        if function is None or len(declared) != 1 or block is None or block.type != "compound_statement":
            continue
        only = declared[0]
        if (
            only.value is None
            or only.const
            or only.reference
            or only.pointer
            or text(node).startswith("static")
        ):
            continue
        name = text(only.name)
        returned = any(text(each) == f"return {name};" for each in find(function, "return_statement"))
        if returned or may_write(program, function, name) or _used_by_address(function, name):
            continue
        if not re.fullmatch(r"(std::)?\w+|unsigned \w+", only.type) or only.type == "auto":
            continue
        yield change(
            [Edit(node.start_byte, node.start_byte, "const ")], [node], f"{name} never changes; say const."
        )


def _used_by_address(function: Node, name: str) -> bool:
    return (
        re.search(rf"&\s*{name}\b|\b{name}\s*(\.|->)\s*\w+\s*\(|std::move\({name}\)", text(function))
        is not None
    )


@rewrite(Kind.LOCAL, "LLM-micro")
def inline_function(program: Program) -> Iterator[Change]:
    """Mark a small free function inline if a loop calls it."""
    for function in program.all("function_definition"):
        declarator = function_declarator(function)
        name, outer = text(field(declarator, "declarator")), function.parent
        if outer is None or outer.type not in ("translation_unit", "declaration_list") or "::" in name:
            continue
        head = program.data[function.start_byte : declarator.start_byte if declarator else 0].decode()
        short = len(text(function).splitlines()) <= 12
        if (
            not short
            or re.search(r"\b(inline|constexpr|extern|template)\b", head)
            or enclosing(function, "linkage_specification")
        ):
            continue
        callers = [f for call in program.all("call_expression") if text(field(call, "function")) == name
                   and (f := enclosing(call, "function_definition")) is not None]  # fmt: skip
        if callers:
            edit = Edit(function.start_byte, function.start_byte, "inline ")
            yield change([edit], [function], f"Suggest that {name} be inlined.")


@rewrite(Kind.LOCAL, "LLM-micro")
def branch_hint(program: Program) -> Iterator[Change]:
    """Tell the compiler that a branch leading straight out of a loop or function is unlikely."""
    for node in program.all("if_statement"):
        condition, then = condition_of(node), field(node, "consequence")
        if condition is None or then is None or "__builtin_expect" in text(condition):
            continue
        leaves = any(find(then, "return_statement", "throw_statement", "break_statement"))
        if not leaves or field(node, "alternative") is not None or not is_pure(program, condition):
            continue
        if enclosing(node, *LOOPS) is None and not any(find(then, "throw_statement")):
            continue
        hinted = f"__builtin_expect(static_cast<bool>({text(condition)}), 0)"
        yield change([replace(condition, hinted)], [node], f"Mark {text(condition)} as unlikely.")


@rewrite(Kind.LOCAL, "LLM-micro")
def cheaper_operator(program: Program) -> Iterator[Change]:
    """Divide unsigned numbers by a power of two by shifting, and square by multiplying."""
    for node in program.all("binary_expression"):
        left, right = field(node, "left"), field(node, "right")
        operator, power = text(field(node, "operator")), _power_of_two(right)
        if (
            left is None
            or power is None
            or operator not in ("/", "%")
            or not is_unsigned(type_of(program, left))
        ):
            continue
        new = f"({text(left)} >> {power})" if operator == "/" else f"({text(left)} & {(1 << power) - 1}u)"
        yield change([replace(node, new)], [node], f"Strength-reduce {text(node)}.")
    for call in program.all("call_expression"):
        base, exponent = [*arguments(call), None, None][:2]
        squares = text(field(call, "function")) in ("std::pow", "pow") and text(exponent) in ("2", "2.0")
        if base is not None and base.type == "identifier" and squares and type_of(program, base) == "double":
            yield change([replace(call, f"({text(base)} * {text(base)})")], [call], "Square by multiplying.")


def _power_of_two(node: Node | None) -> int | None:
    literal = text(node).rstrip("uUlL")
    if node is None or node.type != "number_literal" or not literal.isdigit():
        return None
    value = int(literal)
    return value.bit_length() - 1 if value > 1 and value & (value - 1) == 0 else None


@rewrite(Kind.LOCAL, "LLM-micro")
def walk_by_range(program: Program) -> Iterator[Change]:
    """Use a range-for if a counter only indexes one vector from start to end."""
    for loop in counted_loops(program):
        bound = re.fullmatch(r"(\w+)\.size\(\)", text(loop.bound))
        if bound is None or text(loop.start) != "0":
            continue
        vector = bound.group(1)
        elements = [
            node for node in find(loop.body, "subscript_expression") if text(node) == f"{vector}[{loop.name}]"
        ]
        counters = [node for node in find(loop.body, "identifier") if text(node) == loop.name]
        others = [node for node in find(loop.body, "identifier") if text(node) == vector]
        if not elements or len(counters) != len(elements) or len(others) != len(elements):
            continue
        kind = type_of(program, field(elements[0], "argument")) or ""
        if not kind.startswith(("std::vector<", "std::array<")) or kind == "std::vector<bool>":
            continue
        fresh = program.unused("item")
        head = Edit(loop.node.start_byte, loop.body.start_byte, f"for (auto& {fresh} : {vector}) ")
        edits = [head, *(replace(node, fresh) for node in elements)]
        yield change(edits, [loop.node], f"Walk {vector} directly instead of by index.")


@rewrite(Kind.LOCAL, "LLM-micro")
def no_throw(program: Program) -> Iterator[Change]:
    """Mark a small free function noexcept if it cannot throw."""
    for function in program.all("function_definition"):
        declarator, body = function_declarator(function), field(function, "body")
        if declarator is None or body is None or function.parent is None:
            continue
        if function.parent.type not in ("translation_unit", "declaration_list") or "noexcept" in text(
            declarator
        ):
            continue
        if any(
            True for _ in find(body, "call_expression", "new_expression", "throw_statement", "declaration")
        ):
            continue
        if any(
            not (p.reference or p.pointer) and p.type.startswith("std::") and "int" not in p.type
            for p in parameters(function)
        ):
            continue
        if enclosing(function, "linkage_specification", "template_declaration") is not None:
            continue
        end = field(declarator, "parameters")
        if end is not None and text(declarator).endswith(")"):
            yield change(
                [Edit(end.end_byte, end.end_byte, " noexcept")], [function], "It cannot throw; say noexcept."
            )
