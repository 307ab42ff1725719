"""Structural rewrites that replace containers."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import words
from pytest_aiopt.cpp.syntax import Program, enclosing, field, find, replace, text
from pytest_aiopt.rewriter.program.declarations import declarations_in
from pytest_aiopt.rewriter.program.effects import commutes
from pytest_aiopt.rewriter.program.inference import declared_type, type_of
from pytest_aiopt.rewriter.program.types import FLOATS, element_type, is_integer, normal, template_parts
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.shapes import change, include, insert_helper

_UNORDERED = words("find count at insert emplace erase size empty clear end try_emplace swap [] for")
_FLAT = words("find count size empty clear begin end [] for swap")
_BACK_ONLY = words("push_back emplace_back back size empty clear begin end for front")
_HOLDERS = ("declaration", "parameter_declaration", "field_declaration", "for_range_loop")

_FLAT_MAP = """\
// A map as a sorted vector of pairs: the interface of std::map as far as it is used here.
template <class K, class V>
class {name} {{
public:
    V& operator[](const K& key) {{
        auto at = lower(key);
        if (at == items_.end() || key < at->first) at = items_.emplace(at, key, V());
        return at->second;
    }}
    auto find(const K& key) {{
        auto at = lower(key);
        return at == items_.end() || key < at->first ? items_.end() : at;
    }}
    auto find(const K& key) const {{
        auto at = std::lower_bound(items_.begin(), items_.end(), key, before);
        return at == items_.end() || key < at->first ? items_.end() : at;
    }}
    std::size_t count(const K& key) const {{ return find(key) == items_.end() ? 0 : 1; }}
    auto begin() {{ return items_.begin(); }}
    auto end() {{ return items_.end(); }}
    auto begin() const {{ return items_.begin(); }}
    auto end() const {{ return items_.end(); }}
    std::size_t size() const {{ return items_.size(); }}
    bool empty() const {{ return items_.empty(); }}
    void clear() {{ items_.clear(); }}
    void swap({name}& other) {{ items_.swap(other.items_); }}

private:
    static bool before(const std::pair<K, V>& item, const K& key) {{ return item.first < key; }}
    auto lower(const K& key) {{
        if (items_.empty() || items_.back().first < key) return items_.end();
        return std::lower_bound(items_.begin(), items_.end(), key, before);
    }}
    std::vector<std::pair<K, V>> items_;
}};

