"""Ratings that name mutations by where they stand in records, as collected outside of this program."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from pytest_aiopt.errors import StoreError
from pytest_aiopt.raters.rating import SUREST, Rating
from pytest_aiopt.raters.sample import Mutation, Source


class _Given(msgspec.Struct, frozen=True):
    depth: int
    labels: tuple[str, ...] = ()
    sure: int = SUREST


class _Row(msgspec.Struct, frozen=True):
    study: str
    task: str
    track: str
    step: int
    rater_1: _Given
    rater_2: _Given
    seed: int = 1


def from_json(text: str, where: Path, found: Iterable[tuple[Source, Mutation]]) -> list[Rating]:
    """Return the ratings of ``rater_1`` and ``rater_2`` in rows of study, task, track, step (and seed).

    Raises StoreError for a row of another form or one whose mutation is not on record.
    """
    by_source = dict(found)
    ratings = []
    try:
        read = msgspec.json.decode(text, type=list[_Row])
    except msgspec.DecodeError as error:
        raise StoreError(
            f"{where}: {error}", "rows hold study, task, track, step, rater_1, rater_2"
        ) from error
    for row in read:
        mutation = by_source.get(Source(row.study, row.task, row.track, row.seed, row.step))
        if mutation is None:
            raise StoreError(
                f"{where}: no valid mutation {row.study}, {row.task}, {row.track}, step {row.step} on record",
                "import the study that was rated first: aiopt records import FILE",
            )
        for name, given in (("rater_1", row.rater_1), ("rater_2", row.rater_2)):
            ratings.append(Rating(mutation.id, name, 0.0, given.depth, given.labels, given.sure))
    return ratings
