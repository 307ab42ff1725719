"""The contract of a language model, and how a model spec becomes one."""

from __future__ import annotations

import hashlib
from typing import Protocol

from pytest_aiopt.errors import ModelError
from pytest_aiopt.model import Completion, Prompt

EMBEDDED = ("rewriter-local", "rewriter-strong")


class LanguageModel(Protocol):
    """Anything that answers a prompt. ``complete`` raises ModelError when it cannot, for good."""

    @property
    def name(self) -> str:
        """The name recorded with every reply."""

    def complete(self, prompt: Prompt, *, seed: int) -> Completion:
        """Return the reply to ``prompt``; ``seed`` differs for every call of a cell."""


def is_embedded(spec: str) -> bool:
    """Whether ``spec`` is the embedded rewriter: it validates the laboratory, it answers no question."""
    return spec in EMBEDDED


def call_seed(cell: str, seed: int, step: int) -> int:
    """Return the seed of one call (31 bits), so that equal prompts do not force equal replies."""
    digest = hashlib.sha256(f"{cell}\0{seed}\0{step}".encode()).digest()
    return int.from_bytes(digest[:4], "little") >> 1


def make(spec: str) -> LanguageModel:
    """Return the model of a spec: ``rewriter-*``, ``openai:NAME`` or ``http(s)://HOST/v1#NAME``."""
    if is_embedded(spec):
        from pytest_aiopt.llm import rewriter

        return rewriter.make(spec)
    from pytest_aiopt.llm.openai_compatible import OpenAICompatible

    if spec.startswith("openai:"):
        return OpenAICompatible(model=spec.removeprefix("openai:"))
    if spec.startswith(("http://", "https://")) and "#" in spec:
        url, _, model = spec.partition("#")
        return OpenAICompatible(model=model, base_url=url)
    known = ", ".join(EMBEDDED)
    raise ModelError(f"unknown model spec {spec!r}", f"use {known}, openai:NAME or http://HOST/v1#NAME")
