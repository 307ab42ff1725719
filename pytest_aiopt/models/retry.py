"""When and how long to wait before a failed request is made again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retry:
    """Exponential back-off with jitter; what the endpoint asks for (Retry-After) is the least.

    ``patience_s`` is the longest Retry-After that is obeyed: beyond it the study stops and resumes later.
    """

    attempts: int = 8
    first_s: float = 1.0
    most_s: float = 60.0
    patience_s: float = 900.0
    sleep: Callable[[float], None] = time.sleep

    def wait(self, failed: int, asked_s: float | None, seed: int) -> float:
        """Return the seconds to wait after the ``failed``-th failure of the call with this ``seed``."""
        backoff = min(self.most_s, self.first_s * 2.0 ** (failed - 1))
        jitter = random.Random(f"{seed}.{failed}").uniform(0.5, 1.0)
        return max(asked_s or 0.0, backoff * jitter)

    def gives_up(self, failed: int, asked_s: float | None) -> bool:
        """Whether the ``failed``-th failure is the last."""
        return failed >= self.attempts or (asked_s is not None and asked_s > self.patience_s)
