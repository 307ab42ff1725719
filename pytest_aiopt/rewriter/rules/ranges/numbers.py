"""Ranges of numbers that are small enough for a table of all of them."""

from __future__ import annotations

from tree_sitter import Node

from pytest_aiopt.cpp.syntax import Program, find
from pytest_aiopt.rewriter.program.declarations import function_name, return_type, struct_named
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import element_type, pointee

NUMBERS = {"std::uint8_t": 256, "unsigned char": 256, "std::uint16_t": 65536}
"""How many numbers a type has."""


def element_of_range(program: Program, name: Node) -> str | None:
    """Return the type of the elements of a vector, an array, or a struct with pointers as iterators."""
    kind = type_of(program, name) or ""
    if kind.startswith(("std::vector<", "std::array<", "std::span<")):
        return element_type(kind)
    struct = struct_named(program, kind)
    methods = list(find(struct, "function_definition")) if struct is not None else []
    ends = [return_type(each) for each in methods if function_name(each) in ("begin", "end")]
    return pointee(ends[0]) if len(ends) == 2 and ends[0] == ends[1] else None
