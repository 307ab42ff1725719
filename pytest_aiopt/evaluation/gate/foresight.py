"""Whether decisions depend on what comes later: they are asked for again where the rest is another.

A decision that is made from what came before is the same whatever comes after. So a second process gets
requests that begin as the first one's and, from a secret point on, go on otherwise; up to there both replies
must agree. A program that reads ahead, by whatever way, cannot know in the second process what it decided in
the first: the rest that it decided by is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pytest_aiopt.tasks.loader import Task


@dataclass(frozen=True, slots=True)
class Branches:
    """Requests that go on otherwise; ``common``: bytes of each reply that must not change."""

    requests: list[bytes]
    common: list[int]

    @classmethod
    def of(cls, task: Task, requests: Sequence[bytes], seed: int) -> Branches:
        """Branch each request at a point of its own."""
        seeds = np.random.SeedSequence(seed).generate_state(len(requests))
        made = [task.branch(request, int(one)) for request, one in zip(requests, seeds.tolist(), strict=True)]
        return cls([request for request, _ in made], [common for _, common in made])

    def agree(self, index: int, reply: bytes, branched: bytes) -> bool:
        """Whether the replies to a request and to its branch begin alike, as far as they must."""
        common = self.common[index]
        return len(branched) >= common and reply[:common] == branched[:common]

    def all_agree(self, replies: Sequence[bytes], branched: Sequence[bytes]) -> bool:
        """Whether each request's branch was answered, and alike."""
        if len(branched) != len(self.requests):
            return False
        return all(map(self.agree, range(len(self.requests)), replies, branched))
