"""The answers by another way: Python's json module, then lists of all values instead of recursion."""

from __future__ import annotations

import json
import struct
from collections import Counter
from typing import Any, NoReturn

KINDS = ("null", "true", "false", "number", "string", "array", "object")
WORDS = {None: "null", True: "true", False: "false"}
TYPES = {int: "number", str: "string", list: "array", dict: "object"}
MASK = 2**64 - 1


def solve(request: bytes) -> bytes:
    """Return the exact reply to one document; the layout is described in driver.cpp."""
    try:
        root = parse(request)
    except ValueError:
        return struct.pack("<Q", 0)
    return encode(root)


def describe(request: bytes) -> str:
    """Return the start of a document as Python writes bytes."""
    return f"document of {len(request)} bytes: {request[:300]!r}"


def parse(document: bytes) -> Any:
    """Return the document as dicts (the last of equal names wins), lists and scalars; raise ValueError.

    One character stands for one byte. The grammar has no escapes: doubling each backslash keeps it
    a character of its string, and an error anywhere else. Fractions and NaN are json's, not ours.
    """
    text = document.decode("latin-1").replace("\\", "\\\\")
    return json.loads(text, strict=False, parse_float=refuse, parse_constant=refuse)


def refuse(text: str) -> NoReturn:
    raise ValueError(f"{text} is no integer")


def flatten(root: Any) -> tuple[list[Any], list[int], list[str | None]]:
    """Return all values level by level, the index of each one's parent, and its name there."""
    values: list[Any] = [root]
    parents: list[int] = [-1]
    names: list[str | None] = [None]
    for index, value in enumerate(values):  # grows while it is walked
        if type(value) is dict:
            values += value.values()
            names += value.keys()
        elif type(value) is list:
            values += value
            names += [None] * len(value)
        parents += [index] * (len(values) - len(parents))
    return values, parents, names


def encode(root: Any) -> bytes:
    """Return the reply to a well-formed document."""
    values, parents, names = flatten(root)
    kinds = Counter(map(kind_of, values))
    strings = [value for value in values if type(value) is str]
    sums = sums_within(values, parents)
    counts: Counter[str] = Counter()
    totals: Counter[str] = Counter()
    for name, total in zip(names, sums, strict=True):
        if name is not None:
            counts[name] += 1
            totals[name] += total
    head = [sums[0] & MASK, sum(map(len, strings)), len(set(strings)), depth_of(parents), len(counts)]
    reply = [struct.pack("<13Q", 1, *(kinds[kind] for kind in KINDS), *head)]
    for name in sorted(counts):  # a character is a byte: the order of the bytes
        key = name.encode("latin-1")
        reply += [struct.pack("<Q", len(key)), key, struct.pack("<QQ", counts[name], totals[name] & MASK)]
    return b"".join(reply)


def kind_of(value: Any) -> str:
    return TYPES.get(type(value)) or WORDS[value]


def sums_within(values: list[Any], parents: list[int]) -> list[int]:
    """Return for each value the sum of the numbers within it: parents come before their children."""
    sums = [value if type(value) is int else 0 for value in values]
    for index in range(len(values) - 1, 0, -1):
        sums[parents[index]] += sums[index]
    return sums


def depth_of(parents: list[int]) -> int:
    """Return how many values lie on the way from the last one, which is a deepest one, to the root."""
    depth, index = 0, len(parents) - 1
    while index >= 0:
        depth, index = depth + 1, parents[index]
    return depth
