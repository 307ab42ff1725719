"""Structural rewrites of hand-written tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from pytest_aiopt.cpp.grammar import words
from pytest_aiopt.cpp.syntax import Program, arguments, enclosing, field, find, replace, strip_parens, text
from pytest_aiopt.rewriter.program.declarations import function_name
from pytest_aiopt.rewriter.program.effects import callee_name
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import FLOATS
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.data.nested import (
    inner_vectors,
    qualified,
    references_to,
    users_of,
    uses_only,
)
from pytest_aiopt.rewriter.rules.shapes import change, include, insert_helper

# the finaliser of MurmurHash3 (Appleby, public domain): every input bit reaches every output bit
_FINALISER = """\
inline std::uint64_t {name}(std::uint64_t x) {{
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdULL;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53ULL;
    return x ^ (x >> 33);
}}
"""
# Fibonacci hashing (Knuth, TAOCP 6.4): the high half of a product with 2^64 / golden ratio
_MULTIPLY = """\
inline std::uint64_t {name}(std::uint64_t x) {{
    return (x * 0x9e3779b97f4a7c15ULL) >> 32;
}}
"""


@dataclass(frozen=True, slots=True)
class _Slot:
    """``key & (n - 1)`` or ``key % n`` with an unmodified key."""

    node: Node
    key: Node


@rewrite(Kind.STRUCTURAL, "ALG")
def mix_hash(program: Program) -> Iterator[Change]:
    """Mix a key's bits before it selects a bucket, so that regular keys spread over the table.

    Only for tables, in which the content of the bucket is compared with the key; ring buffers are excluded.
    """
    slots = [slot for slot in _slots(program) if _is_table_index(program, slot)]
    functions = {slot.node: enclosing(slot.node, "function_definition") for slot in slots}
    if not slots or _depends_on_order(program):
        return
    for name, helper in (("mix_bits", _FINALISER), ("scramble", _MULTIPLY)):
        fresh = program.unused(name)
        edits = [
            insert_helper(program, slots[0].node, helper.format(name=fresh)),
            *include(program, "cstdint"),
        ]
        edits += [
            replace(slot.key, f"{fresh}(static_cast<std::uint64_t>({text(slot.key)}))") for slot in slots
        ]
        users = [user for slot in slots for user in _users(program, functions[slot.node], slot.node)]
        yield change(edits, users, "Mix the bits of the key before masking, so that regular keys spread.")


def _slots(program: Program) -> Iterator[_Slot]:
    for node in program.all("binary_expression"):
        left, right = field(node, "left"), field(node, "right")
        if left is None or right is None or left.type not in ("identifier", "field_expression"):
            continue
        if type_of(program, left) in FLOATS or not _is_modulus(text(field(node, "operator")), right):
            continue
        yield _Slot(node, left)


def _is_modulus(operator: str, right: Node) -> bool:
    bare = text(strip_parens(right)).replace(" ", "")
    if operator == "&":
        return bare.endswith("-1") or re.search(r"mask", bare, re.I) is not None
    return operator == "%" and re.search(r"\.size\(\)|count|buckets|capacity|slots", bare, re.I) is not None


def _is_table_index(program: Program, slot: _Slot) -> bool:
    """Whether the slot's key is compared with a stored key at a use of the slot."""
    function = enclosing(slot.node, "function_definition")
    if function is None:
        return False
    if _compares(function, text(slot.key)):
        return True
    name = function_name(function)
    callers = [call for call in program.all("call_expression") if callee_name(call) == name]
    if not callers or any(len(arguments(call)) < 1 for call in callers):
        return False
    return any(
        _compares(enclosing(call, "function_definition"), text(arguments(call)[0])) for call in callers
    )


def _compares(function: Node | None, key: str) -> bool:
    return function is not None and any(
        text(field(node, "operator")) in ("==", "!=")
        and key in (text(field(node, "left")), text(field(node, "right")))
        for node in find(function, "binary_expression")
    )


def _depends_on_order(program: Program) -> bool:
    """Whether output may depend on bucket order: the table is iterated and never sorted."""
    walked = any(
        (type_of(program, field(loop, "right")) or "").startswith("std::vector<std::vector<")
        for loop in program.all("for_range_loop")
    )
    return walked and "std::sort(" not in program.text


def _users(program: Program, function: Node | None, slot: Node) -> list[Node]:
    """Return the functions that compute or use a slot."""
    if function is None:
        return [slot]
    calls = [call for call in program.all("call_expression") if callee_name(call) == function_name(function)]
    return [function] + [
        user for call in calls if (user := enclosing(call, "function_definition")) is not None
    ]


_SMALL_VECTOR = """\
// A vector that keeps its first {inline} elements in place and goes to the heap beyond them.
template <class T>
class {name} {{
public:
    T* begin() {{ return heap_.empty() ? inline_ : heap_.data(); }}
    T* end() {{ return begin() + size_; }}
    const T* begin() const {{ return heap_.empty() ? inline_ : heap_.data(); }}
    const T* end() const {{ return begin() + size_; }}
    std::size_t size() const {{ return size_; }}
    bool empty() const {{ return size_ == 0; }}
    T& operator[](std::size_t i) {{ return begin()[i]; }}
    const T& operator[](std::size_t i) const {{ return begin()[i]; }}
    T& front() {{ return *begin(); }}
    T& back() {{ return *(end() - 1); }}
    const T& front() const {{ return *begin(); }}
    const T& back() const {{ return *(end() - 1); }}
    void clear() {{ heap_.clear(); size_ = 0; }}
    void push_back(const T& value) {{
        if (heap_.empty() && size_ < {inline}) {{
            inline_[size_++] = value;
            return;
        }}
        const T copy = value;
        if (heap_.empty()) heap_.assign(inline_, inline_ + size_);
        heap_.push_back(copy);
        ++size_;
    }}

private:
    T inline_[{inline}]{{}};
    std::vector<T> heap_;
    std::size_t size_ = 0;
}};

"""
_SMALL_API = words("begin end size empty front back clear push_back")


@rewrite(Kind.STRUCTURAL, "L2")
def small_chains(program: Program) -> Iterator[Change]:
    """Store the first elements of the inner vectors of a vector of vectors inline."""
    for kind, nested in inner_vectors(program).items():
        if uses_only(program, f"std::vector<{kind}>", _SMALL_API):
            for inline in (1, 2):
                yield _to_small(program, kind, nested, inline)


def _to_small(program: Program, element: str, nested: list[Node], inline: int) -> Change:
    """Change the inner type, and every reference bound to an inner vector, to the small vector."""
    name, spelled = program.unused("SmallVector"), f"std::vector<{element}>"
    edits = [replace(qualified(node), f"{name}<{element}>") for node in nested]
    edits += [replace(kind, f"{name}<{element}>") for kind in references_to(program, spelled)]
    helper = _SMALL_VECTOR.format(name=name, inline=inline)
    edits += [insert_helper(program, nested[0], helper), *include(program, "cstddef")]
    return change(
        edits,
        users_of(program, spelled) or nested,
        f"Keep the first {inline} of each inner vector in place, off the heap.",
    )
