"""Which declaration a name means, and a modest inference of the types of expressions.

Types are compared as text without ``const``, ``&`` and spaces around punctuation. None means
"cannot be told", and a rewrite that needs to know then leaves the place alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from tree_sitter import Node

from pytest_aiopt.llm.rewriter.syntax import (
    Program,
    ancestors,
    arguments,
    field,
    find,
    strip_parens,
    text,
    words,
)

INTEGERS = frozenset(
    f"{prefix}{name}"
    for prefix in ("", "std::")
    for name in sorted(
        words("int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t size_t ptrdiff_t")
    )
) | frozenset(
    ["char", "short", "int", "long", "long long", "unsigned", "unsigned char", "signed char", "bool"]
    + [f"unsigned {name}" for name in ("short", "int", "long", "long long")]
)
FLOATS = frozenset(["float", "double", "long double"])
_SEQUENCES: tuple[str, ...] = (
    "std::vector",
    "std::array",
    "std::deque",
    "std::list",
    "std::set",
    "std::multiset",
)
_SEQUENCES += ("std::unordered_set", "std::span", "std::initializer_list", "SmallVector")
_MAPS = ("std::map", "std::unordered_map", "std::multimap", "FlatMap")
_SMART = ("std::unique_ptr", "std::shared_ptr")
_SIZES = ("size", "length", "count", "capacity")


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declared variable, parameter or field: its identifier and the whole declaration ``node``."""

    name: Node
    node: Node
    type: str
    const: bool
    reference: bool
    pointer: bool
    value: Node | None = None

    @property
    def is_parameter(self) -> bool:
        """Whether it is a function's parameter."""
        return self.node.type in ("parameter_declaration", "optional_parameter_declaration")

    @property
    def is_field(self) -> bool:
        """Whether it is a data member."""
        return self.node.type == "field_declaration"


@lru_cache(maxsize=4096)
def normal(type_text: str) -> str:
    """Return a type's text without const, references and idle white space."""
    bare = re.sub(r"\b(const|static|constexpr|inline|mutable|thread_local|struct|class)\b", " ", type_text)
    bare = re.sub(r"\s+", " ", bare.replace("&", " ")).strip()
    bare = re.sub(r"\s*([<>,*:])\s*", r"\1", bare)
    return bare if bare.startswith("std::") else re.sub(r"^::", "", bare)


def template_parts(type_text: str | None) -> tuple[str, list[str]]:
    """Split ``std::map<K,V>`` into its name and arguments; no arguments for a plain type."""
    if type_text is None or "<" not in type_text or not type_text.endswith(">"):
        return type_text or "", []
    name, inner = type_text[:-1].split("<", 1)
    parts, depth = [""], 0
    for char in inner:
        depth += (char == "<") - (char == ">")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return name, [part.strip() for part in parts]


def element_type(container: str | None) -> str | None:
    """Return what iterating over the container yields; None if it is not known to be one."""
    if container in ("std::string", "std::string_view"):
        return "char"
    name, parts = template_parts(container)
    if name in _SEQUENCES and parts:
        return parts[0]
    if name in _MAPS and len(parts) >= 2:
        return f"std::pair<const {parts[0]},{parts[1]}>"
    return None


def pointee(pointer: str | None) -> str | None:
    """Return what a raw or smart pointer points to."""
    if pointer is not None and pointer.endswith("*"):
        return pointer[:-1].strip()
    name, parts = template_parts(pointer)
    return parts[0] if name in _SMART and parts else None


def is_integer(type_text: str | None) -> bool:
    """Whether the type is a known integer type."""
    return type_text in INTEGERS


def is_unsigned(type_text: str | None) -> bool:
    """Whether the type is a known unsigned integer type."""
    return is_integer(type_text) and bool(re.search(r"uint|unsigned|size_t", type_text or ""))


