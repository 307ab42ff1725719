"""Checks that decisions do not depend on later input, by asking branched requests.

An online decision depends only on the input before it. So a second process gets requests that share a prefix
with the first ones and branch at a secret point; both replies must agree up to there. A program that reads
ahead, in any way, cannot repeat its decisions there, because the input that it read is absent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pytest_aiopt.tasks.loader import Task


@dataclass(frozen=True, slots=True)
class Branches:
    """Branched requests; ``common``: the number of bytes of each reply that must not change."""

    requests: list[bytes]
    common: list[int]

    @classmethod
    def of(cls, task: Task, requests: Sequence[bytes], seed: int) -> Branches:
        """Branch each request at a random point."""
        seeds = np.random.SeedSequence(seed).generate_state(len(requests))
        made = [task.branch(request, int(one)) for request, one in zip(requests, seeds.tolist(), strict=True)]
        return cls([request for request, _ in made], [common for _, common in made])

    def agree(self, index: int, reply: bytes, branched: bytes) -> bool:
        """Whether the replies to a request and to its branch begin with the same decisions."""
        common = self.common[index]
        return len(branched) >= common and reply[:common] == branched[:common]

    def all_agree(self, replies: Sequence[bytes], branched: Sequence[bytes]) -> bool:
        """Whether each request's branch was answered with the same decisions."""
        if len(branched) != len(self.requests):
            return False
        return all(map(self.agree, range(len(self.requests)), replies, branched))
