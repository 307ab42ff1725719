"""Follow the extremes of a window that moves along an array."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.syntax import Program, arguments, field, find, replace, statements, text
from pytest_aiopt.rewriter.program.declarations import declarations_in
from pytest_aiopt.rewriter.program.effects import uses
from pytest_aiopt.rewriter.program.inference import declared_type, type_of
from pytest_aiopt.rewriter.program.stability import is_stable
from pytest_aiopt.rewriter.program.types import is_integer
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import (
    CountedLoop,
    assignment,
    change,
    counted_loops,
    counts_up,
    include,
)

_COUNTERS = ("std::size_t", "size_t", "std::uint32_t", "std::uint64_t")
_ORDERS = {"std::min": ("least", "std::less<>()"), "std::max": ("greatest", "std::greater<>()")}


@dataclass(frozen=True, slots=True)
class _Window:
    """``T x = v[i]; for (n = 1; n < width && n <= i; ++n) x = std::min(x, v[i - n]);`` for every ``i``."""

    outer: CountedLoop
    inner: Node
    array: Node
    width: Node
    within: str
    extremes: list[tuple[Node, str]]

    def element(self, place: str) -> str:
        """Return the array's element at a place."""
        return f"{text(self.array)}[{place}]"


@rewrite(Kind.STRUCTURAL, "ALG")
def slide_extremes(program: Program) -> Iterator[Change]:
    """Keep only those elements of a moving window that can become its least or greatest one.

    A queue in rising (or falling) order holds them, so each element enters and leaves once.
    """
    for outer in counted_loops(program):
        for inner in statements(outer.body):
            window = _window(program, outer, inner)
            if window is not None and is_stable(program, window.array, outer.node):
                yield change(
                    _edits(program, window),
                    [outer.node],
                    f"Slide a window over {text(window.array)} and keep its extremes in order.",
                )
                break


def _window(program: Program, outer: CountedLoop, inner: Node) -> _Window | None:
    parent = outer.node.parent
    if inner.type != "for_statement" or text(outer.start) != "0" or parent is None:
        return None
    kind, head = type_of(program, outer.variable.name), field(inner, "initializer")
    declared = list(declarations_in(head)) if head is not None else []
    if kind not in _COUNTERS or len(declared) != 1 or declared_type(program, declared[0]) != kind:
        return None
    back, bound = text(declared[0].name), _width(inner, text(declared[0].name), outer.name)
    if bound is None or text(declared[0].value) not in ("0", "1"):
        return None
    if not counts_up(field(inner, "update"), back) or not is_stable(program, bound[0], outer.node):
        return None
    done = [_extreme(program, outer, back, each) for each in statements(field(inner, "body"))]
    found = [each for each in done if each is not None]
    if not found or len(found) != len(done) or len({text(array) for _, _, array in found}) != 1:
        return None
    extremes = [(value, function) for value, function, _ in found]
    if len({text(value) for value, _ in extremes}) != len(extremes):
        return None
    window = _Window(outer, inner, found[0][2], *bound, extremes)
    starts = all(_starts(program, window, value) for value, _ in extremes)
    return window if starts and parent.type == "compound_statement" else None


def _width(inner: Node, back: str, i: str) -> tuple[Node, str] | None:
    """Return the width of the window and whether places ``<`` or ``<=`` it away belong to it."""
    condition = field(inner, "condition")
    sides = [field(condition, "left"), field(condition, "right")]
    if text(field(condition, "operator")) != "&&" or f"{back} <= {i}" not in map(text, sides):
        return None
    other = next((each for each in sides if text(each) != f"{back} <= {i}"), None)
    width, sign = field(other, "right"), text(field(other, "operator"))
    fits = text(field(other, "left")) == back and sign in ("<", "<=")
    return (width, sign) if fits and width is not None and not uses(width, back) else None


def _extreme(program: Program, outer: CountedLoop, back: str, step: Node) -> tuple[Node, str, Node] | None:
    """Return (x, ``std::min``, v) of ``x = std::min(x, v[i - back]);``."""
    done = assignment(step)
    if done is None or done[1] != "=" or done[0].type != "identifier":
        return None
    function, given = text(field(done[2], "function")), arguments(done[2])
    if function not in _ORDERS or len(given) != 2 or text(done[0]) not in map(text, given):
        return None
    element = given[1] if text(given[0]) == text(done[0]) else given[0]
    array, kind = field(element, "argument"), type_of(program, element)
    if text(field(element, "indices")) != f"[{outer.name} - {back}]" or array is None:
        return None
    if not is_integer(kind) or kind != type_of(program, done[0]) or kind == "bool":
        return None
    return done[0], function, array


def _declared(window: _Window, value: Node) -> Node | None:
    """Return the initial value ``v[i]`` of an extreme."""
    for statement in statements(window.outer.body):
        if statement.type == "declaration":
            for each in declarations_in(statement):
                same = text(each.name) == text(value) and not each.reference
                if same and text(each.value) == window.element(window.outer.name):
                    return each.value
    return None


def _starts(program: Program, window: _Window, value: Node) -> bool:
    """Whether an extreme starts in each turn with the newest element and is not read before the window."""
    first = _declared(window, value)
    if first is None or first.start_byte > window.inner.start_byte:
        return False
    before = [each for each in statements(window.outer.body) if each.start_byte < window.inner.start_byte]
    if any(_skips(each) for each in before):
        return False
    between = [use for use in uses(window.outer.node, text(value)) if use.end_byte < window.inner.start_byte]
    return len(between) == 1


def _skips(statement: Node) -> bool:
    return any(find(statement, "continue_statement", "goto_statement"))


def _edits(program: Program, window: _Window) -> list[Edit]:
    i, kind = window.outer.name, text(field(window.outer.variable.node, "type"))
    slide, kept, before = (program.unused(name) for name in ("slide", "kept", "before"))
    queues = [program.unused(_ORDERS[function][0]) for _, function in window.extremes]
    above = window.inner.prev_named_sibling
    assert above is not None
    edits = [Edit(above.end_byte, window.inner.end_byte, "")]
    for (value, function), queue in zip(window.extremes, queues, strict=True):
        first = _declared(window, value)
        assert first is not None
        edits.append(replace(first, f"{slide}({queue}, {i}, {_ORDERS[function][1]})"))
    last = f"!{before}({window.element(f'{kept}.back()')}, {window.element(i)})"
    beyond = ">=" if window.within == "<" else ">"
    far = f"{i} - {kept}.front() {beyond} {text(window.width)}"
    lines = [
        f"std::deque<{kind}> {', '.join(queues)};",
        f"const auto {slide} = [&](auto& {kept}, {kind} {i}, auto {before}) {{",
        f"    while (!{kept}.empty() && {far}) {kept}.pop_front();",
        f"    while (!{kept}.empty() && {last}) {kept}.pop_back();",
        f"    {kept}.push_back({i});",
        f"    return {window.element(f'{kept}.front()')};",
        "};",
    ]
    edits.append(program.insert_before(window.outer.node, "\n".join(lines)))
    return [*edits, *include(program, "deque"), *include(program, "functional")]
