"""Oracle of route_desk: every question by sets, searches and recursion over roads and parents alone."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

ROAD = np.dtype([("from", "<u2"), ("to", "<u2"), ("length", "<u2")])
QUESTION = np.dtype([("kind", "<u4"), ("first", "<u4"), ("last", "<u4"), ("limit", "<u4")])
NO_WAY = 65536

Rows = NDArray[np.void]
Form = tuple["Form", ...]


def solve(request: bytes) -> bytes:
    """Return the answers to all questions."""
    network, questions = decode(request)
    answers = [ANSWERS[kind](network, first, last, limit) for kind, first, last, limit in questions.tolist()]
    return struct.pack(f"<{len(answers)}Q", *answers)


class Network:
    """Roads, parents and grades, and what follows from them."""

    def __init__(self, roads: Rows, parents: list[int], grades: list[int]) -> None:
        self.roads = roads
        self.parents = parents
        self.grades = grades

    @cached_property
    def neighbours(self) -> list[set[int]]:
        return joined(self.roads, len(self.parents))

    @cached_property
    def children(self) -> list[list[int]]:
        found: list[list[int]] = [[] for _ in self.parents]
        for place, parent in enumerate(self.parents[1:], 1):
            found[parent].append(place)
        return found

    @cached_property
    def forms(self) -> list[Form]:
        """The form of the tree below each place: the forms below its children."""
        found: list[Form] = [()] * len(self.parents)
        known: dict[tuple[int, ...], Form] = {}
        for place in reversed(range(len(self.parents))):
            below = tuple(found[child] for child in self.children[place])
            found[place] = known.setdefault(tuple(map(id, below)), below)
        return found

    def way(self, place: int) -> list[int]:
        """Return the places from one to the root."""
        found = [place]
        while found[-1] != 0:
            found.append(self.parents[found[-1]])
        return found


def joined(roads: Rows, places: int) -> list[set[int]]:
    """Return the neighbours of each place."""
    found: list[set[int]] = [set() for _ in range(places)]
    for one, other in roads[["from", "to"]].tolist():
        found[one].add(other)
        found[other].add(one)
    return found


def decode(request: bytes) -> tuple[Network, Rows]:
    """Return the network without what driver.cpp passes beside, and the questions."""
    places, roads, count = struct.unpack_from("<III", request)
    questions = np.frombuffer(request, QUESTION, count, 64)
    at = 64 + questions.nbytes + 8 * (places + 1)
    rows = np.frombuffer(request, ROAD, roads, at)
    at += rows.nbytes + 8 * roads
    parents = np.frombuffer(request, "<u2", places, at)
    grades = request[len(request) - places :]
    return Network(rows, parents.tolist(), list(grades)), questions


def rings(neighbours: list[set[int]], place: int) -> list[set[int]]:
    """Return the places by their least number of roads from one."""
    found, seen = [{place}], {place}
    while found[-1]:
        found.append(set().union(*(neighbours[each] for each in found[-1])) - seen)
        seen |= found[-1]
    return found


def common(network: Network, first: int, last: int, limit: int) -> int:
    return len(network.neighbours[first] & network.neighbours[last])


def hops(network: Network, first: int, last: int, limit: int) -> int:
    return sum(map(len, rings(network.neighbours, first)[: limit + 1]))


def meeting(network: Network, first: int, last: int, limit: int) -> int:
    return max(set(network.way(first)) & set(network.way(last)))


def narrowest(network: Network, first: int, last: int, limit: int) -> int:
    lengths = [0, *np.unique(network.roads["length"]).tolist()]
    least, most = 0, len(lengths)
    while least < most:
        middle = (least + most) // 2
        roads = network.roads[network.roads["length"] <= lengths[middle]]
        if last in set().union(*rings(joined(roads, len(network.parents)), first)):
            most = middle
        else:
            least = middle + 1
    if first == last:
        return 0
    return lengths[least] if least < len(lengths) else NO_WAY


def nearest(network: Network, first: int, last: int, limit: int) -> int:
    for steps, ring in enumerate(rings(network.neighbours, first)):
        if any(network.grades[place] == limit for place in ring):
            return steps
    return NO_WAY


def closed(network: Network, first: int, last: int, limit: int) -> int:
    neighbours = joined(np.delete(network.roads, slice(first, last)), len(network.parents))
    left, count = set(range(len(neighbours))), 0
    while left:
        left -= set().union(*rings(neighbours, min(left)))
        count += 1
    return count


def inside(network: Network, first: int, last: int, limit: int) -> int:
    ends = network.roads["from"], network.roads["to"]
    return int(np.logical_and.reduce([(each >= first) & (each < last) for each in ends]).sum())


def below(network: Network, first: int, last: int, limit: int) -> int:
    total, level = 0, [first]
    for _ in range(min(limit, len(network.parents)) + 1):
        total += sum(network.grades[place] for place in level)
        level = [child for place in level for child in network.children[place]]
    return total


def alike(network: Network, first: int, last: int, limit: int) -> int:
    if network.forms[first] is not network.forms[last]:
        return 0
    return sum(first in network.way(place) for place in range(len(network.parents)))


def longest(network: Network, first: int, last: int, limit: int) -> int:
    found = np.zeros(len(network.parents), np.int64)
    short = network.roads[network.roads["length"] < limit]
    for end in ("from", "to"):
        np.maximum.at(found, short[end], short["length"])
    return int(found.sum())


ANSWERS: list[Callable[[Network, int, int, int], int]] = [
    common,
    hops,
    meeting,
    narrowest,
    nearest,
    closed,
    inside,
    below,
    alike,
    longest,
]


def describe(request: bytes) -> str:
    """Return the sizes, the first rows and the first questions as text."""
    network, questions = decode(request)
    shown = f"roads {network.roads[:3].tolist()}, parents {network.parents[:8]}, grades {network.grades[:8]}"
    sizes = f"{len(network.parents)} places, {len(network.roads)} roads, {len(questions)} questions"
    return f"{sizes}: {shown}, {questions[:3].tolist()}"
