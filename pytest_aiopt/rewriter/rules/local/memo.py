"""Structural rewrites that store a result instead of computing it again."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import Program, enclosing, field, find, replace, text
from pytest_aiopt.rewriter.program.declarations import (
    Declaration,
    function_name,
    parameters,
    return_type,
    struct_named,
)
from pytest_aiopt.rewriter.program.types import is_cheap, is_integer
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.purity import calls_of, fixed_once_made, is_pure_function
from pytest_aiopt.rewriter.rules.shapes import change, include

_TABLE_TYPES = {"std::uint8_t": 256, "unsigned char": 256, "char": 256, "uint8_t": 256}


@rewrite(Kind.STRUCTURAL, "C")
def memo_in_object(program: Program) -> Iterator[Change]:
    """Store the result of a pure function of one object in the object on first use.

    Only for objects that are not written after construction.
    """
    for function in program.all("function_definition"):
        given = parameters(function)
        name, kind = function_name(function), return_type(function)
        if len(given) != 1 or not (given[0].const and given[0].reference) or not is_cheap(kind):
            continue
        struct = struct_named(program, given[0].type)
        if struct is None or not _costly(function) or not is_pure_function(program, function):
            continue
        if f"{name}_known" in program.text or _aggregate(program, given[0].type):
            continue
        if not fixed_once_made(program, given[0].type, {name}):
            continue
        yield _memo(program, function, struct, given[0])


def _costly(function: Node) -> bool:
    """Whether a call costs more than a few comparisons: it contains a loop or a call."""
    return any(find(function, "call_expression", *LOOPS))


def _aggregate(program: Program, struct: str) -> bool:
    """Whether objects are list-initialised, which new members could break."""
    made = f"{struct}{{" in program.text.replace(f"{struct}{{}}", "").replace("struct " + struct, "")
    filled = any(
        text(field(node, "type")) == struct and any(find(node, "initializer_list"))
        for node in program.all("declaration")
    )
    return made or filled


def _memo(program: Program, function: Node, struct: Node, parameter: Declaration) -> Change:
    name, kind, given = function_name(function), text(field(function, "type")), text(parameter.name)
    value, known = f"{name}_value", f"{name}_known"
    body, members = field(function, "body"), field(struct, "body")
    assert body is not None
    assert members is not None
    pad = program.indent(struct) + "    "
    fields = f"{pad}mutable {kind} {value} = 0;  // what {name} found\n{pad}mutable bool {known} = false;\n"
    at = program.line_start(members.children[-1])
    edits = [Edit(at, at, fields)]
    first = body.named_children[0]
    edits.append(program.insert_before(first, f"if ({given}.{known}) return {given}.{value};"))
    for answer in find(body, "return_statement"):
        result = answer.named_children[0]
        kept = f"{given}.{known} = true;\n{program.indent(answer)}return {given}.{value} = {text(result)};"
        nested = answer.parent is not None and answer.parent.type != "compound_statement"
        edits.append(replace(answer, f"{{ {kept} }}" if nested else kept))
    callers = [
        c for call in calls_of(program, name) if (c := enclosing(call, "function_definition")) is not None
    ]
    return change(
        edits, [function, *callers], f"Keep what {name} finds in the object; it never changes afterwards."
    )


@rewrite(Kind.STRUCTURAL, "P")
def table_of_bytes(program: Program) -> Iterator[Change]:
    """Tabulate a pure function of one byte."""
    for function in program.all("function_definition"):
        given = parameters(function)
        name, kind = function_name(function), return_type(function)
        if len(given) != 1 or given[0].type not in _TABLE_TYPES or given[0].reference or given[0].pointer:
            continue
        body = field(function, "body")
        if (
            body is None
            or not is_cheap(kind)
            or kind.endswith("*")
            or not is_pure_function(program, function)
        ):
            continue
        if f"{name}_table" in program.text or enclosing(function, "class_specifier", "struct_specifier"):
            continue
        if not _used_in_loop(program, name):
            continue
        yield _tabulate(program, function, given[0])


@rewrite(Kind.STRUCTURAL, "C")
def keep_answers(program: Program) -> Iterator[Change]:
    """Store the answers of a pure function of one number, computed by a loop, in a hash table."""
    for function in program.all("function_definition"):
        given = parameters(function)
        name, kind = function_name(function), return_type(function)
        if len(given) != 1 or not is_integer(given[0].type) or given[0].type in _TABLE_TYPES:
            continue
        if given[0].reference or not is_cheap(kind) or kind.endswith("*") or not any(find(function, *LOOPS)):
            continue
        if f"{name}_slow" in program.text or not _used_in_loop(program, name):
            continue
        if is_pure_function(program, function):
            yield _kept(program, function, given[0])


def _kept(program: Program, function: Node, parameter: Declaration) -> Change:
    name, kind, given = function_name(function), text(field(function, "type")), parameter.type
    slow = f"{name}_slow"
    after = (
        f"\n\n{kind} {name}({given} key) {{\n"
        f"    static thread_local std::unordered_map<{given}, {kind}> known;\n"
        f"    const auto [at, added] = known.try_emplace(key);\n"
        f"    if (added) at->second = {slow}(key);\n"
        f"    return at->second;\n}}"
    )
    own = [node for node in find(function, "identifier") if text(node) == name]
    edits = [*(replace(node, slow) for node in own), Edit(function.end_byte, function.end_byte, after)]
    callers = [
        c for call in calls_of(program, name) if (c := enclosing(call, "function_definition")) is not None
    ]
    edits += include(program, "unordered_map")
    return change(edits, [function, *callers], f"Keep what {name} finds for each number.")


def _used_in_loop(program: Program, name: str) -> bool:
    return any(enclosing(call, *LOOPS) is not None for call in calls_of(program, name))


def _tabulate(program: Program, function: Node, parameter: Declaration) -> Change:
    name, kind, given = function_name(function), text(field(function, "type")), parameter.type
    slow, table = f"{name}_slow", f"{name}_table"
    declared = next(node for node in find(function, "identifier") if text(node) == name)
    struct = program.unused(f"TableOf_{name}")
    after = (
        f"\n\nstruct {struct} {{\n    {kind} at[256];\n}};\n\n"
        f"const {struct} {table} = [] {{\n    {struct} filled{{}};\n"
        f"    for (int i = 0; i < 256; ++i) filled.at[i] = {slow}(static_cast<{given}>(i));\n"
        f"    return filled;\n}}();\n\n"
        f"inline {kind} {name}({given} key) {{ return {table}.at[static_cast<unsigned char>(key)]; }}"
    )
    edits = [replace(declared, slow), Edit(function.end_byte, function.end_byte, after)]
    edits += [
        replace(n, slow) for n in find(field(function, "body") or function, "identifier") if text(n) == name
    ]
    callers = [
        c for call in calls_of(program, name) if (c := enclosing(call, "function_definition")) is not None
    ]
    return change(edits, [function, *callers], f"Look {name} up in a table of its 256 answers.")
