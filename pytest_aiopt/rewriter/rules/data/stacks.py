"""Keep the number of elements of a stack or queue in a local variable, apart from its vector."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import (
    Program,
    arguments,
    enclosing,
    field,
    find,
    inside,
    replace,
    statements,
    text,
)
from pytest_aiopt.rewriter.program.declarations import Declaration, declaration_of, declarations_in
from pytest_aiopt.rewriter.program.effects import uses
from pytest_aiopt.rewriter.program.types import element_type, is_cheap, is_integer, template_parts
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import assignment, change, condition_of, expression_of, method_call

_ROOM = 16


@dataclass(frozen=True, slots=True)
class _Stack:
    """A local vector of small elements, and the name of its counter."""

    name: str
    top: str

    def entered(self, value: str) -> list[str]:
        """Return the statements that add an element."""
        return [self.grown, f"{self.name}[{self.top}++] = {value};"]

    @property
    def grown(self) -> str:
        """The statement that makes room for one more element."""
        return f"if ({self.top} == {self.name}.size()) {self.name}.resize(2 * {self.top});"


@rewrite(Kind.STRUCTURAL, "L2")
def count_apart(program: Program) -> Iterator[Change]:
    """Count the elements of a local stack or queue in a variable that stays in a register.

    The vector only grows. Queues are counted only if elements enter unless marked: such an element is
    written in any case, and counts if it was not marked.
    """
    for node in program.all("declaration"):
        function, declared = enclosing(node, "function_definition"), list(declarations_in(node))
        if function is None or len(declared) != 1 or not _is_stack(program, declared[0]):
            continue
        stack = _Stack(text(declared[0].name), program.unused("top"))
        edits = _edits(program, function, declared[0], stack)
        if edits:
            name = declared[0].name
            edits.append(Edit(name.end_byte, name.end_byte, f"({_ROOM})"))
            line = f"\n{program.indent(node)}std::size_t {stack.top} = 0;"
            edits.append(Edit(node.end_byte, node.end_byte, line))
            yield change(edits, [function], f"Count the elements of {stack.name} apart from the vector.")


def _is_stack(program: Program, declared: Declaration) -> bool:
    """Whether a declaration makes an empty vector of numbers, or of pairs of numbers."""
    name, parts = template_parts(declared.type)
    plain = not (declared.const or declared.reference or declared.pointer) and declared.value is None
    holder = declared.node.parent
    if name != "std::vector" or len(parts) != 1 or not plain:
        return False
    if holder is None or holder.type != "compound_statement" or "static" in text(declared.node):
        return False
    pair, numbers = template_parts(parts[0])
    return all(map(is_integer, numbers)) if pair == "std::pair" else is_cheap(parts[0]) and parts[0] != "bool"


def _edits(program: Program, function: Node, declared: Declaration, stack: _Stack) -> list[Edit]:
    """Return the edits of all uses; none if one is of another form, or none adds an element in a loop."""
    edits: list[Edit] = []
    grows = False
    for use in uses(function, stack.name):
        if use == declared.name:
            continue
        found = declaration_of(program, use)
        if found is None or found.name != declared.name or enclosing(use, "lambda_expression") is not None:
            return []
        if use.parent is not None and use.parent.type == "subscript_expression":
            if field(use.parent, "argument") != use:
                return []
            continue
        call = use.parent.parent if use.parent is not None else None
        edit = _of_call(program, function, call, stack) if call is not None else None
        if edit is None:
            return []
        edits.append(edit)
        grows = grows or "++" in edit.text or "+= !" in edit.text
    texts = [edit.text for edit in edits]
    pays = any(each.startswith(f"--{stack.top}") or f"{stack.top} += !" in each for each in texts)
    return edits if grows and pays else []


def _of_call(program: Program, function: Node, call: Node, stack: _Stack) -> Edit | None:
    """Return the edit of a call of one of the vector's methods."""
    called, given, statement = method_call(call), arguments(call), call.parent
    if called is None or statement is None or any(uses(each, stack.name) for each in given):
        return None
    method, alone = called[1], statement.type == "expression_statement"
    if not alone:
        if method == "empty" and statement.type == "unary_expression" and text(statement)[0] == "!":
            return replace(statement, f"{stack.top} != 0")
        values = {
            "empty": f"({stack.top} == 0)",
            "size": stack.top,
            "back": f"{stack.name}[{stack.top} - 1]",
        }
        return replace(call, values[method]) if method in values and not given else None
    block = statement.parent
    if block is None or block.type != "compound_statement":
        return None
    lines: list[str] = []
    if method == "clear":
        lines = [f"{stack.top} = 0;"]
    elif method == "pop_back":
        lines = [f"--{stack.top};"]
    elif method == "assign" and len(given) == 2 and text(given[0]) == "1":
        lines = [f"{stack.name}[0] = {text(given[1])};", f"{stack.top} = 1;"]
    elif method in ("push_back", "emplace_back") and given and enclosing(call, *LOOPS) is not None:
        marked = _marked(program, function, block, statement)
        if marked is not None:
            return _without_branch(program, block, stack, marked, text(given[0]))
        lines = stack.entered(text(given[0]) if len(given) == 1 else f"{{{', '.join(map(text, given))}}}")
    return replace(statement, f"\n{program.indent(statement)}".join(lines)) if lines else None


