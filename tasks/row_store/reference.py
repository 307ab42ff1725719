"""Oracle of row_store: dictionaries and sorted lists, and powers for the digest."""

from __future__ import annotations

import struct
from bisect import bisect_left, insort
from collections.abc import Callable
from itertools import accumulate

ROWS, FACTOR, MODULUS = 4096, 1099511628211, 2**64
Fields = tuple[int, int, int, int]


class Store:
    """Rows as a dictionary: value, owner and end by number."""

    def __init__(self) -> None:
        self.rows: dict[int, tuple[int, int, int]] = {}
        self.values: list[int] = []
        self.puts: list[int] = []
        self.journal = b""
        self.heirs: dict[int, int] = {}
        self.now = 0

    def put(self, owner: int, row: int, value: int, span: int) -> int:
        self.drop(owner, row, value, span)
        self.rows[row] = value, owner, self.now + span
        insort(self.values, value)
        self.puts.append(value)
        return len(self.rows)

    def drop(self, owner: int, row: int, value: int, span: int) -> int:
        if row not in self.rows:
            return 0
        del self.values[bisect_left(self.values, self.rows.pop(row)[0])]
        return 1

    def tick(self, owner: int, row: int, value: int, span: int) -> int:
        self.now += 1
        ended = [number for number, (_, _, end) in self.rows.items() if end == self.now]
        for number in ended:
            self.drop(0, number, 0, 0)
        return sum(ended) + len(ended)

    def get(self, owner: int, row: int, value: int, span: int) -> int:
        return self.rows.get(row, (0, 0, 0))[0]

    def reach(self, owner: int, row: int, value: int, span: int) -> int:
        if value == 0:
            return row
        later = sorted(number for number in self.rows if number >= row)
        sums = list(accumulate(self.rows[number][0] for number in later))
        at = bisect_left(sums, value)
        return later[at] if at < len(later) else ROWS

    def owned(self, owner: int, row: int, value: int, span: int) -> int:
        return min((n for n, (_, who, _) in self.rows.items() if who == owner and n >= row), default=ROWS)

    def ranked(self, owner: int, row: int, value: int, span: int) -> int:
        return self.values[span] if span < len(self.values) else 0

    def since(self, owner: int, row: int, value: int, span: int) -> int:
        latest = max((at for at, each in enumerate(self.puts, 1) if each <= value), default=0)
        return len(self.puts) - latest

    def write(self, owner: int, row: int, value: int, span: int) -> int:
        self.journal += struct.pack("<I", value)
        return len(self.journal)

    def digest(self, owner: int, row: int, value: int, span: int) -> int:
        last = self.journal[-span:] if span else b""
        return sum((byte + 1) * pow(FACTOR, at, MODULUS) for at, byte in enumerate(reversed(last))) % MODULUS

    def link(self, owner: int, row: int, value: int, span: int) -> int:
        before = self.heirs.get(row, row)
        self.heirs[row] = value
        return before

    def heir(self, owner: int, row: int, value: int, span: int) -> int:
        path = [row]
        while len(path) <= span:
            if (following := self.heirs.get(path[-1], path[-1])) in path:  # round and round from there on
                start = path.index(following)
                return path[start + (span - start) % (len(path) - start)]
            path.append(following)
        return path[span]

    def vacant(self, owner: int, row: int, value: int, span: int) -> int:
        return next((number for number in range(row, ROWS) if number not in self.rows), ROWS)

    def above(self, owner: int, row: int, value: int, span: int) -> int:
        return min((n for n, (v, _, _) in self.rows.items() if v >= value and n >= row), default=ROWS)


NAMES = (
    *("put", "drop", "tick", "get", "reach", "owned", "ranked", "since"),
    *("write", "digest", "link", "heir", "vacant", "above"),
)


def solve(request: bytes) -> bytes:
    """Return the answers, packed as in driver.cpp."""
    store = Store()
    kinds: list[Callable[[int, int, int, int], int]] = [getattr(store, name) for name in NAMES]
    answers = [kinds[kind](*fields) for kind, *fields in _commands(request)]
    return struct.pack(f"<{len(answers)}Q", *answers)


def describe(request: bytes) -> str:
    """Return the number of commands and the first ones as text."""
    commands = _commands(request)
    first = [f"{NAMES[kind]}({fields})" for kind, *fields in commands[:6]]
    return f"{len(commands)} commands (owner, row, value, span): {', '.join(first)}"


def _commands(request: bytes) -> list[tuple[int, int, int, int, int]]:
    count = struct.unpack_from("<I", request)[0]
    return list(struct.iter_unpack("<HHIII", request[64 : 64 + 16 * count]))
