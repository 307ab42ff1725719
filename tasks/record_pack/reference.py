"""Oracle of record_pack: whole columns as Python integers and numpy arrays, one form after the other."""

from __future__ import annotations

import struct
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


def solve(request: bytes) -> bytes:
    """Return the stream: size and packed values of every column."""
    return b"".join(
        number(len(values)) + FORMS[form](values.tolist(), reach) for form, reach, values in decode(request)
    )


def describe(request: bytes) -> str:
    """Return the form, range and first values of each column."""
    names = [pack.__name__ for pack in FORMS]
    shown = [f"{names[form]}, range {reach}: {v[:20].tolist()}" for form, reach, v in decode(request)]
    return f"{len(shown)} columns\n" + "\n".join(shown)


def decode(request: bytes) -> list[tuple[int, int, NDArray[np.uint32]]]:
    """Return form, range and values of the columns of a payload."""
    (count,) = struct.unpack_from("<I", request)
    heads = list(struct.iter_unpack("<3I", request[4 : 4 + 12 * count]))
    columns, at = [], 4 + 12 * count
    for form, reach, size in heads:
        columns.append((form, reach, np.frombuffer(request, "<u4", size, at)))
        at += 4 * size
    return columns


def number(value: int) -> bytes:
    """Return groups of seven bits, the lowest first, all but the last with the top bit set."""
    groups = [value >> shift & 127 for shift in range(0, max(value.bit_length(), 1), 7)]
    return bytes([group | 128 for group in groups[:-1]] + groups[-1:])


def numbers(values: Iterable[int]) -> bytes:
    return b"".join(map(number, values))


def sections(values: Sequence[int], size: int) -> list[Sequence[int]]:
    return [values[at : at + size] for at in range(0, len(values), size)]


def zones(values: Sequence[int], reach: int) -> bytes:
    """Write values in base 2 and read them in base 4."""
    apart = [int(f"{value:b}", 4) for value in values]
    codes = [low + 2 * high for low, high in pairwise(apart)]
    return numbers(bound for section in sections(codes, reach) for bound in (min(section), max(section)))


def widths(values: Sequence[int], reach: int) -> bytes:
    packed = b""
    for section in sections(values, reach):
        lengths = [value.bit_length() for value in section]
        wider = [sum(length > width for length in lengths) for width in range(33)]
        best = min(range(33), key=lambda width: width * len(section) + 40 * wider[width])
        packed += numbers([best, wider[best]])
    return packed


def ranks(values: Sequence[int], reach: int) -> bytes:
    """Rank: how many symbols were last used later; unused ones count as used in falling order before."""
    last = {symbol: -1 - symbol for symbol in range(reach)}
    used = sorted(last.values())
    found = []
    for at, symbol in enumerate(values):
        place = bisect_left(used, last[symbol])
        found.append(len(used) - 1 - place)
        del used[place]
        used.append(at)
        last[symbol] = at
    return numbers(found)


def copies(values: Sequence[int], reach: int) -> bytes:
    text, packed, at = bytes(values), b"", 0
    while at < len(text):
        length, distance = 0, 0
        while length < min(64, len(text) - at):
            # The last place of one more value that begins before this one and within reach.
            start = text.rfind(text[at : at + length + 1], max(0, at - reach), at + length)
            if start < 0:
                break
            length, distance = length + 1, at - start
        if length < 4:
            length, packed = 1, packed + numbers([0, text[at]])
        else:
            packed += numbers([length, distance])
        at += length
    return packed


def spreads(values: Sequence[int], reach: int) -> bytes:
    found = []
    for at, value in enumerate(values):
        section = values[max(0, at + 1 - reach) : at + 1]
        found += [value - min(section), max(section) - value]
    return numbers(found)


def checks(values: Sequence[int], reach: int) -> bytes:
    return numbers(zlib.crc32(np.array(section, "<u4").tobytes()) for section in sections(values, reach))


def order(values: Sequence[int], reach: int) -> bytes:
    return numbers(np.argsort(np.array(values, np.int64), kind="stable")[::reach].tolist())


def peaks(values: Sequence[int], reach: int) -> bytes:
    column = np.array(values, np.int64)
    return numbers(int(column[at : at + 1 + value % reach].argmax()) for at, value in enumerate(values))


def nearest(values: Sequence[int], reach: int) -> bytes:
    palette = list(enumerate(values[:reach]))
    found: list[int] = []
    for value in values[reach:]:
        entry, other = min(palette, key=lambda pair: (abs(pair[1] - value), pair[1]))
        found += [entry, abs(other - value)]
    return numbers(found)


FORMS: list[Callable[[Sequence[int], int], bytes]] = [
    zones,
    widths,
    ranks,
    copies,
    spreads,
    checks,
    order,
    peaks,
    nearest,
]
