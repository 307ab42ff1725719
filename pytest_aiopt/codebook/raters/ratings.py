"""Ratings of mutations as a file: one JSON list with an entry per mutation.

An entry names the mutation (``study``, ``task``, ``track``, ``step``, and ``seed`` if it is not 1). Its other
keys are raters, each with ``depth``, ``structural``, ``labels`` and the confidence ``sure`` (1 to 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from pytest_aiopt.errors import AioptError

_WHERE = ("study", "task", "track", "seed", "step")


class BadRatings(AioptError):
    """A file of ratings cannot be read."""


class Rating(msgspec.Struct, frozen=True):
    """One rater's judgement of a mutation; ``labels`` are names of methodologies."""

    depth: int
    structural: bool
    labels: tuple[str, ...] = ()
    sure: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Location of a mutation: a step of a cell."""

    study: str
    task: str
    track: str
    seed: int
    step: int


@dataclass(frozen=True, slots=True)
class Rated:
    """A mutation with its ratings by rater."""

    place: Place
    ratings: Mapping[str, Rating]


def load(path: Path) -> tuple[Rated, ...]:
    """Return the rated mutations of a file in its order; raises BadRatings."""
    try:
        entries = msgspec.json.decode(path.read_bytes(), type=list[dict[str, Any]])
        return tuple(map(_rated, entries))
    except (OSError, msgspec.MsgspecError) as error:
        raise BadRatings(f"{path} holds no ratings ({error})", "give a file that raters wrote") from error


def save(path: Path, rated: Iterable[Rated]) -> None:
    """Write rated mutations in the format that ``load`` reads."""
    entries = [
        msgspec.to_builtins(each.place) | {name: msgspec.to_builtins(r) for name, r in each.ratings.items()}
        for each in rated
    ]
    path.write_bytes(msgspec.json.format(msgspec.json.encode(entries), indent=1) + b"\n")


def raters(rated: Iterable[Rated]) -> tuple[str, ...]:
    """Return the names of the raters in order of first occurrence."""
    return tuple(dict.fromkeys(name for each in rated for name in each.ratings))


def _rated(entry: Mapping[str, Any]) -> Rated:
    where = {name: entry[name] for name in _WHERE if name in entry}
    ratings = {name: value for name, value in entry.items() if name not in _WHERE}
    return Rated(msgspec.convert({"seed": 1} | where, Place), msgspec.convert(ratings, dict[str, Rating]))
