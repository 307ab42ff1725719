"""Ask first whether two elements of a union-find structure have the same parent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, enclosing, field, find, inside, statements, text
from pytest_aiopt.rewriter.program.declarations import function_name, function_named, parameters
from pytest_aiopt.rewriter.program.types import is_integer
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import assignment, change, condition_of, sole_statement


@rewrite(Kind.STRUCTURAL, "L1")
def same_parent_first(program: Program) -> Iterator[Change]:
    """Find the roots of two elements to join only if their parents differ.

    Paths then stay as they are, which changes no root. Only if nothing else reads the parents.
    """
    for function in program.all("function_definition"):
        body, given = statements(field(function, "body")), parameters(function)
        if len(body) < 3 or len(given) != 2 or any(each.reference or each.pointer for each in given):
            continue
        names = [text(each.name) for each in given]
        finders = {_finder(program, statement, name) for statement, name in zip(body[:2], names, strict=True)}
        finder = finders.pop() if len(finders) == 1 else None
        parents = _parents(finder) if finder is not None else None
        if finder is None or parents is None or not all(is_integer(each.type) for each in given):
            continue
        same = _answer_if_same(body[2:], names, parents)
        if same is None or not _private(program, parents, (finder, function)):
            continue
        line = f"if ({parents}[{names[0]}] == {parents}[{names[1]}]) return {same};"
        callers = [function, finder]
        yield change(
            [program.insert_before(body[0], line)], callers, "Ask first whether both have one parent."
        )


def _finder(program: Program, statement: Node, name: str) -> Node | None:
    """Return the function ``find`` of a statement ``name = find(name);``."""
    done = assignment(statement)
    if done is None or done[1] != "=" or text(done[0]) != name:
        return None
    called = re.fullmatch(rf"(\w+)\({name}\)", text(done[2]))
    return function_named(program, called.group(1)) if called is not None else None


def _parents(finder: Node) -> str | None:
    """Return the name of the parents in a function that finds a root and halves the path to it."""
    body, given = statements(field(finder, "body")), parameters(finder)
    if len(body) != 2 or len(given) != 1 or body[0].type != "while_statement" or given[0].reference:
        return None
    x = text(given[0].name)
    form = re.fullmatch(rf"(\w+)\[{x}\] != {x}", text(condition_of(body[0])))
    if form is None or text(body[1]) != f"return {x};":
        return None
    parents = form.group(1)
    steps = [text(each) for each in statements(field(body[0], "body"))]
    halving = [f"{parents}[{x}] = {parents}[{parents}[{x}]];", f"{x} = {parents}[{x}];"]
    return parents if steps == halving or steps == [f"{x} = {halving[0][:-1]};"] else None


def _answer_if_same(rest: list[Node], names: list[str], parents: str) -> str | None:
    """Return the answer, without any effect, of a function that knows both roots if they are one; or None."""
    one, other = names
    equal, differ = (rf"(?:{one} {sign} {other}|{other} {sign} {one})" for sign in ("==", "!="))
    low, high = (rf"std::{name}\((?:{one}, {other}|{other}, {one})\)" for name in ("min", "max"))
    place = rf"{parents}\[(?:{low}|{high}|{one}|{other})\]"
    first = rest[0]
    if any(parents in re.sub(place, "", text(each)) for each in rest):
        return None
    if first.type == "if_statement" and re.fullmatch(equal, text(condition_of(first))):
        left = sole_statement(field(first, "consequence"))
        answer = re.fullmatch(r"return ?(true|false|\d*);", text(left))
        return answer.group(1) if answer is not None else None
    linked = rf"{place} = (?:{low}|{high}|{one}|{other});"
    if len(rest) != 2 or not re.fullmatch(linked, text(first)):
        return None
    answer = re.fullmatch(rf"return ({equal}|{differ});", text(rest[1]))
    return None if answer is None else "false" if "!=" in answer.group(1) else "true"


def _private(program: Program, parents: str, users: tuple[Node, Node]) -> bool:
    """Whether the parents are a member that only these functions and the constructor name."""
    holder = enclosing(users[0], "class_specifier")
    if holder is None or enclosing(users[1], "class_specifier") != holder:
        return False
    for use in [each for each in program.all("identifier", "field_identifier") if text(each) == parents]:
        function = enclosing(use, "function_definition")
        if function is None:
            if enclosing(use, "field_declaration") is None or not inside(use, holder):
                return False
        elif function not in users and function_name(function) != text(field(holder, "name")):
            return False
    return not any(find(users[1], "lambda_expression"))
