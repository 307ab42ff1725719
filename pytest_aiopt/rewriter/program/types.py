"""Types as text: without ``const``, ``&`` and spaces around punctuation.

None means "unknown"; a rewrite that needs the type then skips the site.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pytest_aiopt.cpp.grammar import words

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
_SEQUENCES = (
    "std::vector",
    "std::array",
    "std::deque",
    "std::list",
    "std::set",
    "std::multiset",
    "std::unordered_set",
    "std::span",
    "std::initializer_list",
    "SmallVector",
)
MAPS = ("std::map", "std::unordered_map", "std::multimap", "FlatMap")
_SMART = ("std::unique_ptr", "std::shared_ptr")


@lru_cache(maxsize=4096)
def normal(type_text: str) -> str:
    """Return a type's text without const, references and insignificant white space."""
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
    """Return the type of the elements of a container; None if it is unknown."""
    if container in ("std::string", "std::string_view"):
        return "char"
    name, parts = template_parts(container)
    name = name.rstrip("0123456789")  # our helpers may occur again under a numbered name
    if name in _SEQUENCES and parts:
        return parts[0]
    if name in MAPS and len(parts) >= 2:
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
