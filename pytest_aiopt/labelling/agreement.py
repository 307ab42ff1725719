"""Join ratings with the records; the codebook counts as one more rater."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from pytest_aiopt.codebook.character import character
from pytest_aiopt.codebook.raters import ratings as files
from pytest_aiopt.codebook.raters.agreement import consensus
from pytest_aiopt.codebook.raters.ratings import Place, Rated
from pytest_aiopt.errors import StoreError
from pytest_aiopt.labelling.rating import SUREST, Rating, Ratings
from pytest_aiopt.labelling.sample import Mutation
from pytest_aiopt.model.methodology import NAMES

CODEBOOK = "codebook"
LEAST_STRUCTURAL = 2
"""Minimum depth of a structural rating."""


def agreed(ratings: Ratings) -> dict[str, tuple[files.Rating, int]]:
    """Return the consensus and the number of raters per mutation."""
    found = {name: (consensus(own.values()), len(own)) for name, own in _by_mutation(ratings).items()}
    return {name: (one, number) for name, (one, number) in found.items() if one is not None}


def judged(ratings: Ratings, found: Iterable[tuple[Place, Mutation]]) -> list[Rated]:
    """Return every recorded mutation that was rated, once, with all ratings and the codebook's rating.

    The codebook is left out if it cannot classify the mutation.
    """
    by_mutation = _by_mutation(ratings)
    places = {mutation.id: (place, mutation) for place, mutation in found}
    return [
        Rated(places[name][0], {**own, **_codebook(places[name][1])})
        for name, own in by_mutation.items()
        if name in places
    ]


def _by_mutation(ratings: Ratings) -> dict[str, dict[str, files.Rating]]:
    found: defaultdict[str, dict[str, files.Rating]] = defaultdict(dict)
    for (name, rater), one in ratings.latest().items():
        structural = one.depth >= LEAST_STRUCTURAL
        found[name][rater] = files.Rating(one.depth, structural, one.labels, one.sure)
    return found


def _codebook(mutation: Mutation) -> dict[str, files.Rating]:
    found = character(mutation.parent, mutation.child)
    if found.depth is None:
        return {}
    labels = tuple(NAMES[code] for code in sorted(found.names))
    return {CODEBOOK: files.Rating(int(found.depth), found.kind.value == "structural", labels)}


def placed(path: Path, found: Iterable[tuple[Place, Mutation]]) -> list[Rating]:
    """Return the ratings of a JSON file that identifies mutations by their place in the records.

    Raises BadRatings for another format and StoreError for a mutation that is not on record.
    """
    known = dict(found)
    ratings = []
    for rated in files.load(path):
        mutation = known.get(rated.place)
        if mutation is None:
            where = f"{rated.place.study}, {rated.place.task}, {rated.place.track}, step {rated.place.step}"
            raise StoreError(
                f"{path}: no valid mutation of {where} on record",
                "import the study that was rated first: aiopt records import FILE",
            )
        for name, given in rated.ratings.items():
            rating = Rating(mutation.id, name, 0.0, given.depth, given.labels, given.sure or SUREST)
            if problem := rating.problem():
                raise StoreError(f"{path}: {problem}", "correct that rating")
            ratings.append(rating)
    return ratings
