"""The contract of a language model, and the spec that names one."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable
from urllib.parse import urlsplit

import msgspec

from pytest_aiopt.model import Completion, Prompt
from pytest_aiopt.models import keys

MUTATOR = "mutator"
EMBEDDED = ("rewriter-local", "rewriter-strong", MUTATOR)
HOSTED = "openai:"
CHARS_PER_TOKEN = 3.0
"""Of C++ in a prompt, where no call has been counted yet; today's tokenizers take 3 to 3.5."""


class SystemMessage(StrEnum):
    """Where the system message goes: into a message of its role, or in front of the user's."""

    ROLE = "role"
    MERGE = "merge"


class ModelSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model of a study. The settings in ``UNSEEN`` do not change its replies.

    Temperature and top_p not given: 0.7 and 0.95 for an endpoint with a URL, left to the provider for
    ``openai:NAME`` and wherever a reasoning effort is set, as such models refuse them. False: never sent.
    ``extra``: further fields of a request, sent as they are. ``alias``: the model's name in tables.
    """

    spec: str
    """`openai:NAME`, `http(s)://HOST/v1#NAME`, `rewriter-local`, `rewriter-strong` or `mutator`."""
    temperature: float | bool | None = None
    """0.7 for an endpoint with a URL where absent; `false` is never sent."""
    top_p: float | bool | None = None
    """0.95 for an endpoint with a URL where absent; `false` is never sent."""
    max_tokens: int = 8192
    """Longest reply, in tokens."""
    reasoning_effort: str | None = None
    """Sent as it is."""
    context: int | None = None
    """Tokens of prompt and reply together; checked before the first call where given."""
    timeout_s: float = 600.0
    """Longest silence of the endpoint, in seconds."""
    key_env: str | None = None
    """Environment variable of the key; its name ends in `_KEY` or `_TOKEN`."""
    seed: bool = True
    """Whether calls carry a seed."""
    system: SystemMessage = SystemMessage.ROLE
    """`merge` puts the system message in front of the user message."""
    max_tokens_name: str | None = None
    """Name of the field that carries `max_tokens`."""
    stream: bool = False
    """Whether replies are read in pieces."""
    extra: dict[str, Any] = {}
    """Further fields of every request, sent as they are."""
    alias: str = ""
    """Name of the model in tables; its spec where absent."""

    def __hash__(self) -> int:
        return hash(msgspec.json.encode(self))

    @property
    def name(self) -> str:
        """Return the model's name at its endpoint."""
        return self.spec.removeprefix(HOSTED) if self.base_url is None else self.spec.partition("#")[2]

    @property
    def base_url(self) -> str | None:
        """Return the endpoint's URL, None for the provider of ``openai:NAME``."""
        return self.spec.partition("#")[0] if self.spec.startswith(("http://", "https://")) else None

    @property
    def shown(self) -> str:
        """Return the model's name in tables."""
        return self.alias or self.spec

    @property
    def merges_system(self) -> bool:
        """Whether the system message goes in front of the user's."""
        return self.system is SystemMessage.MERGE

    @property
    def sampling(self) -> dict[str, Any]:
        """Return the fields of every request besides messages and seed; none for the embedded models."""
        if is_embedded(self.spec):
            return {}
        plain = self.base_url is not None and self.reasoning_effort is None
        limit = "max_completion_tokens" if self.base_url is None else "max_tokens"
        values = {
            "temperature": 0.7 if self.temperature is None and plain else self.temperature,
            "top_p": 0.95 if self.top_p is None and plain else self.top_p,
            self.max_tokens_name or limit: self.max_tokens,
            "reasoning_effort": self.reasoning_effort,
            "stream": self.stream,
        }
        given = {name: value for name, value in values.items() if value is not None and value is not False}
        return given | self.extra

    def problem(self) -> str | None:
        """Return the problem with the values; "" without one."""
        parts = urlsplit(self.base_url or "")
        effort = self.reasoning_effort
        without = msgspec.structs.replace(self, extra={})
        own = sorted({*_FIELDS, *without.sampling} & self.extra.keys()) if self.extra else []
        checks = {
            "spec: no key may stand in a URL; put it into the environment": parts.username or parts.query,
            "temperature must be between 0 and 2, or false": self.temperature is True
            or not 0 <= (self.temperature or 0) <= 2,
            "top_p must be above 0 and at most 1, or false": self.top_p is True
            or (self.top_p not in (None, False) and not 0 < (self.top_p or 0) <= 1),
            "max_tokens must be at least 1": self.max_tokens < 1,
            "max_tokens_name must be the name of a field": self.max_tokens_name == "",
            "timeout_s must be above 0": self.timeout_s <= 0,
            "context must be larger than max_tokens": self.context and self.context <= self.max_tokens,
            f"key_env must be a name like {keys.DEFAULT_NAMES[0]}": self.key_env is not None
            and not keys.NAME.fullmatch(self.key_env),
            "the embedded models take no settings": is_embedded(self.spec) and self != ModelSpec(self.spec),
            "reasoning_effort must not be empty": effort == "",
            f"extra holds {', '.join(own)}, which the table itself sets": own,
            "extra holds a key; name its variable in key_env": keys.hide(repr(self.extra))
            != repr(self.extra),
        }
        return next((text for text, wrong in checks.items() if wrong), None)


UNSEEN = ("context", "timeout_s", "key_env", "alias")
"""Settings that are no part of a model's identity."""

_FIELDS = ("model", "messages", "seed", "stream", "temperature", "top_p", "max_tokens", "reasoning_effort")


class LanguageModel(Protocol):
    """Anything that answers a prompt. ``complete`` raises ModelError when it cannot, for good."""

    @property
    def name(self) -> str:
        """The name recorded with every reply."""

    def complete(self, prompt: Prompt, *, seed: int) -> Completion:
        """Return the reply to ``prompt``; ``seed`` differs for every call of a cell."""


@runtime_checkable
class Billed(Protocol):
    """A model whose attempts may be charged although no answer came back.

    ``on_lost`` is called after each of them, with whether it is made again; it may raise to prevent that.
    ``on_fault`` is called before each wait for another attempt, with the fault and the seconds.
    """

    on_lost: Callable[[bool], None]
    on_fault: Callable[[str, float], None]


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
