"""Rewrites that use views of strings instead of copies."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.syntax import Program, arguments, enclosing, field, find, inside, replace, text
from pytest_aiopt.rewriter.program.declarations import Declaration, declaration_of, declarations_in
from pytest_aiopt.rewriter.program.effects import root_name, uses, written_names
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import element_type, normal
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.local.strings import only_looks
from pytest_aiopt.rewriter.rules.shapes import change, include

_STRINGS = "std::vector<std::string>"
_HOLDERS = ("declaration", "parameter_declaration", "field_declaration", "for_range_loop")


@rewrite(Kind.STRUCTURAL, "L2")
def list_of_views(program: Program) -> Iterator[Change]:
    """Store views in the program's vectors of strings, if the strings outlive them.

    That is the case if all vectors are locals or parameters and all strings are members of objects passed to
    a function by const reference.
    """
    spelled = [n for n in program.all("template_type") if normal("std::" + text(n)) == _STRINGS]
    if not spelled or _STRINGS in normal(program.header):
        return
    if any(enclosing(node, "field_declaration", "alias_declaration", "template_type") for node in spelled):
        return
    if any(_result_type(node) for node in spelled):
        return
    vectors = [n for n in program.all("identifier") if type_of(program, n) == _STRINGS]
    pushes = [call for node in vectors if (call := _push(node)) is not None]
    loops = [
        node.parent for node in vectors if node.parent is not None and node.parent.type == "for_range_loop"
    ]
    if not pushes or not all(_known(program, node) for node in vectors):
        return
    if not all(_lasting(program, call) for call in pushes) or not all(
        _looked_at(program, each) for each in loops
    ):
        return
    edits = [replace(_argument(node), "std::string_view") for node in spelled]
    for loop in loops:
        kind, declared = field(loop, "type"), next(declarations_in(loop), None)
        if kind is not None and declared is not None and text(kind) != "auto":
            edits.append(Edit(loop.children[2].start_byte, declared.name.start_byte, "std::string_view "))
    edits += include(program, "string_view")
    about = [statement for call in pushes if (statement := call.parent) is not None]
    yield change(edits, [*about, *loops], "Collect views of the strings instead of copies.")


def _argument(node: Node) -> Node:
    listed = field(node, "arguments")
    assert listed is not None
    return listed.named_children[0]


def _result_type(node: Node) -> bool:
    """Whether a type node is a function's result type."""
    whole = node.parent if node.parent is not None and node.parent.type == "qualified_identifier" else node
    holder = whole.parent
    return holder is not None and holder.type == "function_definition"


def _push(node: Node) -> Node | None:
    access = node.parent
    if access is None or access.type != "field_expression" or text(field(access, "field")) != "push_back":
        return None
    return access.parent


def _known(program: Program, node: Node) -> bool:
    """Whether a use of a vector is a declaration, push, iteration, size, or an argument of our helpers."""
    parent = node.parent
    if parent is None:
        return False
    if parent.type == "field_expression":
        return text(field(parent, "field")) in ("push_back", "size", "empty", "clear", "reserve")
    if parent.type == "argument_list":
        call = parent.parent
        return call is not None and text(field(call, "function")) in _own_functions(program)
    return parent.type in ("for_range_loop", "declaration", "reference_declarator", "parameter_declaration")


def _own_functions(program: Program) -> set[str]:
    return {text(field(f, "declarator", "declarator")) for f in program.all("function_definition")}


def _lasting(program: Program, call: Node) -> bool:
    """Whether the pushed value is (a member of) a const reference parameter or loop variable."""
    given = arguments(call)
    root = root_name(given[0]) if len(given) == 1 else None
    declared = declaration_of(program, root) if root is not None else None
    if declared is None or not (declared.const and declared.reference):
        return False
    if given[0].type == "call_expression" or type_of(program, given[0]) != "std::string":
        return False
    return declared.is_parameter or (
        declared.node.type == "for_range_loop" and _of_parameter(program, declared)
    )


def _of_parameter(program: Program, declared: Declaration) -> bool:
    root = root_name(declared.value)
    source = declaration_of(program, root) if root is not None else None
    return source is not None and source.is_parameter and source.const and source.reference


def _looked_at(program: Program, loop: Node) -> bool:
    """Whether the loop variable is only read, or inserted into a set of views."""
    declared, body = next(declarations_in(loop), None), field(loop, "body")
    if declared is None or body is None or (declared.reference and not declared.const):
        return False
    return all(only_looks(use) or _into_views(program, use) for use in uses(body, text(declared.name)))


def _into_views(program: Program, use: Node) -> bool:
    listed = use.parent
    call = listed.parent if listed is not None and listed.type == "argument_list" else None
    owner = field(call, "function", "argument") if call is not None else None
    kind = type_of(program, owner) if owner is not None else None
    kind = (kind or "").replace("DenseSet<", "std::set<")
    return element_type(kind) == "std::string_view"


@rewrite(Kind.STRUCTURAL, "L2")
def set_of_views(program: Program) -> Iterator[Change]:
    """Store views in a local set of strings instead of copies, if the strings outlive the set."""
    for node in program.all("declaration"):
        declared = next(declarations_in(node), None)
        if declared is None or declared.type not in _STRING_SETS or declared.value is not None:
            continue
        block, name = node.parent, declared.name
        if block is None or block.type != "compound_statement" or len(node.named_children) != 2:
            continue
        asked = [use.parent for use in uses(block, text(name)) if use != name]
        if not asked or not all(_counts_lasting(program, use, block) for use in asked):
            continue
        key = next((key for key in find(node, "type_descriptor") if normal(text(key)) == "std::string"), None)
        if key is not None:
            edits = [replace(key, "std::string_view"), *include(program, "string_view")]
            yield change(edits, [node, *_calls(asked)], f"Keep views in {text(name)}; the strings live on.")


_STRING_SETS = ("std::set<std::string>", "std::unordered_set<std::string>", "DenseSet<std::string>")


def _calls(accesses: list[Node | None]) -> list[Node]:
    return [each.parent for each in accesses if each is not None and each.parent is not None]


def _counts_lasting(program: Program, access: Node | None, block: Node) -> bool:
    """Whether a use of the set reads its size, or inserts a string from a vector unchanged in the block."""
    method = text(field(access, "field"))
    if access is None or method not in ("size", "empty", "insert", "count"):
        return False
    if method != "insert":
        return True
    given = arguments(access.parent) if access.parent is not None else []
    source = declaration_of(program, given[0]) if len(given) == 1 and given[0].type == "identifier" else None
    if source is None or source.node.type != "for_range_loop" or not (source.const and source.reference):
        return False
    vector = source.value
    if (
        vector is None
        or vector.type != "identifier"
        or type_of(program, vector) != "std::vector<std::string>"
    ):
        return False
    kept = declaration_of(program, vector)
    if kept is None or (inside(kept.node, block) and kept.node.parent != block):
        return False
    loop_and_after = [each for each in block.named_children if each.end_byte >= source.node.end_byte]
    return all(text(vector) not in written_names(program, each) for each in loop_and_after)
