"""Builds programs on the other cores while the timing core measures the ones before them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.errors import AioptError
from pytest_aiopt.evaluation.meter.sides import Unplaceable, Use, stages
from pytest_aiopt.model import Candidate


class Ahead:
    """Builds programs in the order in which they are expected, one at a time.

    A fault is met again by the code that needs the program. At the end of the context, nothing is built any
    more.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._builds: dict[str, Future[None]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def expect(self, bench: Bench, sources: Iterable[str], *, timed: bool = True) -> None:
        """Build programs as soon as possible. ``timed``: with the placements that a search measures."""
        for source in sources:
            if (candidate := Candidate(source)).sha not in self._builds:
                self._builds[candidate.sha] = self._pool.submit(_build, bench, candidate, timed)

    def ready(self, source: str) -> str:
        """Return the program once it is not being built any more; one that waits for its turn is left out."""
        build = self._builds.get(Candidate(source).sha)
        if build is not None and not build.cancel():
            build.result()
        return source


def _build(bench: Bench, candidate: Candidate, timed: bool) -> None:
    with contextlib.suppress(AioptError, Unplaceable):
        if bench.build(candidate).path is not None and timed:
            side = bench.side(candidate, Use.SEARCH)
            side.first(stages(len(side.numbers))[0])
