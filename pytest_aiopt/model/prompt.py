"""A prompt and a reply."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prompt:
    """The exact text sent to a model."""

    system: str
    user: str

    @property
    def sha(self) -> str:
        """Return the sha256 of both parts."""
        return hashlib.sha256(f"{self.system}\0{self.user}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call; None if the model does not count them."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Completion:
    """A model's reply to one prompt. ``seconds``: the answered request; ``faults``: the failed ones before.

    ``fingerprint`` is the endpoint's name for its configuration; ``error`` what it said in place of a reply.
    ``reasoning``: what the endpoint sent apart from the reply; it is never applied.
    """

    text: str
    finish_reason: str
    model: str
    usage: Usage = Usage()
    seconds: float = 0.0
    fingerprint: str = ""
    faults: tuple[str, ...] = ()
    error: str = ""
    reasoning: str = ""
