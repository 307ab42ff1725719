"""Find where a running sum over an array reaches a bound; blocks that do not are added as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, field, statements, text
from pytest_aiopt.rewriter.program.declarations import declaration_of
from pytest_aiopt.rewriter.program.effects import is_invariant, is_local, uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_unsigned, template_parts
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.loops.scans import place_in_block
from pytest_aiopt.rewriter.rules.shapes import assignment, change, condition_of, counts_up

_BLOCK = 64
_SMALL = ("std::uint8_t", "std::uint16_t", "std::uint32_t", "unsigned char", "unsigned")
_LARGE = ("std::uint64_t", "uint64_t")


@dataclass(frozen=True, slots=True)
class _Sum:
    """A loop over all of an array that sums up elements until a test of the sum holds.

    Either ``total += v[i]; if (total >= bound) leave;`` or ``if (rest < v[i]) leave; rest -= v[i];``.
    """

    loop: Node
    counter: str
    start: str
    size: str
    array: str
    reaches: str
    advance: str


@rewrite(Kind.STRUCTURAL, "H")
def sum_in_blocks(program: Program) -> Iterator[Change]:
    """Add up blocks of unsigned numbers without a test of each; the loop itself finds the place.

    Sums of 32-bit numbers do not overflow 64 bits, so that a block whose sum does not reach a bound has no
    part that does.
    """
    for loop in program.all("for_statement"):
        body = field(loop, "body")
        found = _sum(program, loop)
        if found is not None and body is not None:
            edit = program.insert_before(statements(body)[0], _blocks(program, found))
            yield change([edit], [loop], f"Add up {found.array} in blocks of {_BLOCK}.")


def _sum(program: Program, loop: Node) -> _Sum | None:
    condition, step, body = (field(loop, name) for name in ("condition", "update", "body"))
    i, bound = field(condition, "left"), field(condition, "right")
    if i is None or bound is None or body is None or text(field(condition, "operator")) != "<":
        return None
    counter, work = text(i), statements(body)
    if not counts_up(step, counter) or not is_unsigned(type_of(program, i)):
        return None
    if (
        i.type != "identifier"
        or not is_local(program, i)
        or len(work) != 2
        or body.type != "compound_statement"
    ):
        return None
    rising = work[0].type == "expression_statement"
    done, branch = (assignment(work[0]), work[1]) if rising else (assignment(work[1]), work[0])
    if done is None or branch.type != "if_statement" or done[1] != ("+=" if rising else "-="):
        return None
    if not _is_element(program, done[2], counter, bound) or not _is_sum(program, loop, done[0], rising):
        return None
    test = condition_of(branch)
    left, right = field(test, "left"), field(test, "right")
    signs = (">=", ">") if rising else ("<",)
    sign = text(field(test, "operator"))
    if text(left) != text(done[0]) or sign not in signs or right is None or not _leaves(branch):
        return None
    array, total = field(done[2], "argument"), text(done[0])
    if rising and not _is_fixed(program, right, loop, counter):
        return None
    if not rising and text(right) != text(done[2]):
        return None
    reaches = f"{total} + {{sum}} {sign} {text(right)}" if rising else f"{total} < {{sum}}"
    start = place_in_block(counter, type_of(program, i))
    return _Sum(loop, counter, start, text(bound), text(array), reaches, f"{total} {done[1]} {{sum}};")


def _is_element(program: Program, element: Node, i: str, bound: Node) -> bool:
    """Whether an expression is ``v[i]`` of an array of small unsigned numbers with ``bound`` elements."""
    array = field(element, "argument")
    name, parts = template_parts(type_of(program, array))
    whole = name == "std::array" and len(parts) == 2 and parts[1] == text(bound)
    plain = array is not None and array.type in ("identifier", "field_expression")
    return whole and plain and parts[0] in _SMALL and text(field(element, "indices")) == f"[{i}]"


def _is_sum(program: Program, loop: Node, total: Node, rising: bool) -> bool:
    """Whether a variable can hold the sum; one that rises starts at 0 right above the loop."""
    declared = declaration_of(program, total) if total.type == "identifier" else None
    if declared is None or declared.reference or not is_local(program, total):
        return False
    if type_of(program, total) not in _LARGE:
        return False
    return not rising or (declared.node == loop.prev_named_sibling and text(declared.value) in ("0", "0u"))


def _is_fixed(program: Program, bound: Node, loop: Node, i: str) -> bool:
    known = is_invariant(program, bound, loop) and not uses(bound, i)
    return known and is_unsigned(type_of(program, bound))


def _leaves(branch: Node) -> bool:
    """Whether a branch ends the loop and does nothing else in it."""
    work = statements(field(branch, "consequence"))
    return (
        field(branch, "alternative") is None
        and len(work) == 1
        and work[0].type in ("break_statement", "return_statement")
    )


def _blocks(program: Program, found: _Sum) -> str:
    total, k = program.unused("sum"), program.unused("k")
    i = found.counter
    lines = [
        f"if ({i} % {_BLOCK} == 0) while ({found.size} - {i} > {_BLOCK}) {{",
        f"    std::uint64_t {total} = 0;",
        f"    for (int {k} = 0; {k} < {_BLOCK}; ++{k}) {total} += {found.array}[{found.start} + {k}];",
        f"    if ({found.reaches.format(sum=total)}) break;",
        f"    {found.advance.format(sum=total)}",
        f"    {i} += {_BLOCK};",
        "}",
    ]
    return "\n".join(lines)
