"""Canonical spellings of types, so that the data of two programs is comparable despite renamed types."""

from __future__ import annotations

import hashlib
import re
from functools import cached_property

from pytest_aiopt.cpp.grammar import RECORDS, words
from pytest_aiopt.cpp.source import Source
from pytest_aiopt.cpp.tree import Node, text, within

CONTAINERS = words(
    "vector array deque list forward_list map multimap set multiset unordered_map unordered_set "
    "unordered_multimap unordered_multiset priority_queue queue stack bitset valarray unique_ptr "
    "shared_ptr optional variant span mdspan flat_map flat_set"
)
"""Templates that determine the layout of data."""

_QUALIFIERS = re.compile(
    r"\b(const|constexpr|volatile|mutable|typename|struct|class|static|inline|register|thread_local)\b|std\s*::"
)
_INTEGERS = {
    "size_t": "u64", "uint64_t": "u64", "uintptr_t": "u64", "unsigned long": "u64",
    "unsigned long long": "u64", "unsigned long int": "u64", "int64_t": "i64", "ptrdiff_t": "i64",
    "long": "i64", "long long": "i64", "ssize_t": "i64", "uint32_t": "u32", "unsigned": "u32",
    "unsigned int": "u32", "int32_t": "i32", "int": "i32", "uint16_t": "u16", "unsigned short": "u16",
    "int16_t": "i16", "short": "i16", "uint8_t": "u8", "unsigned char": "u8", "int8_t": "i8",
    "signed char": "i8",
}  # fmt: skip


def plain_array(canonical: str) -> str:
    """Return an array type without its size: ``array<T,N>`` and ``T[N]`` are the same container."""
    return re.sub(r"^array<(.+),[^,<>]+>$", r"array<\1>", canonical)


def without_digests(canonical: str) -> str:
    """Return a type with every record of the program as ``R``: their contents are a separate fact."""
    return re.sub(r"\bR[0-9a-f]{6}\b", "R", canonical)


class Types:
    """The types of one program, spelled by their contents."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._hashes: dict[str, str] = {}
        self._canonical: dict[str, str] = {}
        self._open = 0

    def canonical(self, name: str, depth: int = 0) -> str:
        """Return the type without qualifiers, with aliases resolved and own records by their contents."""
        if (known := self._canonical.get(name)) is not None:
            return known
        found = self._spelled(name, depth)
        if not depth and not self._open:
            self._canonical[name] = found
        return found

    def _spelled(self, name: str, depth: int) -> str:
        plain = re.sub(r"\s+", " ", _QUALIFIERS.sub(" ", name)).strip(" &*")
        if plain in _INTEGERS:
            return _INTEGERS[plain]
        plain = re.sub(r"[A-Za-z_][\w ]*[\w]|[A-Za-z_]", lambda m: self._word(m[0].strip(), depth), plain)
        return re.sub(r"\s", "", plain)

    def _word(self, word: str, depth: int) -> str:
        if word in _INTEGERS:
            return _INTEGERS[word]
        if depth < 8 and (alias := self._source.aliases.get(word)):
            return self.canonical(alias, depth + 1)
        return self.record(word) if word in self._source.records else word

    def record(self, name: str) -> str:
        """Return ``R`` and a digest of the record's fields in order."""
        if name not in self._hashes:
            self._hashes[name] = "R"  # placeholder for records that contain themselves
            self._open += 1
            held = ",".join(self.fields(name))
            self._open -= 1
            self._hashes[name] = "R" + hashlib.sha256(held.encode()).hexdigest()[:6]
        return self._hashes[name]

    def fields(self, name: str) -> list[str]:
        """Return the types of a record's members in order, with array sizes, bit widths and alignment."""
        found = []
        for node in self._members.get(self._source.records[name], ()):
            type_text = text(node.child_by_field_name("type"))
            words = {text(c) for c in node.children if c.type == "storage_class_specifier"}
            if "static" in words:
                continue
            aligned = "alignas" if "alignas" in text(node) else ""
            for declarator in node.children_by_field_name("declarator"):
                if any(n.type == "function_declarator" for n in (declarator, *declarator.children)):
                    continue
                suffix = "".join(re.findall(r"\[.*?\]|\*", text(declarator).split("=")[0]))
                bits = "".join(text(c) for c in node.children if c.type == "bitfield_clause")
                held = re.sub(r"^array<(.+),([^,<>]+)>$", r"\1[\2]", self.canonical(type_text))
                found.append(held + suffix.replace(" ", "") + bits + aligned)
        return found

    @cached_property
    def _members(self) -> dict[Node, list[Node]]:
        """The member declarations of each record."""
        found: dict[Node, list[Node]] = {}
        for node in self._source.all("field_declaration"):
            if (record := within(node, *RECORDS)) is not None:
                found.setdefault(record, []).append(node)
        return found
