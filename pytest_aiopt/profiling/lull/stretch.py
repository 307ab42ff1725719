"""Whether Lull's own work leaves a short run much as it is; if not, its effects are Lull's as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, sqrt
from statistics import fmean, variance

from pytest_aiopt.profiling.base import Z_95

MOST_STRETCHED = 1.15
"""Maximum slowdown of a short run under Lull on its clock, with 95 % certainty. Beyond it, Lull's own work
for creating, sampling and pausing threads may decide which thread the others wait for.
"""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Mean times of whole runs under Lull without a speedup (on its clock) and without Lull.

    ``high``: upper end of the 95 % interval of their ratio.
    """

    base_s: float
    alone_s: float
    high: float

    @property
    def refused(self) -> str:
        """Why effects cannot be judged, or ""."""
        if self.high <= MOST_STRETCHED:
            return ""
        return (
            f"a run takes {1e3 * self.alone_s:.1f} ms alone, {1e3 * self.base_s:.1f} ms on Lull's clock,"
            f" up to {self.high:.2f} times as long (limit {MOST_STRETCHED}): it is too short, creates too"
            " many threads, or differs too much from run to run, for effects that are not Lull's own"
        )


def stretch(base_ns: Sequence[float], alone_ns: Sequence[float]) -> Stretch | None:
    """Return the mean times and the upper end of their ratio; None without times of both kinds.

    By the delta method on the ratio's logarithm.
    """
    if not base_ns or not alone_ns:
        return None
    base, alone = fmean(base_ns), fmean(alone_ns)
    error = sqrt(_relative(base_ns) + _relative(alone_ns))
    return Stretch(base / 1e9, alone / 1e9, base / alone * exp(Z_95 * error))


def _relative(values: Sequence[float]) -> float:
    """Return the variance of the mean, relative to its square; infinite for a single value."""
    return variance(values) / len(values) / fmean(values) ** 2 if len(values) > 1 else inf