def is_cheap(type_text: str | None) -> bool:
    """Whether copying a value of the type costs no more than a register move."""
    return type_text in INTEGERS | FLOATS or (type_text or "").endswith("*")


def declarator_name(declarator: Node | None) -> Node | None:
    """Return the identifier a declarator introduces."""
    while declarator is not None:
        if declarator.type in ("identifier", "field_identifier"):
            return declarator
        inner = field(declarator, "declarator")
        if inner is None:
            named = [n for n in declarator.named_children if n.type.endswith(("identifier", "declarator"))]
            inner = named[0] if named else None
        declarator = inner
    return None


def declarations_in(node: Node) -> Iterator[Declaration]:
    """Yield what one declaration, parameter, field or range-for introduces."""
    type_node = field(node, "type")
    if type_node is None:
        return
    prefix = b"".join(
        child.text + b" " for child in node.children if child.type == "type_qualifier" and child.text
    ).decode()
    for declarator in node.children_by_field_name("declarator"):
        value = field(declarator, "value") if declarator.type == "init_declarator" else None
        value = value or (field(node, "right") if node.type == "for_range_loop" else None)
        shape = field(declarator, "declarator") if declarator.type == "init_declarator" else declarator
        name = declarator_name(shape)
        if name is None or shape is None or shape.type == "function_declarator":
            continue
        pointer = any(find(shape, "pointer_declarator", "array_declarator"))
        yield Declaration(
            name=name,
            node=node,
            type=normal(text(type_node)) + ("*" if pointer else ""),
            const="const" in prefix,
            reference=shape.type == "reference_declarator",
            pointer=pointer,
            value=value,
        )


def _scope_declarations(scope: Node, before: int) -> Iterator[Declaration]:
    """Yield what a scope itself declares and is visible at byte ``before``, latest first."""
    holders: list[Node] = []
    if scope.type in ("compound_statement", "translation_unit", "declaration_list"):
        holders = [c for c in scope.named_children if c.type == "declaration" and c.start_byte < before]
    elif scope.type in ("for_statement", "if_statement", "while_statement"):
        holders = [n for n in scope.named_children if n.type == "declaration"]
    elif scope.type == "for_range_loop":
        holders = [scope]
    elif scope.type in ("function_definition", "lambda_expression"):
        given = next(find(scope, "parameter_list"), None)
        holders = given.named_children if given is not None else []
    elif scope.type in ("struct_specifier", "class_specifier"):
        body = field(scope, "body")
        holders = [n for n in (body.named_children if body else []) if n.type == "field_declaration"]
    for holder in reversed(holders):
        yield from declarations_in(holder)


def declaration_of(program: Program, name: Node) -> Declaration | None:
    """Return the declaration an identifier means, looking outwards from where it stands."""
    wanted = text(name)
    for scope in ancestors(name):
        for declaration in _scope_declarations(scope, name.start_byte):
            if text(declaration.name) == wanted:
                return declaration
        owner = _method_owner(program, scope)
        for declaration in _scope_declarations(owner, name.start_byte) if owner is not None else ():
            if text(declaration.name) == wanted:
                return declaration
    return None


def _method_owner(program: Program, scope: Node) -> Node | None:
    """Return the class of a method defined outside of it (``T Class::method()``)."""
    if scope.type != "function_definition":
        return None
    qualified = next(find(field(scope, "declarator") or scope, "qualified_identifier"), None)
    return struct_named(program, text(field(qualified, "scope"))) if qualified is not None else None


def struct_named(program: Program, name: str | None) -> Node | None:
    """Return the definition of a struct or class of the program itself."""
    for node in program.all("struct_specifier", "class_specifier"):
        if name and text(field(node, "name")) == name and field(node, "body") is not None:
            return node
    return None


def known_struct(program: Program, name: str | None) -> Node | None:
    """Return the definition of a struct of the program or of its header (not to be edited)."""
    own = struct_named(program, name)
    return own if own is not None or not program.header else struct_named(program.declared_outside, name)


