"""Superficial changes of any program: other tokens, the same data, loops and order of computation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from pytest_aiopt.codebook.facts.unrolling import step_of
from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import RECORDS
from pytest_aiopt.cpp.source import Source, declared_name, function_name
from pytest_aiopt.cpp.tree import Node, text, within

Decoy = Callable[[Source, str], Iterable[Edit]]
"""Returns the edits that make a decoy of a program."""

_DEAD = """
[[maybe_unused]] static unsigned long never_called(const unsigned long* first, unsigned long count) {
    unsigned long sum = 0;
    for (unsigned long i = 0; i < count; ++i) {
        for (unsigned long j = 0; j < i; ++j) sum += first[i] * first[j];
    }
    return sum;
}
"""
_GROWS = r"(push_back|emplace_back|insert|erase|resize|clear|pop_back|swap|assign|append)"
_SCOPES = ("namespace_definition", "declaration_list", "translation_unit")
_BODIES = frozenset({"for_statement", "for_range_loop", "while_statement", "function_definition"})


def const_parameters(source: Source, program: str) -> Iterator[Edit]:
    """Make parameters passed by value const."""
    for node in source.all("parameter_declaration"):
        kind, name = node.child_by_field_name("type"), node.child_by_field_name("declarator")
        function = within(node, "function_definition", "lambda_expression")
        if kind is None or name is None or name.type != "identifier" or function is None:
            continue
        if kind.type != "primitive_type" or "const" in text(node) or _is_assigned(function, text(name)):
            continue
        if within(node, "linkage_specification") is None:
            yield Edit(node.start_byte, node.start_byte, "const ")


def increments(source: Source, program: str) -> Iterator[Edit]:
    """Exchange ``++i`` and ``i += 1`` where the value is unused."""
    for node in source.all("update_expression", "assignment_expression"):
        parent = node.parent
        if parent is None or parent.type not in ("expression_statement", "for_statement"):
            continue
        words = text(node).split(" ")
        if node.type == "update_expression" and words[0] == "++":
            yield Edit(node.start_byte, node.end_byte, f"{node.raw[2:]} += 1")
        elif text(node).endswith(" += 1"):
            yield Edit(node.start_byte, node.end_byte, f"++{node.raw.split(' += ')[0]}")


def comparisons(source: Source, program: str) -> Iterator[Edit]:
    """Rewrite ``a < b`` as ``b > a``."""
    turned = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}
    for node in source.all("binary_expression"):
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = text(node.child_by_field_name("operator"))
        if left is None or right is None or operator not in turned or not _is_simple(left, right):
            continue
        yield Edit(node.start_byte, node.end_byte, f"{right.raw} {turned[operator]} {left.raw}")


def no_operations(source: Source, program: str) -> Iterator[Edit]:
    """Insert statements without effect at the start of every loop body and function."""
    for node in source.all("compound_statement"):
        if node.parent is not None and node.parent.type in _BODIES:
            yield Edit(node.start_byte + 1, node.start_byte + 1, " (void)0; ")


def dead_code(source: Source, program: str) -> Iterator[Edit]:
    """Add a function with loops that is never called."""
    functions = [f for f in source.all("function_definition") if within(f, *RECORDS) is None]
    if functions and (first := _outermost(functions[0])) is not None:
        yield Edit(first.start_byte, first.start_byte, _DEAD.lstrip() + "\n")


def hints(source: Source, program: str) -> Iterator[Edit]:
    """Add branch hints to plain conditions."""
    for node in source.all("if_statement"):
        condition = node.child_by_field_name("condition")
        if condition is not None and "declaration" not in {c.type for c in condition.named_children}:
            inner = condition.raw[1:-1]
            yield Edit(condition.start_byte, condition.end_byte, f"(__builtin_expect(!!({inner}), 1))")


def inlining(source: Source, program: str) -> Iterator[Edit]:
    """Put ``inline`` before every free function."""
    for node in source.all("function_definition"):
        inside = within(node, *RECORDS, "linkage_specification", "template_declaration")
        if inside is None and not text(node).startswith(("inline", "static", "constexpr", "template")):
            yield Edit(node.start_byte, node.start_byte, "inline ")


def named_bounds(source: Source, program: str) -> Iterator[Edit]:
    """Name the bound of a counting loop before the loop, if the loop does not change it."""
    for number, node in enumerate(source.all("for_statement")):
        condition = node.child_by_field_name("condition")
        bound = condition.child_by_field_name("right") if condition is not None else None
        plain = _stands_alone(node)
        if bound is None or not plain or not re.fullmatch(r"\w+(\.\w+|->\w+)?(\(\))?", bound.raw):
            continue
        if text(bound).isdigit() or re.search(_GROWS, text(node)) or _is_assigned(node, text(bound)):
            continue
        yield Edit(node.start_byte, node.start_byte, f"const auto bound_{number} = {bound.raw};\n    ")
        yield Edit(bound.start_byte, bound.end_byte, f"bound_{number}")


def pragmas(source: Source, program: str) -> Iterator[Edit]:
    """Ask the compiler to unroll counting loops."""
    for node in source.all("for_statement"):
        if _stands_alone(node):
            yield Edit(node.start_byte, node.start_byte, "\n#pragma GCC unroll 4\n    ")


def unrolling(source: Source, program: str) -> Iterator[Edit]:
    """Unroll counting loops over a fixed bound twice, with a remainder loop."""
    for node in source.all("for_statement"):
        start, condition = node.child_by_field_name("initializer"), node.child_by_field_name("condition")
        body, update = node.child_by_field_name("body"), text(node.child_by_field_name("update"))
        if start is None or condition is None or body is None or step_of(node) != 1:
            continue
        if not _stands_alone(node):
            continue
        name = text(declared_name(start.child_by_field_name("declarator")))
        bound = condition.child_by_field_name("right")
        simple = text(condition.child_by_field_name("operator")) == "<" and update == f"++ {name}"
        if not name or bound is None or not simple or text(condition.child_by_field_name("left")) != name:
            continue
        if re.search(r"\b(break|continue|return|for|while|auto|const)\b", text(body)) or re.search(
            _GROWS, text(body)
        ):
            continue
        inner = body.raw[1:-1].strip() if body.type == "compound_statement" else body.raw
        if _is_assigned(body, name) or "{" in inner or not inner.endswith(";"):
            continue
        if re.search(r"\w[>&*]* \w+( =|;|\{)", inner):
            inner = f"{{ {inner} }}"  # declarations in the body must not clash with its copy
        again = re.sub(rf"\b{re.escape(name)}\b", f"({name} + 1)", inner)
        yield Edit(
            node.start_byte,
            node.end_byte,
            f"{{ {start.raw} for (; {name} + 1 < {bound.raw}; {name} += 2) {{ {inner} {again} }}\n"
            f"    for (; {name} < {bound.raw}; ++{name}) {{ {inner} }} }}",
        )


def guards(source: Source, program: str) -> Iterator[Edit]:
    """Replace a loop body that is one ``if`` by an early ``continue``."""
    for node in source.all("for_statement", "for_range_loop"):
        body = node.child_by_field_name("body")
        inner = body.named_children if body is not None else []
        if len(inner) != 1 or inner[0].type != "if_statement" or inner[0].child_by_field_name("alternative"):
            continue
        condition, then = (inner[0].child_by_field_name(name) for name in ("condition", "consequence"))
        if condition is None or then is None or then.type != "compound_statement":
            continue
        yield Edit(
            inner[0].start_byte, inner[0].end_byte, f"if (!{condition.raw}) continue;\n{then.raw[1:-1]}"
        )


def order_of_functions(source: Source, program: str) -> Iterator[Edit]:
    """Exchange neighbouring functions that do not call each other."""
    free = [f for f in source.all("function_definition") if f.parent is not None and f.parent.type in _SCOPES]
    taken = -1
    for first, second in pairwise(free):
        same = first.parent == second.parent and first.start_byte > taken
        between = program.encode()[first.end_byte : second.start_byte].strip()
        if same and not between and function_name(first) not in text(second):
            yield Edit(first.start_byte, first.end_byte, second.raw)
            yield Edit(second.start_byte, second.end_byte, first.raw)
            taken = second.end_byte


SUPERFICIAL: dict[str, Decoy] = {
    each.__name__: each
    for each in (
        const_parameters,
        increments,
        comparisons,
        no_operations,
        dead_code,
        hints,
        inlining,
        named_bounds,
        pragmas,
        unrolling,
        guards,
        order_of_functions,
    )
}


def _is_assigned(node: Node, name: str) -> bool:
    """Whether a name is assigned, incremented, bound to a reference or has its address taken below a node."""
    word = re.escape(name)
    assigned = r"(=|\+=|-=|/=|\*=|%=|>>=|<<=|&=|\|=|\^=)( |$)"
    pattern = rf"(\b{word}\b {assigned}|(\+\+|--|&|>>) {word}\b|\b{word} (\+\+|--))"
    return re.search(pattern, text(node)) is not None


def _is_simple(*nodes: Node) -> bool:
    return all(re.fullmatch(r"[\w.\[\]>-]+(\(\))?", node.raw) for node in nodes)


def _outermost(node: Node) -> Node | None:
    while node.parent is not None and node.parent.type not in _SCOPES:
        node = node.parent
    return node


def _stands_alone(loop: Node) -> bool:
    """Whether a loop is a statement of a block without a pragma or label before it."""
    if loop.parent is None or loop.parent.type != "compound_statement":
        return False
    before = loop.prev_named_sibling
    return before is None or not before.type.startswith("preproc")
