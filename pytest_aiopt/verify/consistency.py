"""Checks within single events: digests of texts, and numbers that follow from other numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import isclose
from statistics import fmean

from pytest_aiopt.evaluation.meter.estimate import RACE_PAIRS, by_placement, estimate
from pytest_aiopt.journal.events import (
    AnyEvent,
    Built,
    Confirmed,
    Edited,
    Measured,
    Opened,
    Rechecked,
    Reconfirmed,
)
from pytest_aiopt.model import Candidate, Measurement

TOLERANCE = 1e-9  # log2 units; another build of numpy may add in another order


def each(events: Sequence[tuple[int, AnyEvent]]) -> Iterator[tuple[int, str]]:
    """Give (line, problem) for every event that contradicts itself or the program it starts from."""
    first = next((event for _, event in events if isinstance(event, Opened | Reconfirmed)), None)
    program = first.program if isinstance(first, Opened) else None
    for line, event in events:
        yield from ((line, problem) for problem in _texts(event, program))
        if first is not None:
            yield from ((line, problem) for problem in _numbers(event))


def _texts(event: AnyEvent, program: str | None) -> Iterable[str]:
    match event:
        case Edited(candidate=candidate, source=source):
            if (candidate is None) != (source is None):
                yield "has a candidate without a source, or a source without"
            elif source is not None and Candidate(source).sha != candidate:
                yield f"candidate {str(candidate)[:12]} is not the sha256 of its source"
        case Built(step=0, candidate=candidate) if program is not None:
            if Candidate(program).sha != candidate:
                yield "the program of line 1 is not the one that was built first"


def _numbers(event: AnyEvent) -> Iterable[str]:
    match event:
        case Measured(measurement=measurement) | Rechecked(measurement=measurement):
            if measurement is not None:
                yield from _measured(measurement)
        case Confirmed(measurements=measurements) | Reconfirmed(measurements=measurements):
            for measurement in measurements:
                yield from _measured(measurement)


def _measured(found: Measurement) -> Iterable[str]:
    """A speedup is the meter's mean of its pairs, or of its placements, and lies in its interval."""
    if not found.low - TOLERANCE <= found.log2_speedup <= found.high + TOLERANCE:
        yield f"the speedup on {found.workload} lies outside its interval"
    elif not any(isclose(found.log2_speedup, mean, abs_tol=TOLERANCE) for mean in _means(found)):
        yield f"the speedup on {found.workload} is not what its pairs give"


def _means(found: Measurement) -> list[float]:
    values = by_placement(found.pairs)
    if len(values) < RACE_PAIRS:
        return [fmean(values)] if values else []
    if found.placements and not any(pair.placement for pair in found.pairs):
        return [fmean(found.placements)]  # as champions were once confirmed; pairs do not name their layout
    return [estimate(values).mean, fmean(values)]