def fields_of(struct: Node) -> list[Declaration]:
    """Return a struct's data members in order."""
    return list(reversed(list(_scope_declarations(struct, struct.end_byte))))


def function_named(program: Program, name: str) -> Node | None:
    """Return the one definition of a function or method of this name; None if several or none."""
    found = functions_named(program).get(name, [])
    return found[0] if len(found) == 1 else None


def functions_named(program: Program) -> dict[str, list[Node]]:
    """Return the functions and methods of a program by their unqualified names."""
    if not program.functions:
        for node in program.all("function_definition"):
            program.functions.setdefault(function_name(node), []).append(node)
    return program.functions


def function_name(function: Node) -> str:
    """Return a function's unqualified name ("" where it has none)."""
    declarator = function_declarator(function)
    name = field(declarator, "declarator")
    while name is not None and name.type == "qualified_identifier":
        name = field(name, "name")
    return text(name)


def function_declarator(function: Node) -> Node | None:
    """Return the declarator holding a function's name and parameters."""
    declarator = field(function, "declarator")
    while declarator is not None and declarator.type != "function_declarator":
        declarator = field(declarator, "declarator") or next(
            (n for n in declarator.named_children if n.type.endswith("declarator")), None
        )
    return declarator


def parameters(function: Node) -> list[Declaration]:
    """Return a function's parameters in order; unnamed ones are missing."""
    holder = field(function_declarator(function), "parameters")
    nodes = holder.named_children if holder is not None else []
    return [declaration for node in nodes for declaration in declarations_in(node)]


def return_type(function: Node) -> str:
    """Return a function's result type, ``*`` included."""
    outer = field(function, "declarator")
    stars = "*" if outer is not None and outer.type == "pointer_declarator" else ""
    return normal(text(field(function, "type"))) + stars


def type_of(program: Program, expression: Node | None) -> str | None:
    """Infer an expression's type; None where it cannot be told."""
    if expression is None:
        return None
    expression = strip_parens(expression)
    handler = _HANDLERS.get(expression.type)
    if handler is None:
        return None
    if expression.id not in program.types:
        program.types[expression.id] = None  # a type that hangs on itself cannot be told
        program.types[expression.id] = handler(program, expression)
    return program.types[expression.id]


def _identifier(program: Program, node: Node) -> str | None:
    declaration = declaration_of(program, node)
    return None if declaration is None else declared_type(program, declaration)


def declared_type(program: Program, declaration: Declaration) -> str | None:
    """Return a declaration's type, with ``auto`` resolved where it can be."""
    stars = "*" if declaration.pointer else ""
    if declaration.type.removesuffix("*") != "auto":
        return declaration.type
    if declaration.node.type == "for_range_loop":
        return element_type(type_of(program, declaration.value))
    found = type_of(program, declaration.value)
    return found if found is None or found.endswith("*") else found + stars


def _field_expression(program: Program, node: Node) -> str | None:
    owner = type_of(program, field(node, "argument"))
    if "->" in [child.type for child in node.children]:
        owner = pointee(owner)
    return member_type(program, owner, text(field(node, "field")))


def member_type(program: Program, owner: str | None, name: str) -> str | None:
    """Return the type of a data member of a struct of the program or of a pair."""
    template, parts = template_parts(owner)
    if template == "std::pair" and name in ("first", "second") and len(parts) == 2:
        return normal(parts[name == "second"])
    struct = known_struct(program, owner)
    for declaration in fields_of(struct) if struct is not None else []:
        if text(declaration.name) == name:
            return declaration.type
    return None


def _subscript(program: Program, node: Node) -> str | None:
    base = type_of(program, field(node, "argument"))
    name, parts = template_parts(base)
    if name in _MAPS and len(parts) >= 2:
        return parts[1]
    return element_type(base) or pointee(base)


