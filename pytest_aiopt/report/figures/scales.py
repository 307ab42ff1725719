"""Map values to positions, and choose ticks at round values."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_FACTORS = (
    tuple(2.0**n for n in range(-12, 13)),
    (0.25, 0.33, 0.5, 0.67, 1, 1.5, 2, 3, 4, 6, 8, 12, 16),
    tuple(n / 5 for n in range(1, 20)),
    tuple(n / 10 for n in range(1, 40)),
    tuple(n / 50 for n in range(10, 200)),
    tuple(n / 100 for n in range(10, 400)),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear map of values from ``low`` to ``high`` to positions from ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the position of a value."""
        span = self.high - self.low or 1.0
        return self.start + (value - self.low) / span * (self.end - self.start)


def spanning(values: Iterable[float], *, margin: float = 0.06) -> tuple[float, float]:
    """Return a range that covers 0 and all values with a margin; its width is never zero."""
    found = [0.0, *values]
    low, high = min(found), max(found)
    room = max(high - low, 0.1) * margin
    return (low - room if low < 0 else low - room / 2), high + room


def factor_ticks(low: float, high: float, most: int = 7) -> list[tuple[float, str]]:
    """Return positions (log2) and labels of round factors in a range of log2 ratios, at least three."""
    for factors in _FACTORS:
        within = [f for f in factors if low <= math.log2(f) <= high]
        if len(within) >= 3:
            step = math.ceil(len(within) / most)
            return [(math.log2(f), f"{f:g}x") for f in within[::step]]
    return [(0.0, "1x")]


def share_ticks(high: float) -> list[tuple[float, str]]:
    """Return ticks from 0 to ``high`` in steps of 1, 2 or 5 times a power of ten."""
    step = round_step(high / 5) if high > 0 else 1.0
    count = int(high / step + 1e-9)
    return [(step * n, f"{step * n:g}") for n in range(count + 1)]


def call_ticks(calls: int, most: int = 6) -> list[int]:
    """Return whole numbers of calls, 0 first."""
    step = max(1, round(round_step(calls / most))) if calls else 1
    return list(range(0, calls + 1, step))


def round_step(rough: float) -> float:
    """Return the next number of the form 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    return float(next(power * m for m in (1, 2, 5, 10) if power * m >= rough - 1e-12))
