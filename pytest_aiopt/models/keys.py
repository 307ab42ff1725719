"""Keys: read from the environment alone, and taken out of whatever is recorded or shown."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field

NAME = re.compile(r"[A-Z][A-Z0-9_]*_(?:KEY|TOKEN)")
"""Environment variables of such names hold secrets."""

DEFAULT_NAMES = ("AIOPT_API_KEY", "OPENAI_API_KEY")
SHORTEST = 8
HIDDEN = "[key]"


@dataclass(frozen=True, slots=True)
class Key:
    """A secret that no representation shows."""

    value: str = field(repr=False)


def find(name: str | None) -> Key | None:
    """Return the key in the variable ``name``, or in the first default one that is set."""
    names = (name,) if name else DEFAULT_NAMES
    return next((Key(value) for each in names if (value := os.environ.get(each))), None)


def secrets() -> tuple[str, ...]:
    """Return every secret of the environment, longest first; placeholders like "none" are no secrets."""
    found = {value for name, value in os.environ.items() if NAME.fullmatch(name) and len(value) >= SHORTEST}
    return tuple(sorted(found, key=lambda value: (-len(value), value)))


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
