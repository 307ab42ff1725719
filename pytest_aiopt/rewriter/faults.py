"""Invalid edits and edits without effect, as real models sometimes make them.

Each fault takes the program, the intended change and a generator and returns blocks, or None if it does not
apply; then the program is quoted unchanged.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.syntax import Program, enclosing, field, find, lines_of, replace, text
from pytest_aiopt.rewriter.engine import Proposal
from pytest_aiopt.rewriter.program.declarations import declarations_in
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import is_cheap
from pytest_aiopt.rewriter.reply import Block, apply_blocks, blocks_between

_Fault = Callable[[Program, Proposal, random.Random], "list[Block] | None"]
_SLIPS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "+": "-", "&&": "||"}
_UNDOINGS = (
    (re.compile(r"^(\s*)\+\+(\w+);", re.M), r"\1\2++;"),
    (re.compile(r"\bconst auto& "), "auto "),
    (re.compile(r"\b(\w+) \+= ([^;=]+);"), r"\1 = \1 + \2;"),
    (re.compile(r"std::unordered_(map|set)"), r"std::\1"),
    (re.compile(r"^[ \t]*\w+\.reserve\([^;]*;\n", re.M), ""),
    (re.compile(r"\bconst (std::\w+)& (\w+)([,)])"), r"\1 \2\3"),
)


def draw_fault(rates: Mapping[str, float], rng: random.Random) -> str | None:
    """Draw the name of a fault by its rate; None for a sound edit."""
    point = rng.random()
    for name, rate in rates.items():
        point -= rate
        if point < 0:
            return name
    return None


def faulty_blocks(name: str, program: Program, intended: Proposal, rng: random.Random) -> list[Block]:
    """Return the blocks of a reply with this fault."""
    return _FAULTS[name](program, intended, rng) or _quote(program, intended)


def _unmatched_search(program: Program, intended: Proposal, rng: random.Random) -> list[Block] | None:
    """Misquote the old text by more than white space."""
    blocks = blocks_between(program.text, intended.program.text)
    if not blocks:
        return None
    head, *rest = blocks
    spoilt = rng.choice([f"// {head.search}", head.search.replace("(", "(("), f"{head.search} //"])
    wrong = Block(spoilt, head.replace)
    if apply_blocks(program.text, [wrong]) != program.text:
        wrong = Block(f"  {head.search} //", head.replace)
    return [wrong, *rest]


def _syntax_error(program: Program, intended: Proposal, rng: random.Random) -> list[Block] | None:
    """Drop a semicolon or a closing parenthesis from the new text."""
    blocks = blocks_between(program.text, intended.program.text)
    spots = [
        (index, match.start())
        for index, block in enumerate(blocks)
        for match in re.finditer(r"[;)](?=[ \t]*$)", block.replace, re.M)
        if not block.replace[: match.start()].rsplit("\n", 1)[-1].lstrip().startswith("//")
    ]
    if not spots:
        return None
    index, at = rng.choice(spots)
    whole = blocks[index].replace
    blocks[index] = Block(blocks[index].search, whole[:at] + whole[at + 1 :])
    return blocks


def _undeclared_name(program: Program, intended: Proposal, rng: random.Random) -> list[Block] | None:
    """Use an undeclared name in the changed version."""
    changed = intended.program
    names = [n for n in _near(changed, intended, "identifier") if _is_plain_use(n)]
    if not names:
        return None
    name = rng.choice(names)
    return _between(program, changed, [replace(name, changed.unused(f"{text(name)}_value"))])


def _wrong_condition(program: Program, intended: Proposal, rng: random.Random) -> list[Block] | None:
    """Change an operator: an off-by-one bound or an inverted comparison."""
    changed = intended.program
    spots = [
        operator
        for node in _near(changed, intended, "binary_expression")
        if (operator := field(node, "operator")) is not None
        and text(operator) in _SLIPS
        and (text(operator) != "+" or is_cheap(type_of(changed, node)))
    ]
    if not spots:
        return None
    operator = rng.choice(spots)
    return _between(program, changed, [replace(operator, _SLIPS[text(operator)])])


def _comment_only(program: Program, intended: Proposal, rng: random.Random) -> list[Block] | None:
    places = _near(program, intended, "for_statement", "for_range_loop", "return_statement", "if_statement")
    if not places:
        return None
    remark = rng.choice(
        ["// Hot path: keep this tight.", "// Optimised for locality.", "// Note: order matters here."]
    )
    return _between(program, program, [program.insert_before(rng.choice(places), remark)])


def _rename_only(program: Program, intended: Proposal, rng: random.Random) -> list[Block] | None:
    """Rename one local variable."""
    places = [
        (declared.name, function)
        for node in _near(program, intended, "declaration")
        if (function := enclosing(node, "function_definition")) is not None
        for declared in declarations_in(node)
    ]
    if not places:
        return None
    name, function = rng.choice(places)
    new = program.unused(f"{text(name)}_local")
    if any(text(n) == text(name) for n in find(function, "field_identifier")):
        return None
    return _between(
        program, program, [replace(n, new) for n in find(function, "identifier") if text(n) == text(name)]
    )


def _undo(program: Program, intended: Proposal, rng: random.Random) -> list[Block] | None:
    """Revert an earlier improvement."""
    spots = [
        (match.start(), match.end(), match.expand(form))
        for pattern, form in _UNDOINGS
        for match in pattern.finditer(program.text)
    ]
    if not spots:
        return None
    start, end, new = rng.choice(spots)
    return blocks_between(program.text, program.text[:start] + new + program.text[end:])


def _no_change(program: Program, intended: Proposal, rng: random.Random) -> list[Block] | None:
    return _quote(program, intended)


_FAULTS: Mapping[str, _Fault] = {
    "unmatched_search": _unmatched_search,
    "syntax_error": _syntax_error,
    "undeclared_name": _undeclared_name,
    "wrong_condition": _wrong_condition,
    "no_change": _no_change,
    "comment_only": _comment_only,
    "rename_only": _rename_only,
    "undo": _undo,
}


def _quote(program: Program, intended: Proposal) -> list[Block]:
    """Replace the affected lines by themselves."""
    return [
        Block(block.search, block.search) for block in blocks_between(program.text, intended.program.text)[:1]
    ]


def _between(program: Program, base: Program, edits: list[Edit]) -> list[Block]:
    return blocks_between(program.text, base.apply(edits))


def _near(program: Program, intended: Proposal, *types: str) -> list[Node]:
    """Return nodes of these types in the changed functions, else anywhere."""
    names = {line for site in intended.sites for line in site.change.lines}
    nodes = program.all(*types)
    near = [
        node
        for node in nodes
        if (function := enclosing(node, "function_definition")) is not None and lines_of(function) & names
    ]
    return near or nodes


def _is_plain_use(name: Node) -> bool:
    """Whether an identifier is a value that is read."""
    parent = name.parent
    return parent is not None and parent.type in (
        "binary_expression", "argument_list", "return_statement", "subscript_argument_list",
    )  # fmt: skip
