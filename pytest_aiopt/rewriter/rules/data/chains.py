"""Replace many small vectors by one pool of elements."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.grammar import words
from pytest_aiopt.cpp.syntax import Program, ancestors, field, replace, text
from pytest_aiopt.rewriter.program.declarations import declaration_of
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.data.nested import inner_vectors, is_reference, squeezed, users_of, uses_only
from pytest_aiopt.rewriter.rules.shapes import change, include, insert_helper

_CHAINS = """\
// Many lists of elements that all lie in one pool; lists grow at their ends.
template <class T>
class {name} {{
    struct Link {{
        T value;
        Link* next;
    }};
    struct Ends {{
        Link* first = nullptr;
        Link* last = nullptr;
    }};
    template <class U>
    struct Walk {{
        Link* at;
        U& operator*() const {{ return at->value; }}
        U* operator->() const {{ return &at->value; }}
        Walk& operator++() {{ at = at->next; return *this; }}
        bool operator!=(const Walk& other) const {{ return at != other.at; }}
        bool operator==(const Walk& other) const {{ return at == other.at; }}
    }};
    template <class U>
    class List {{
    public:
        List({name}* owner, Ends* ends) : owner_(owner), ends_(ends) {{}}
        Walk<U> begin() const {{ return {{ends_->first}}; }}
        Walk<U> end() const {{ return {{nullptr}}; }}
        bool empty() const {{ return ends_->first == nullptr; }}
        U& front() const {{ return ends_->first->value; }}
        U& back() const {{ return ends_->last->value; }}
        void push_back(const T& value) const {{
            Link* link = owner_->fresh(value);
            (ends_->first == nullptr ? ends_->first : ends_->last->next) = link;
            ends_->last = link;
        }}

    private:
        {name}* owner_;
        Ends* ends_;
    }};
    template <class U>
    struct Lists {{
        {name}* owner;
        Ends* at;
        List<U> operator*() const {{ return {{owner, at}}; }}
        Lists& operator++() {{ ++at; return *this; }}
        bool operator!=(const Lists& other) const {{ return at != other.at; }}
    }};

public:
    explicit {name}(std::size_t lists = 0) : ends_(lists) {{}}
    {name}({name}&&) = default;
    {name}& operator=({name}&&) = default;
    std::size_t size() const {{ return ends_.size(); }}
    bool empty() const {{ return ends_.empty(); }}
    List<T> operator[](std::size_t list) {{ return {{this, &ends_[list]}}; }}
    List<const T> operator[](std::size_t list) const {{ return {{self(), &self()->ends_[list]}}; }}
    Lists<T> begin() {{ return {{this, ends_.data()}}; }}
    Lists<T> end() {{ return {{this, ends_.data() + ends_.size()}}; }}
    Lists<const T> begin() const {{ return {{self(), self()->ends_.data()}}; }}
    Lists<const T> end() const {{ return {{self(), self()->ends_.data() + ends_.size()}}; }}
    void swap({name}& other) {{
        ends_.swap(other.ends_);
        blocks_.swap(other.blocks_);
        std::swap(used_, other.used_);
        std::swap(room_, other.room_);
    }}

private:
    {name}* self() const {{ return const_cast<{name}*>(this); }}
    Link* fresh(const T& value) {{
        if (used_ == room_) {{
            room_ = room_ == 0 ? 256 : room_ * 2;
            used_ = 0;
            blocks_.emplace_back(new Link[room_]);
        }}
        Link* link = &blocks_.back()[used_++];
        link->value = value;
        link->next = nullptr;
        return link;
    }}
    std::vector<Ends> ends_;
    std::vector<std::unique_ptr<Link[]>> blocks_;
    std::size_t used_ = 0;
    std::size_t room_ = 0;
}};

