"""Test eight bytes without branches before a loop tests them one by one."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, field, find, strip_parens, text
from pytest_aiopt.rewriter.program.effects import is_invariant, uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_unsigned
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import (
    CountedLoop,
    change,
    condition_of,
    counted_loops,
    include,
    sole_statement,
)
from pytest_aiopt.rewriter.rules.texts.heads import eight_bytes

_COMPARISONS = ("==", "!=", "<", ">", "<=", ">=")
_ANSWERS = ("true", "false", "number_literal")


@rewrite(Kind.STRUCTURAL, "H")
def eight_tests_first(program: Program) -> Iterator[Change]:
    """Test the first eight bytes of arrays at once, where a loop returns as soon as one passes its test."""
    for loop in counted_loops(program):
        parent, above = loop.node.parent, loop.node.prev_named_sibling
        if parent is None or parent.type != "compound_statement" or text(loop.start) != "0":
            continue
        answer, test = _answer(loop.body)
        if answer is None or test is None or not is_unsigned(type_of(program, loop.bound)):
            continue
        bound = text(loop.bound)
        if not is_invariant(program, loop.bound, loop.node) or text(above).startswith(f"if ({bound} >= 8)"):
            continue
        parts = list(_conjuncts(test))
        if len(uses(test, loop.name)) > 0 and all(_is_comparison(program, loop, each) for each in parts):
            edit = program.insert_before(loop.node, _at_once(program, loop, parts, answer))
            edits = [edit, *include(program, "cstdint"), *include(program, "cstring")]
            yield change(edits, [loop.node], "Test the first eight bytes at once.")


def _answer(body: Node) -> tuple[Node | None, Node | None]:
    """Return the statement and the test of ``if (test) return literal;``."""
    only = sole_statement(body)
    if only is None or only.type != "if_statement" or field(only, "alternative") is not None:
        return None, None
    done = sole_statement(field(only, "consequence"))
    if done is None or done.type != "return_statement" or len(done.named_children) != 1:
        return None, None
    return (done if done.named_children[0].type in _ANSWERS else None), condition_of(only)


def _conjuncts(test: Node) -> Iterator[Node]:
    """Yield the parts of ``a && b && ...``."""
    test = strip_parens(test)
    left, right = field(test, "left"), field(test, "right")
    if text(field(test, "operator")) in ("&&", "&") and left is not None and right is not None:
        yield from _conjuncts(left)
        yield from _conjuncts(right)
    else:
        yield test


def _is_comparison(program: Program, loop: CountedLoop, node: Node) -> bool:
    """Whether a test compares an element of an array of eight bytes with another one or a fixed character."""
    sides = [field(node, side) for side in ("left", "right")]
    if node.type != "binary_expression" or text(field(node, "operator")) not in _COMPARISONS:
        return False
    arrays = [side for side in sides if eight_bytes(program, side, loop.name) is not None]
    others = [side for side in sides if side is not None and side not in arrays]
    fixed = all(
        each.type in ("char_literal", "number_literal")
        or (each.type == "identifier" and text(each) != loop.name and type_of(program, each) == "char")
        for each in others
    )
    return (
        bool(arrays)
        and len(arrays) + len(others) == len(sides)
        and fixed
        and not any(find(node, "call_expression"))
    )


def _at_once(program: Program, loop: CountedLoop, parts: list[Node], answer: Node) -> str:
    passed, some, j = (program.unused(name) for name in ("passed", "some", "j"))
    tests = " & ".join(f"({text(each).replace(f'[{loop.name}]', f'[{j}]')})" for each in parts)
    return "\n".join(
        [
            f"if ({text(loop.bound)} >= 8) {{",
            f"    bool {passed}[8];",
            f"    for (int {j} = 0; {j} < 8; ++{j}) {passed}[{j}] = {tests};",
            f"    std::uint64_t {some};",
            f"    std::memcpy(&{some}, {passed}, 8);",
            f"    if ({some} != 0) {text(answer)}",
            "}",
        ]
    )
