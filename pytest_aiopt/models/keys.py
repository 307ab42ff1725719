"""Keys: read from the environment alone, and removed from everything that is recorded or shown."""

from __future__ import annotations

import math
import os
import re
from dataclasses import dataclass, field

NAME = re.compile(r"[A-Z][A-Z0-9_]*_(?:KEY|TOKEN)")
"""Environment variables of such names hold secrets."""

DEFAULT_NAMES = ("AIOPT_API_KEY", "OPENAI_API_KEY")
SHORTEST = 8
SECRET_CHARS = 20
SECRET_BITS = 3.0
"""A value of another variable is a secret from this length and entropy per character on."""
HIDDEN = "[key]"
_USED: set[str] = set()
"""The variables that models of this process take their keys from."""
_WORD = re.compile(r"[a-z_]+|[A-Z_]+")


@dataclass(frozen=True, slots=True)
class Key:
    """A secret that no representation shows."""

    value: str = field(repr=False)


def find(name: str | None) -> Key | None:
    """Return the key in the variable ``name``, or in the first default one that is set."""
    names = (name,) if name else DEFAULT_NAMES
    _USED.update(names)
    return next((Key(value) for each in names if (value := os.environ.get(each))), None)


def secrets() -> tuple[str, ...]:
    """Return the endpoints' own keys and the values that look like secrets, longest first.

    An ordinary word in such a variable is no secret: it may be a name within a program.
    """
    held = {name: value for name, value in os.environ.items() if NAME.fullmatch(name)}
    own = {value for name, value in held.items() if name in DEFAULT_NAMES or name in _USED}
    found = {value for value in own if len(value) >= SHORTEST and not _WORD.fullmatch(value)}
    found |= {value for value in held.values() if _looks_secret(value)}
    return tuple(sorted(found, key=lambda value: (-len(value), value)))


_TOKEN = re.compile(r"[\w.+/=-]+")


_NAME_PART = r"[A-Za-z]?[a-z]*\d{0,5}"
_CAMEL = r"[a-z]*(?:[A-Z][a-z]{2,}\d{0,5})+"
_NAMES = re.compile(rf"{_NAME_PART}(?:[_./:+=-]{_NAME_PART})+|{_CAMEL}")
"""Identifiers, paths and versions: words, with numbers behind them."""


def _looks_secret(value: str) -> bool:
    if (
        not _TOKEN.fullmatch(value)
        or _NAMES.fullmatch(value)
        or len(value) < SECRET_CHARS
        or not (re.search(r"\d", value) and re.search(r"[A-Za-z]", value))
    ):
        return False
    shares = [value.count(letter) / len(value) for letter in set(value)]
    return -sum(share * math.log2(share) for share in shares) >= SECRET_BITS


def hide(text: str) -> str:
    """Return ``text`` with every secret of the environment replaced."""
    for secret in secrets():
        text = text.replace(secret, HIDDEN)
    return text


def hide_bytes(data: bytes) -> bytes:
    """Return JSON or other UTF-8 text with every secret of the environment replaced."""
    for secret in secrets():
        data = data.replace(secret.encode(), HIDDEN.encode())
    return data