def _pointer_expression(program: Program, node: Node) -> str | None:
    inner = type_of(program, field(node, "argument"))
    if node.children and node.children[0].type == "&":
        return None if inner is None else inner + "*"
    return pointee(inner)


def _call(program: Program, node: Node) -> str | None:
    callee = field(node, "function")
    if callee is None:
        return None
    if callee.type == "field_expression":
        return _method_call(program, callee)
    name = text(callee)
    made = re.fullmatch(r"std::make_(unique|shared)<(.*)>", name)
    if made:
        return f"std::{made.group(1)}_ptr<{normal(made.group(2))}>"
    if name in ("std::move", "std::min", "std::max", "std::abs") and arguments(node):
        return type_of(program, arguments(node)[0])
    if callee.type == "template_function" and text(field(callee, "name")) in ("static_cast",):
        return normal(text(field(callee, "arguments"))[1:-1])
    function = function_named(program, name)
    return return_type(function) if function is not None else None


def _method_call(program: Program, callee: Node) -> str | None:
    owner = type_of(program, field(callee, "argument"))
    if "->" in [child.type for child in callee.children]:
        owner = pointee(owner)
    method = text(field(callee, "field"))
    if owner is not None and owner.startswith("std::"):
        if method in ("substr", "back", "front", "at") and owner in ("std::string", "std::string_view"):
            return owner if method == "substr" else "char"
        if method in _SIZES:
            return "std::size_t"
        if method in ("back", "front", "at"):
            return element_type(owner)
        return None
    struct = struct_named(program, owner)
    methods = [n for n in find(struct, "function_definition") if function_name(n) == method] if struct else []
    return return_type(methods[0]) if len(methods) == 1 else None


def _binary(program: Program, node: Node) -> str | None:
    operator = text(field(node, "operator"))
    if operator in ("==", "!=", "<", ">", "<=", ">=", "&&", "||"):
        return "bool"
    left, right = type_of(program, field(node, "left")), type_of(program, field(node, "right"))
    if operator in ("<<", ">>"):
        return left
    if left in FLOATS or right in FLOATS:
        return "double" if "double" in (left, right) else "float"
    if is_integer(left) and is_integer(right):
        return max((left, right), key=_rank) if left and right else None
    return None


def _rank(integer: str) -> tuple[int, bool]:
    """Order integer types by width, then unsignedness, for the usual conversions."""
    wide = bool(re.search(r"64|size_t|long|ptrdiff", integer))
    narrow = bool(re.search(r"8|16|char|short|bool", integer))
    return (2 if wide else 0 if narrow else 1, is_unsigned(integer))


def _number(program: Program, node: Node) -> str:
    literal = text(node).lower()
    if not literal.startswith("0x") and re.search(r"[.e]", literal):
        return "float" if literal.endswith("f") else "double"
    suffix = re.search(r"[ul]*$", literal)
    unsigned, long = "u" in (suffix or [""])[0], "l" in (suffix or [""])[0]
    return {(0, 0): "int", (0, 1): "long", (1, 0): "unsigned", (1, 1): "unsigned long"}[unsigned, long]


_HANDLERS: dict[str, Callable[[Program, Node], str | None]] = {
    "identifier": _identifier,
    "field_expression": _field_expression,
    "subscript_expression": _subscript,
    "pointer_expression": _pointer_expression,
    "call_expression": _call,
    "binary_expression": _binary,
    "number_literal": _number,
    "char_literal": lambda program, node: "char",
    "true": lambda program, node: "bool",
    "false": lambda program, node: "bool",
    "string_literal": lambda program, node: "const char*",
    "update_expression": lambda program, node: type_of(program, field(node, "argument")),
    "assignment_expression": lambda program, node: type_of(program, field(node, "left")),
    "conditional_expression": lambda program, node: type_of(program, field(node, "consequence")),
    "unary_expression": lambda program, node: type_of(program, field(node, "argument")),
    "cast_expression": lambda program, node: normal(text(field(node, "type"))),
}