"""


@rewrite(Kind.STRUCTURAL, "ALG")
def hashed_container(program: Program) -> Iterator[Change]:
    """Use an unordered map or set if the order of the keys is irrelevant."""
    for spelled, nodes in spellings(program, "map", "set").items():
        name, parts = template_parts(spelled)
        if (
            len(parts) != 1 + (name == "std::map")
            or not is_hashable(parts[0])
            or is_recursive(program, spelled, nodes)
        ):
            continue
        uses = container_uses(program, spelled)
        if uses is None or not {use for use, _ in uses} <= _UNORDERED:
            continue
        if not all(commutes(program, node) for use, node in uses if use == "for"):
            continue
        short = name.removeprefix("std::")
        edits = [replace(_template_name(node), f"unordered_{short}") for node in nodes]
        edits += include(program, f"unordered_{short}")
        yield change(
            edits,
            about_uses(uses, nodes),
            f"Replace {spelled} by std::unordered_{short}; its order is not used.",
        )


@rewrite(Kind.STRUCTURAL, "L2")
def flat_map(program: Program) -> Iterator[Change]:
    """Store a map that is filled by [] and iterated in order as a sorted vector."""
    for spelled, nodes in spellings(program, "map").items():
        uses = container_uses(program, spelled)
        if uses is None or len(template_parts(spelled)[1]) != 2 or not {use for use, _ in uses} <= _FLAT:
            continue
        if keeps_references(program, uses):
            continue
        fresh = program.unused("FlatMap")
        outer = [node.parent if _is_qualified(node) else node for node in nodes]
        edits = [edit for node in nodes for edit in renamed(node, fresh)]
        first = min((node for node in outer if node is not None), key=lambda node: node.start_byte)
        edits.append(insert_helper(program, first, _FLAT_MAP.format(name=fresh)))
        edits += [edit for header in ("algorithm", "utility", "vector") for edit in include(program, header)]
        yield change(
            edits, about_uses(uses, nodes), f"Keep {spelled} as a sorted vector: contiguous, one allocation."
        )


@rewrite(Kind.STRUCTURAL, "L2")
def list_to_vector(program: Program) -> Iterator[Change]:
    """Replace a list that only grows at its end by a vector."""
    for spelled, nodes in spellings(program, "list", "deque").items():
        uses = container_uses(program, spelled)
        if uses is None or not {use for use, _ in uses} <= _BACK_ONLY or keeps_references(program, uses):
            continue
        if points_into(program, spelled):
            continue
        edits = [replace(_template_name(node), "vector") for node in nodes] + include(program, "vector")
        yield change(edits, about_uses(uses, nodes), f"Use a vector for {spelled}: it only grows at the end.")


def spellings(program: Program, *names: str) -> dict[str, list[Node]]:
    """Return the ``std::`` template types of these names by normalised spelling; none used by the header."""
    found: dict[str, list[Node]] = {}
    for node in program.all("template_type"):
        if text(field(node, "name")) in names and _is_qualified(node):
            found.setdefault(normal("std::" + text(node)), []).append(node)
    fixed = normal(program.header)
    return {spelled: nodes for spelled, nodes in found.items() if spelled not in fixed}


def _is_qualified(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "qualified_identifier"


def _template_name(node: Node) -> Node:
    name = field(node, "name")
    assert name is not None
    return name


def renamed(node: Node, fresh: str) -> list[Edit]:
    """Return the edits that replace ``std::name`` before template arguments by the name of a helper."""
    whole = node.parent if _is_qualified(node) and node.parent is not None else node
    return [Edit(whole.start_byte, _template_name(node).end_byte, fresh)]


def is_hashable(key: str) -> bool:
    """Whether std::hash is known to exist for the key type."""
    return key in ("std::string", "std::string_view") or is_integer(key) or key in FLOATS or key.endswith("*")


def is_recursive(program: Program, spelled: str, nodes: list[Node]) -> bool:
    """Whether the mapped type is incomplete at the declaration of the container as a member."""
    mapped = template_parts(spelled)[1][-1]
    owners = [enclosing(node, "struct_specifier", "class_specifier") for node in nodes]
    return any(owner is not None and text(field(owner, "name")) == mapped for owner in owners)


def container_uses(program: Program, spelled: str) -> list[tuple[str, Node]] | None:
    """Return the uses of containers of a type: method names, "[]" and "for", each with its node.

    None if there is any other use (a stored iterator, an unknown function), or if the spelling of a type that
    contains this one may hide uses.
    """
    found: list[tuple[str, Node]] = []
    for node in program.all("identifier", "field_expression", "subscript_expression", "call_expression"):
        if node.type == "identifier" and _is_name_being_declared(node):
            continue
        if type_of(program, node) != spelled or node.parent is None:
            continue
        use = _use(program, node, node.parent)
        if use is None:
            return None
        found += use
    return found


def _is_name_being_declared(node: Node) -> bool:
    parent = node.parent
    return parent is not None and parent.type.endswith("declarator") and field(parent, "value") != node


def _use(program: Program, node: Node, parent: Node) -> list[tuple[str, Node]] | None:
    if parent.type == "field_expression" and field(parent, "argument") == node:
        return [(text(field(parent, "field")), parent)]
    if parent.type == "subscript_expression" and field(parent, "argument") == node:
        return [("[]", parent)]
    if parent.type == "for_range_loop" and field(parent, "right") == node:
        return [("for", parent)]
    if parent.type in ("parameter_declaration", "for_range_loop", "declaration", "field_declaration"):
        return []
    if parent.type == "argument_list" and parent.parent is not None:
        callee = text(field(parent.parent, "function"))
        own = any(
            text(field(f, "declarator", "declarator")) == callee for f in program.all("function_definition")
        )
        return [] if own or callee == "std::move" else None
    return (
        [] if parent.type in ("return_statement", "assignment_expression", "expression_statement") else None
    )


def about_uses(uses: list[tuple[str, Node]], nodes: list[Node]) -> list[Node]:
    """Return the statements that use the container, else its declaration."""
    found = []
    for _, node in uses:
        holder: Node | None = node if node.type == "for_range_loop" else _statement(node)
        found += [holder] if holder is not None else []
    return found or nodes


def _statement(node: Node) -> Node | None:
    return enclosing(
        node, "expression_statement", "declaration", "return_statement", "if_statement", "while_statement"
    )


def keeps_references(program: Program, uses: list[tuple[str, Node]]) -> bool:
    """Whether a reference or pointer to an element may be live while the container grows."""
    for use, node in uses:
        if use not in ("[]", "back", "front", "find", "begin"):
            continue
        holder = enclosing(node, "declaration")
        function = enclosing(node, "function_definition")
        if holder is None or function is None or "&" not in text(holder).split("=")[0]:
            continue
        later = [
            n for u, n in uses if n.start_byte > holder.end_byte and u in ("[]", "push_back", "emplace_back")
        ]
        if any(enclosing(n, "function_definition") == function for n in later):
            return True
        loops = enclosing(holder, "for_statement", "for_range_loop", "while_statement")
        if loops is not None and any(
            d.pointer for n in find(function, "declaration") for d in declarations_in(n)
        ):
            return True
    return False


def points_into(program: Program, spelled: str) -> bool:
    """Whether the program stores pointers to the type of the elements."""
    element = element_type(spelled)
    return any(
        declared_type(program, declared) == f"{element}*"
        for node in program.all(*_HOLDERS)
        for declared in declarations_in(node)
    )
