"""From a model spec to the model: the makers of the embedded models by name, and endpoints."""

from __future__ import annotations

from collections.abc import Callable

from pytest_aiopt.errors import ModelError
from pytest_aiopt.models import keys
from pytest_aiopt.models.base import EMBEDDED, MUTATOR, LanguageModel, ModelSpec, is_endpoint


def make(spec: str | ModelSpec) -> LanguageModel:
    """Return the model of a spec: ``rewriter-*``, ``mutator``, ``openai:NAME`` or ``http(s)://HOST/v1#NAME``."""
    chosen = ModelSpec(spec) if isinstance(spec, str) else spec
    if chosen.spec in _EMBEDDED:
        return _EMBEDDED[chosen.spec](chosen.spec)
    if is_endpoint(chosen.spec):
        return _endpoint(chosen)
    problem = f"unknown model spec {keys.hide(chosen.spec)!r}"
    raise ModelError(problem, f"use {', '.join(EMBEDDED)}, openai:NAME or http://HOST/v1#NAME")


# Imports wait for the first model: a session that only collects tests needs neither client nor parser.
def _rewriter(name: str) -> LanguageModel:
    from pytest_aiopt import rewriter

    return rewriter.make(name)


def _mutator(name: str) -> LanguageModel:
    from pytest_aiopt.rewriter.mutator import Mutator

    return Mutator()


def _endpoint(spec: ModelSpec) -> LanguageModel:
    from pytest_aiopt.models.openai_compatible import OpenAICompatible

    return OpenAICompatible(spec)


_EMBEDDED: dict[str, Callable[[str], LanguageModel]] = {
    name: _mutator if name == MUTATOR else _rewriter for name in EMBEDDED
}