def _marked(program: Program, function: Node, block: Node, push: Node) -> tuple[str, str] | None:
    """Return (mark, its assignment) of ``if (mark) continue; mark = 1; list.push_back(x);``.

    The vector of the marks gets no other values than 0 and this one.
    """
    body = statements(block)
    if len(body) != 3 or push not in body[1:] or block.parent is None or block.parent.type not in LOOPS:
        return None
    test = condition_of(body[0]) if body[0].type == "if_statement" else None
    skips = [each.type for each in statements(field(body[0], "consequence"))] == ["continue_statement"]
    entered = body[1] if push == body[2] else body[2]
    done = assignment(entered)
    if test is None or not skips or field(body[0], "alternative") is not None or done is None:
        return None
    marks = field(test, "argument")
    if test.type != "subscript_expression" or marks is None or text(done[0]) != text(test) or done[1] != "=":
        return None
    if any(find(test, "call_expression", "update_expression", "assignment_expression")):
        return None
    if done[2].type != "number_literal" or not _only_marks(program, function, marks, text(done[2])):
        return None
    return text(test), text(entered)


def _only_marks(program: Program, function: Node, marks: Node, value: str) -> bool:
    """Whether a local vector of integers gets no other values than 0 and ``value``, and is not handed on."""
    declared = declaration_of(program, marks)
    kind = template_parts(declared.type) if declared is not None else ("", [])
    if declared is None or declared.node.type != "declaration" or not inside(declared.node, function):
        return False
    if kind[0] != "std::vector" or not is_integer(element_type(declared.type)) or kind[1] == ["bool"]:
        return False
    if declared.reference or declared.value is not None or value == "0":
        return False
    for use in uses(function, text(marks)):
        outer = use.parent
        if use == declared.name or outer is None:
            continue
        if outer.type == "subscript_expression" and field(outer, "argument") == use:
            holder = outer.parent
            if (
                holder is not None
                and holder.type == "assignment_expression"
                and field(holder, "left") == outer
            ):
                if text(field(holder, "operator")) != "=" or text(field(holder, "right")) != value:
                    return False
            elif holder is None or holder.type in (
                "update_expression",
                "pointer_expression",
                "init_declarator",
            ):
                return False
            continue
        called, call = method_call(outer.parent), outer.parent
        given = arguments(call) if call is not None else []
        if called is None or called[1] != "assign" or len(given) != 2 or text(given[1]) != "0":
            return False
    return True


def _without_branch(
    program: Program, block: Node, stack: _Stack, marked: tuple[str, str], value: str
) -> Edit | None:
    body = statements(block)
    lines = [
        stack.grown,
        f"{stack.name}[{stack.top}] = {value};",
        f"{stack.top} += !{marked[0]};",
        marked[1],
    ]
    between = program.data[body[0].start_byte : body[-1].end_byte]
    if b"//" in between or b"/*" in between or expression_of(body[1]) is None:
        return None
    return Edit(body[0].start_byte, body[-1].end_byte, f"\n{program.indent(body[0])}".join(lines))