"""
_OUTER = words("size empty begin end swap")
_INNER = words("begin end empty front back push_back")


@rewrite(Kind.STRUCTURAL, "P")
def pooled_chains(program: Program) -> Iterator[Change]:
    """Take the elements of all inner vectors of a vector of vectors from one pool, chained by pointers.

    Only if inner vectors are iterated and appended to, and never indexed or copied.
    """
    for element, nested in inner_vectors(program).items():
        inner = f"std::vector<{element}>"
        outer = f"std::vector<{inner}>"
        if not uses_only(program, outer, _OUTER) or not _walked_only(program, inner, outer):
            continue
        if _escapes(program, outer) or outer in squeezed(program.header):
            continue
        yield _pooled(program, element, nested, inner)


def _pooled(program: Program, element: str, nested: list[Node], inner: str) -> Change:
    name = program.unused("Chains")
    wholes = [whole for node in nested if (whole := _outer_type(node)) is not None]
    edits = [replace(whole, f"{name}<{element}>") for whole in wholes]
    for holder in program.all("declaration", "for_range_loop"):
        kind = field(holder, "type")
        if kind is not None and is_reference(holder) and squeezed(text(kind)) == inner:
            start = holder.start_byte if holder.type == "declaration" else holder.children[2].start_byte
            edits.append(Edit(start, _name_start(holder), "auto "))
    edits += [insert_helper(program, nested[0], _CHAINS.format(name=name))]
    edits += [
        edit for header in ("cstddef", "memory", "utility", "vector") for edit in include(program, header)
    ]
    about = users_of(program, inner) or nested
    return change(edits, about, f"Take all {element} of the inner vectors from one pool.")


def _outer_type(node: Node) -> Node | None:
    """Return the whole ``std::vector<std::vector<T>>`` around an inner vector type."""
    for parent in ancestors(node):
        if parent.type == "template_type":
            above = parent.parent
            return above if above is not None and above.type == "qualified_identifier" else parent
    return None


def _name_start(holder: Node) -> int:
    """Return the position of the name that a reference declares."""
    declarator = field(holder, "declarator")
    shape = (
        field(declarator, "declarator") if declarator and declarator.type == "init_declarator" else declarator
    )
    assert shape is not None
    return shape.named_children[0].start_byte


def _walked_only(program: Program, inner: str, outer: str) -> bool:
    """Whether inner vectors are accessed by index or reference, and only iterated or appended to."""
    for node in program.all("subscript_expression", "identifier"):
        parent = node.parent
        if (
            parent is None
            or not _is_inner(program, node, inner, outer)
            or parent.type == "reference_declarator"
        ):
            continue
        if parent.type == "field_expression" and text(field(parent, "field")) in _INNER:
            continue
        if parent.type == "for_range_loop" or (parent.type == "init_declarator" and _binds(parent)):
            continue
        return False
    return all(
        type_of(program, bound) == outer or _is_inner(program, bound, inner, outer)
        for holder in program.all("declaration", "for_range_loop")
        if is_reference(holder) and squeezed(text(field(holder, "type"))) == inner
        and (bound := field(holder, "right") or field(holder, "declarator", "value")) is not None
    )  # fmt: skip


def _is_inner(program: Program, node: Node, inner: str, outer: str) -> bool:
    if node.type == "subscript_expression":
        return type_of(program, field(node, "argument")) == outer
    declared = declaration_of(program, node) if type_of(program, node) == inner else None
    return declared is not None and declared.reference and not declared.is_parameter


def _binds(declarator: Node) -> bool:
    shape = field(declarator, "declarator")
    return shape is not None and shape.type == "reference_declarator"


def _escapes(program: Program, outer: str) -> bool:
    """Whether the vector of vectors is copied, returned or list-initialised, or declared without a size."""
    for node in program.all("identifier"):
        parent = node.parent
        if parent is None or squeezed(type_of(program, node) or "") != outer:
            continue
        grand = parent.parent
        swapped = (
            parent.type == "argument_list"
            and grand is not None
            and text(field(grand, "function", "field")) == "swap"
        )
        if not swapped and parent.type in ("argument_list", "return_statement", "assignment_expression"):
            return True
        if parent.type == "init_declarator" and field(parent, "value") == node:
            return True
    return any(
        squeezed(text(field(node, "type"))) == outer and len(_arguments_of(node)) > 1
        for node in program.all("declaration")
    )


def _arguments_of(declaration: Node) -> list[Node]:
    value = field(declaration, "declarator", "value")
    return value.named_children if value is not None else []
