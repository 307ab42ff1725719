"""A rule that a program or a reply must keep."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A limit on a reply: its reason code for the journal, and the sentence that states it."""

    code: str
    sentence: str
