"""Requests of table_query: two tables and questions, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import strategies as st
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
KINDS = range(10)
TOTALS, PRICES, LEADERS, ITEMS, LARGEST, DISTANCES, HIGHER, WITHIN, PLACES, AMOUNT = KINDS

Rows = NDArray[np.void]


def encode(sales: Rows, prices: Rows, questions: Rows) -> bytes:
    """Return the payload: u32 counts, zeros up to 64 bytes, then the packed rows."""
    head = struct.pack("<III52x", len(sales), len(prices), len(questions))
    return head + sales.tobytes() + prices.tobytes() + questions.tobytes()


# --- correctness cases --------------------------------------------------------------------------

SIZES = st.one_of(
    st.integers(0, 12), st.integers(0, 70), st.sampled_from([63, 64, 65, 127, 128, 129, 255, 257, 400])
)
SHORT = np.array([0, 1, 2, 3, 254, 255, 256, 257, 511, 32767, 32768, 65279, 65280, 65534, 65535])
LONG = np.array([0, 1, 2, 65535, 65536, 2**30, 2**31 - 2, 2**31 - 1])


def _values(rng: np.random.Generator, kind: str, count: int, edges: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return numbers up to the largest edge: any, few different ones, edges, or one."""
    if kind == "few":
        return rng.integers(0, 5, count)
    if kind == "edge":
        return rng.choice(edges, count)
    if kind == "one":
        return np.full(count, rng.choice(edges))
    return rng.integers(0, edges[-1] + 1, count)


def _case_sales(rng: np.random.Generator, count: int, kinds: list[str]) -> Rows:
    sales = np.zeros(count, SALE)
    for name, edges, kind in zip(
        ["item", "day", "amount", "pieces", "buyer"], [LONG, LONG, SHORT, SHORT, SHORT], kinds, strict=True
    ):
        sales[name] = _values(rng, kind, count, edges)
    sales["day"].sort()
    if rng.random() < 0.2:
        sales["pieces"] = 65535 - sales["amount"]
    for name in ("shop", "grade"):
        sales[name] = rng.integers(0, rng.choice([1, 3, 256]), count)
    return sales


def _case_prices(rng: np.random.Generator, count: int, sales: Rows, kinds: list[str]) -> Rows:
    """Prices whose items, days and cents are often those of sales."""
    prices = np.zeros(count, PRICE)
    for (name, source), kind in zip(
        [("item", "item"), ("day", "day"), ("cents", "amount")], kinds, strict=True
    ):
        prices[name] = _values(rng, kind, count, LONG)
        if len(sales) and rng.random() < 0.7:
            prices[name] = rng.choice(sales[source], count)
    return prices


def _case_question(rng: np.random.Generator, kind: int, sales: Rows, prices: Rows) -> tuple[int, ...]:
    first, last = sorted(rng.integers(0, len(sales) + 1, 2).tolist())
    if rng.random() < 0.3:
        first, last = 0, len(sales)
    low, high = int(rng.integers(0, 100)), 0
    sale = sales[rng.integers(len(sales))] if len(sales) else np.zeros(1, SALE)[0]
    if kind == WITHIN:
        low, high = sorted(int(each) for each in [rng.choice(SHORT), sale["amount"]])
        first, last = sorted(int(each) for each in [rng.choice(SHORT), sale["pieces"]])
    elif kind == AMOUNT:
        low = int(rng.choice([0, (last - first) // 2, last - first - 1]))
    elif kind == LARGEST:
        low = int(rng.choice([1, 2, 7, 1000]))
    elif kind == HIGHER and rng.random() < 0.6:
        low = abs(int(sale["day"]) - int(sales[rng.integers(len(sales))]["day"])) if len(sales) else 0
    elif kind == DISTANCES and len(prices) and rng.random() < 0.7:
        low = abs(int(sale["amount"]) - int(prices[rng.integers(len(prices))]["cents"])) % 2**30
    return kind, first, last, low, high


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: 0 to 400 sales and prices, 0 to 12 questions, with extremes and exact bounds."""
    sale_count, price_count = draw(SIZES), draw(SIZES)
    kinds = draw(st.lists(st.sampled_from(["any", "few", "few", "edge", "one"]), min_size=8, max_size=8))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sales = _case_sales(rng, sale_count, kinds[:5])
    prices = _case_prices(rng, price_count, sales, kinds[5:])
    asked = rng.choice(KINDS, draw(st.integers(0, 12))).tolist()
    questions = [_case_question(rng, kind, sales, prices) for kind in asked]
    # An amount at a place is asked of at least one row.
    possible = [each for each in questions if each[0] != AMOUNT or each[1] < each[2]]
    return encode(sales, prices, np.array(possible, QUESTION))


# --- timed workloads ----------------------------------------------------------------------------


def _sales(rng: np.random.Generator, count: int, items: int, pieces: str) -> Rows:
    """Return sales of ``items`` items on 300 days; pieces "opposed": the larger the amount, the fewer."""
    sales = np.zeros(count, SALE)
    codes = rng.integers(0, 2**32, items, np.uint32)
    sales["item"] = rng.choice(codes, count)
    sales["day"] = np.sort(rng.integers(10_000, 10_300, count))
    sales["amount"] = rng.integers(0, 2**16, count)
    sales["pieces"] = rng.integers(0, 2**16, count)
    if pieces == "opposed":
        sales["pieces"] = 65_535 - sales["amount"] // 2 - rng.integers(0, 40, count)
    sales["buyer"] = rng.integers(0, 2**16, count)
    sales["shop"] = rng.integers(0, 256, count)
    sales["grade"] = rng.integers(0, 256, count)
    return sales


def _prices(rng: np.random.Generator, count: int, sales: Rows) -> Rows:
    prices = np.zeros(count, PRICE)
    prices["item"] = rng.choice(sales["item"], count)
    prices["day"] = rng.integers(9_900, 10_300, count)
    prices["cents"] = rng.integers(0, 2**16, count)
    return prices


def _questions(rng: np.random.Generator, kind: int, asked: tuple[int, int, int], rows: int) -> Rows:
    """Return questions of a kind: how many, of how many rows each, and their ``low``."""
    count, width, low = asked
    questions = np.zeros(count, QUESTION)
    questions["kind"] = kind
    questions["low"] = low
    if kind == WITHIN:  # ``width`` amounts from anywhere, and the pieces from ``low`` on
        questions["low"] = rng.integers(0, 2**16 - width, count)
        questions["high"] = questions["low"] + width
        questions["first"] = low
        questions["last"] = 2**16 - 1
    else:
        questions["first"] = rng.integers(0, rows - width + 1, count)
        questions["last"] = questions["first"] + width
    return questions


def workload(
    rng: np.random.Generator,
    *,
    requests: int,
    sales: int,
    prices: int,
    items: int,
    pieces: str,
    asked: str,
) -> list[bytes]:
    """Return ``requests`` payloads; ``asked``: kinds with number, width and ``low`` of questions."""
    wanted = [part.split() for part in asked.split(",")]
    result = []
    for _ in range(requests):
        rows = _sales(rng, sales, items, pieces)
        parts = [
            _questions(rng, NAMES.index(name), (int(count), int(width), int(low)), sales)
            for name, count, width, low in wanted
        ]
        questions = np.concatenate(parts)
        rng.shuffle(questions)
        result.append(encode(rows, _prices(rng, prices, rows), questions))
    return result


NAMES = [
    "totals",
    "prices",
    "leaders",
    "items",
    "largest",
    "distances",
    "higher",
    "within",
    "places",
    "amount",
]
