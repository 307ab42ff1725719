"""Oracle of table_query: every question by plain Python or numpy over the rows that it names."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

SALE = np.dtype(
    [
        ("item", "<u4"),
        ("day", "<u4"),
        ("amount", "<u2"),
        ("pieces", "<u2"),
        ("buyer", "<u2"),
        ("shop", "u1"),
        ("grade", "u1"),
    ]
)
PRICE = np.dtype([("item", "<u4"), ("day", "<u4"), ("cents", "<u4")])
QUESTION = np.dtype([("kind", "<u4"), ("first", "<u4"), ("last", "<u4"), ("low", "<u4"), ("high", "<u4")])
MODULUS = 2**64

Rows = NDArray[np.void]


def solve(request: bytes) -> bytes:
    """Return the answers to all questions."""
    sales, prices, questions = decode(request)
    answers = []
    for kind, first, last, low, high in questions.tolist():
        if kind == WITHIN:
            answers.append(within(sales, first, last, low, high))
        else:
            answers.append(ANSWERS[kind](sales[first:last], prices, low))
    return struct.pack(f"<{len(answers)}Q", *(answer % MODULUS for answer in answers))


def decode(request: bytes) -> tuple[Rows, Rows, Rows]:
    """Return sales, prices and questions."""
    sale_count, price_count, count = struct.unpack_from("<III", request)
    sales = np.frombuffer(request, SALE, sale_count, 64)
    prices = np.frombuffer(request, PRICE, price_count, 64 + sales.nbytes)
    return sales, prices, np.frombuffer(request, QUESTION, count, 64 + sales.nbytes + prices.nbytes)


def column(rows: Rows, name: str) -> NDArray[np.int64]:
    return rows[name].astype(np.int64)


def totals(sales: Rows, prices: Rows, low: int) -> int:
    found: Counter[tuple[int, int]] = Counter()
    for item, buyer, amount in sales[["item", "buyer", "amount"]].tolist():
        found[item, buyer] += amount
    return sum(total**2 for total in found.values())


def prices_on_days(sales: Rows, prices: Rows, low: int) -> int:
    rows = column(prices, "item"), column(prices, "day"), column(prices, "cents")
    total = 0
    for item, day, pieces in sales[["item", "day", "pieces"]].tolist():
        begun = np.flatnonzero((rows[0] == item) & (rows[1] <= day))
        if begun.size:
            latest = begun[rows[1][begun] == rows[1][begun].max()][-1]
            total += pieces * int(rows[2][latest])
    return total


def leaders(sales: Rows, prices: Rows, low: int) -> int:
    amount, pieces = column(sales, "amount"), column(sales, "pieces")
    beaten = 0
    for one, other in zip(amount.tolist(), pieces.tolist(), strict=True):
        as_good = (amount >= one) & (pieces >= other)
        beaten += bool((as_good & ((amount > one) | (pieces > other))).any())
    return len(sales) - beaten


def items(sales: Rows, prices: Rows, low: int) -> int:
    return len(set(sales["item"].tolist()))


def largest(sales: Rows, prices: Rows, low: int) -> int:
    return sum(sorted(sales["amount"].tolist(), reverse=True)[:low])


def distances(sales: Rows, prices: Rows, low: int) -> int:
    cents, total = column(prices, "cents"), 0
    for amount in sales["amount"].tolist():
        apart = np.abs(cents - amount)
        total += int(apart[apart <= low].sum())
    return total


def higher(sales: Rows, prices: Rows, low: int) -> int:
    day, grade, count = column(sales, "day"), column(sales, "grade"), 0
    for at in range(1, len(sales)):
        count += int(((day[at] - day[:at] <= low) & (grade[:at] > grade[at])).sum())
    return count


def within(sales: Rows, first: int, last: int, low: int, high: int) -> int:
    amount, pieces = column(sales, "amount"), column(sales, "pieces")
    return int(((amount >= low) & (amount <= high) & (pieces >= first) & (pieces <= last)).sum())


def places(sales: Rows, prices: Rows, low: int) -> int:
    order = sorted(sales[["shop", "grade", "amount"]].tolist(), key=lambda row: (row[0], row[1]))
    return sum(place * row[2] for place, row in enumerate(order, 1))


def amount_at(sales: Rows, prices: Rows, low: int) -> int:
    found: int = sorted(sales["amount"].tolist())[low]
    return found


WITHIN = 7
ANSWERS: dict[int, Callable[[Rows, Rows, int], int]] = {
    0: totals,
    1: prices_on_days,
    2: leaders,
    3: items,
    4: largest,
    5: distances,
    6: higher,
    8: places,
    9: amount_at,
}


def describe(request: bytes) -> str:
    """Return the sizes, the first rows and the first questions as text."""
    sales, prices, questions = decode(request)
    shown = f"{sales[:3].tolist()}, {len(prices)} prices {prices[:3].tolist()}"
    return f"{len(sales)} sales {shown}, {len(questions)} questions {questions[:3].tolist()}"
