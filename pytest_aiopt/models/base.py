"""The contract of a language model, and the spec that names one."""

from __future__ import annotations

import hashlib
import math
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

from pytest_aiopt.model import Completion, Prompt
from pytest_aiopt.models import keys

MUTATOR = "mutator"
EMBEDDED = ("rewriter-local", "rewriter-strong", MUTATOR)
HOSTED = "openai:"
CHARS_PER_TOKEN = 3.0
"""Of C++ in a prompt, where no call has been counted yet; today's tokenizers take 3 to 3.5."""


class ModelSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model of a study. ``context`` (tokens), ``timeout_s`` and ``key_env`` do not change its replies.

    Temperature and top_p not given: 0.7 and 0.95 for an endpoint with a URL, left to the provider for
    ``openai:NAME`` and wherever a reasoning effort is set, as such models refuse them.
    """

    spec: str
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int = 8192
    reasoning_effort: str | None = None
    context: int | None = None
    timeout_s: float = 600.0
    key_env: str | None = None

    @property
    def name(self) -> str:
        """Return the model's name at its endpoint."""
        return self.spec.removeprefix(HOSTED) if self.base_url is None else self.spec.partition("#")[2]

    @property
    def base_url(self) -> str | None:
        """Return the endpoint's URL, None for the provider of ``openai:NAME``."""
        return self.spec.partition("#")[0] if self.spec.startswith(("http://", "https://")) else None

    @property
    def sampling(self) -> dict[str, str | int | float]:
        """Return what goes with every request beside messages and seed; nothing for the embedded models."""
        if is_embedded(self.spec):
            return {}
        plain = self.base_url is not None and self.reasoning_effort is None
        limit = "max_completion_tokens" if self.base_url is None else "max_tokens"
        values = {
            "temperature": 0.7 if self.temperature is None and plain else self.temperature,
            "top_p": 0.95 if self.top_p is None and plain else self.top_p,
            limit: self.max_tokens,
            "reasoning_effort": self.reasoning_effort,
        }
        return {name: value for name, value in values.items() if value is not None}

    def problem(self) -> str | None:
        """Return what is wrong with the values, if anything."""
        parts = urlsplit(self.base_url or "")
        effort = self.reasoning_effort
        checks = {
            "spec: no key may stand in a URL; put it into the environment": parts.username or parts.query,
            "temperature must be between 0 and 2": not 0 <= (self.temperature or 0) <= 2,
            "top_p must be above 0 and at most 1": self.top_p is not None and not 0 < self.top_p <= 1,
            "max_tokens must be at least 1": self.max_tokens < 1,
            "timeout_s must be above 0": self.timeout_s <= 0,
            "context must be larger than max_tokens": self.context and self.context <= self.max_tokens,
            f"key_env must be a name like {keys.DEFAULT_NAMES[0]}": self.key_env is not None
            and not keys.NAME.fullmatch(self.key_env),
            "the embedded models take no settings": is_embedded(self.spec) and self != ModelSpec(self.spec),
            "reasoning_effort must not be empty": effort == "",
        }
        return next((text for text, wrong in checks.items() if wrong), None)


class LanguageModel(Protocol):
    """Anything that answers a prompt. ``complete`` raises ModelError when it cannot, for good."""

    @property
    def name(self) -> str:
        """The name recorded with every reply."""

    def complete(self, prompt: Prompt, *, seed: int) -> Completion:
        """Return the reply to ``prompt``; ``seed`` differs for every call of a cell."""


def is_embedded(spec: str) -> bool:
    """Whether ``spec`` is the embedded rewriter or mutator: no language model, it answers no question."""
    return spec in EMBEDDED


def call_seed(cell: str, seed: int, step: int) -> int:
    """Return the seed of one call (31 bits), so that equal prompts do not force equal replies."""
    digest = hashlib.sha256(f"{cell}\0{seed}\0{step}".encode()).digest()
    return int.from_bytes(digest[:4], "little") >> 1


def estimated_tokens(text: str, chars_per_token: float = CHARS_PER_TOKEN) -> int:
    """Return about how many tokens ``text`` has."""
    return math.ceil(len(text) / chars_per_token)


def is_endpoint(spec: str) -> bool:
    """Whether ``spec`` names a model behind an OpenAI-compatible endpoint."""
    at_url = spec.startswith(("http://", "https://")) and bool(spec.partition("#")[2])
    return at_url or (spec.startswith(HOSTED) and spec != HOSTED)
