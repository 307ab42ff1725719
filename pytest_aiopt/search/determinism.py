"""Make OpenEvolve's code a function of its inputs, without touching the state of the host process.

Its modules draw from the global generator, name programs by uuid4, keep ids in hash-ordered sets and log.
"""

from __future__ import annotations

import logging
import random
import uuid
from collections.abc import Iterable, Iterator, MutableSet
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import openevolve.database
import openevolve.prompt.sampler
import openevolve.prompt.templates

_generator: ContextVar[random.Random | None] = ContextVar("aiopt_search_generator", default=None)


class _ScopedRandom:
    """Replaces the module ``random``: the generator of the scope, or the real module outside any scope."""

    def __getattr__(self, name: str) -> Any:
        return getattr(_generator.get() or random, name)


class _ScopedUuid:
    """Replaces the module ``uuid`` in the same way."""

    def __getattr__(self, name: str) -> Any:
        return getattr(uuid, name)

    def uuid4(self) -> uuid.UUID:
        generator = _generator.get()
        return uuid.UUID(int=generator.getrandbits(128), version=4) if generator else uuid.uuid4()


def _outside_scope(_: logging.LogRecord) -> bool:
    return _generator.get() is None


@contextmanager
def scope(*key: object) -> Iterator[None]:
    """Run OpenEvolve's code with a generator seeded by ``key``, and silently.

    Holds for the current thread or task only; other users of OpenEvolve in the process see no difference.
    """
    token = _generator.set(random.Random(repr(key)))
    try:
        yield
    finally:
        _generator.reset(token)


class OrderedIds(MutableSet[str]):
    """A set that iterates in the order of insertion for every PYTHONHASHSEED."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._ids = dict.fromkeys(ids)

    def __contains__(self, item: object) -> bool:
        return item in self._ids

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, value: str) -> None:
        """Append ``value`` unless present."""
        self._ids.setdefault(value)

    def discard(self, value: str) -> None:
        """Remove ``value`` if present."""
        self._ids.pop(value, None)


def _install() -> None:
    openevolve.database.random = openevolve.prompt.sampler.random = _ScopedRandom()
    openevolve.database.uuid = _ScopedUuid()
    for module in (openevolve.database, openevolve.prompt.sampler, openevolve.prompt.templates):
        module.logger.addFilter(_outside_scope)


_install()
