"""Oracle of ordered_lookup: one sorted array of all keys that occur, a flag for each that is present."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

ENTRY = np.dtype([("key", "<u8"), ("value", "<u8")])
OPERATION = np.dtype([("key", "<u8"), ("kind", "<u4"), ("operand", "<u4")])
READ, PUT = 0, 1


def _decode(request: bytes) -> tuple[NDArray[np.void], NDArray[np.void]]:
    """Return the entries and the operations of a payload."""
    entry_count, operation_count = struct.unpack_from("<II", request)
    entries = np.frombuffer(request, ENTRY, entry_count, 64)
    return entries, np.frombuffer(request, OPERATION, operation_count, 64 + entries.nbytes)


def solve(request: bytes) -> bytes:
    """Return the number of entries at the end and the answers, packed as in driver.cpp."""
    entries, operations = _decode(request)
    known = np.unique(np.concatenate([entries["key"], operations["key"]]))
    values = np.zeros(len(known), np.uint64)
    present = np.zeros(len(known), bool)
    places = np.searchsorted(known, entries["key"])
    present[places] = True
    for place, value in zip(places.tolist(), entries["value"], strict=True):
        values[place] = value
    reply = b""
    at = np.searchsorted(known, operations["key"]).tolist()
    for place, kind, operand in zip(at, operations["kind"], operations["operand"].tolist(), strict=True):
        if kind == READ:
            found = place + np.flatnonzero(present[place:])[:operand]
        else:
            found = np.array([place] if present[place] else [], int)
        total = int(values[found].sum(dtype=np.uint64))
        reply += struct.pack("<QQQ", len(found), int(known[found[0]]) if len(found) else 0, total)
        if kind != READ:
            present[place] = kind == PUT
            values[place] = operand
    return struct.pack("<Q", int(present.sum())) + reply


def describe(request: bytes) -> str:
    """Return the sizes, the first entries and the first operations as text."""
    entries, operations = _decode(request)
    first = [f"{key:#x}: {value}" for key, value in entries[:4].tolist()]
    asked = [
        f"{('read', 'put', 'drop')[kind]} {key:#x} {operand}"
        for key, kind, operand in operations[:4].tolist()
    ]
    return f"{len(entries)} entries {first}, {len(operations)} operations {asked}"
