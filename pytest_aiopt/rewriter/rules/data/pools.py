"""Rewrites of memory allocation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import LOOPS
from pytest_aiopt.cpp.syntax import Program, ancestors, arguments, enclosing, field, find, replace, text
from pytest_aiopt.rewriter.program.declarations import (
    declarations_in,
    function_name,
    function_named,
    parameters,
)
from pytest_aiopt.rewriter.program.effects import uses
from pytest_aiopt.rewriter.program.inference import declared_type, plain
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.purity import callees, calls_of
from pytest_aiopt.rewriter.rules.shapes import change, include

_POOL = """\
    // Objects lie side by side in blocks of {block}; those given back are handed out again first.
    static void* operator new(std::size_t size) {{
        if (size != sizeof({name})) return ::operator new(size);
        Pool& pool = objects();
        if (pool.free != nullptr) {{
            void* object = pool.free;
            pool.free = *static_cast<void**>(object);
            return object;
        }}
        if (pool.left == 0) {{
            pool.left = {block};
            pool.next = static_cast<char*>(::operator new({block} * sizeof({name})));
        }}
        --pool.left;
        void* object = pool.next;
        pool.next += sizeof({name});
        return object;
    }}
    static void operator delete(void* object, std::size_t size) {{
        if (size != sizeof({name})) return ::operator delete(object);
        Pool& pool = objects();
        *static_cast<void**>(object) = pool.free;
        pool.free = object;
    }}
    struct Pool {{
        void* free = nullptr;
        char* next = nullptr;
        std::size_t left = 0;
    }};
    static Pool& objects() {{
        static thread_local Pool pool;
        return pool;
    }}
"""


@rewrite(Kind.STRUCTURAL, "P")
def pooled_objects(program: Program) -> Iterator[Change]:
    """Allocate a struct that is created one by one on the heap from a pool."""
    for struct in program.all("struct_specifier"):
        name, body = text(field(struct, "name")), field(struct, "body")
        made = _makers(program, name)
        if body is None or not made or "operator new" in text(body) or not name:
            continue
        if any(child.type == "base_class_clause" for child in struct.children) or _is_base(program, name):
            continue
        at = program.line_start(body.children[-1])
        if body.start_point[0] == body.end_point[0] or f"new {name}[" in program.text:
            continue
        edits = [Edit(at, at, _POOL.format(name=name, block=256)), *include(program, "cstddef")]
        edits += include(program, "new")
        users = [user for node in made if (user := enclosing(node, "function_definition")) is not None]
        yield change(edits, [struct, *users], f"Take the memory of each {name} from a pool.")


def _makers(program: Program, name: str) -> list[Node]:
    """Return the expressions that create one object of a struct on the heap."""
    made = [node for node in program.all("new_expression") if text(field(node, "type")) == name]
    made += [
        node
        for node in program.all("call_expression")
        if re.sub(r"\s", "", text(field(node, "function"))) == f"std::make_unique<{name}>"
    ]
    return made


def _is_base(program: Program, name: str) -> bool:
    return any(re.search(rf"\b{name}\b", text(node)) for node in program.all("base_class_clause"))


@rewrite(Kind.STRUCTURAL, "P")
def keep_buffer(program: Program) -> Iterator[Change]:
    """Keep the memory of a function's local vector or string between calls.

    Only if the buffer does not escape the function, the function is not recursive, and a loop calls it.
    """
    for function in program.all("function_definition"):
        body, name = field(function, "body"), function_name(function)
        if body is None or name in callees(program, function) or not _called_often(program, function, name):
            continue
        for node in body.named_children:
            declared = list(declarations_in(node)) if node.type == "declaration" else []
            if len(declared) != 1 or "static" in text(node) or declared[0].const or declared[0].reference:
                continue
            kind = declared_type(program, declared[0]) or ""
            only = text(declared[0].name)
            if not (kind == "std::string" or kind.startswith("std::vector<")) or _leaves(function, only):
                continue
            start = _start(node, only, kind)
            if start is not None:
                spelled = text(field(node, "type"))
                new = f"static thread_local {spelled} {only};\n{program.indent(node)}{start}"
                yield change([replace(node, new)], [function], f"Keep the memory of {only} between calls.")


def _called_often(program: Program, function: Node, name: str) -> bool:
    if enclosing(function, "linkage_specification") is not None:
        return True
    calls = [c for c in program.all("call_expression") if text(field(c, "function")).split(".")[-1] == name]
    return any(
        enclosing(call, *LOOPS) is not None
        or any(
            enclosing(outer, *LOOPS) is not None
            for caller in [enclosing(call, "function_definition")]
            if caller is not None
            for outer in calls_of(program, function_name(caller))
        )
        for call in calls
    )


def _leaves(function: Node, name: str) -> bool:
    """Whether the local is returned, moved or swapped, or its address is stored."""
    for use in uses(function, name):
        for parent in ancestors(use):
            if parent.type in ("return_statement", "lambda_expression", "pointer_expression"):
                direct = parent.type != "return_statement" or _is_it(parent, name)
                if direct:
                    return True
            if parent.type in ("expression_statement", "declaration", "compound_statement"):
                break
    return re.search(rf"std::(move|swap)\([^)]*\b{name}\b|\.swap\({name}\)", text(function)) is not None


def _is_it(returned: Node, name: str) -> bool:
    """Whether a return statement returns the local itself, or a struct with it."""
    value = returned.named_children[0] if returned.named_children else None
    if value is None:
        return False
    listed = any(
        text(each) == name for node in find(value, "initializer_list") for each in node.named_children
    )
    return text(value) == name or listed


def _start(node: Node, name: str, kind: str) -> str | None:
    """Return the statement that initialises the buffer; None if that is unknown."""
    declarator = field(node, "declarator")
    if declarator is None or declarator.type == "identifier":
        return f"{name}.clear();"
    value = field(declarator, "value") or field(declarator, "parameters")
    if (
        value is None
        or value.type not in ("argument_list", "parameter_list")
        or not kind.startswith("std::vector<")
    ):
        return None
    given = [text(each) for each in value.named_children]
    if len(given) == 1:
        element = kind.removeprefix("std::vector<").removesuffix(">")
        return f"{name}.assign({given[0]}, {element}());"
    return f"{name}.assign({given[0]}, {given[1]});" if len(given) == 2 else None


@rewrite(Kind.LOCAL, "LLM-micro")
def move_into_member(program: Program) -> Iterator[Change]:
    """Move a constructor's by-value parameter into its member, if that is its only use."""
    for node in program.all("field_initializer"):
        given = [
            child for child in node.named_children if child.type in ("argument_list", "initializer_list")
        ]
        values = given[0].named_children if given else []
        function = enclosing(node, "function_definition")
        if function is None or len(values) != 1 or values[0].type != "identifier":
            continue
        name = text(values[0])
        own = [p for p in parameters(function) if text(p.name) == name and not p.reference and not p.pointer]
        if (
            not own
            or own[0].const
            or not plain(program, own[0].type).startswith(("std::string", "std::vector<", "std::map<"))
        ):
            continue
        if len(uses(function, name)) != 2 or own[0].type == "std::string_view":
            continue
        edits = [replace(values[0], f"std::move({name})"), *include(program, "utility")]
        yield change(edits, [node], f"Move {name} into the object.")


def takes_by_value(program: Program, call: Node, index: int) -> bool:
    """Whether a function of the program takes an argument by value."""
    function = function_named(program, text(field(call, "function")))
    given = parameters(function) if function is not None else []
    if index >= len(given) or len(given) != len(arguments(call)):
        return False
    return not (given[index].reference or given[index].pointer or given[index].const)
