"""Cache the classes of a journal's mutations, because classifying thousands of programs takes a minute."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import msgspec

from pytest_aiopt import files
from pytest_aiopt.codebook.character import CODEBOOK, Class, character, read
from pytest_aiopt.codebook.facts.fact import Kind
from pytest_aiopt.cpp.newness import new_by_line


class Classed(msgspec.Struct, frozen=True):
    """Classification of one mutation; ``added``: new tokens by line of the parent.

    ``depth``, ``storage``: None if the mutation is unclassed.
    """

    kind: Class
    depth: int | None
    labels: tuple[str, ...]
    tokens: str
    size: int
    storage: int | None
    added: dict[int, int]


@dataclass(slots=True)
class Classer:
    """Classifies mutations; with a ``path``, caches the results between reports."""

    path: Path | None = None
    known: dict[str, Classed] = field(default_factory=dict)
    fresh: int = 0

    @classmethod
    def kept(cls, folder: Path) -> Classer:
        """Return a classer with a cache under ``folder``; unreadable entries are computed again."""
        path = folder / f"classes-{CODEBOOK}-{rules()}.json"
        try:
            known = msgspec.json.decode(path.read_bytes(), type=dict[str, Classed])
        except (OSError, msgspec.DecodeError):
            known = {}
        return cls(path, known)

    def classed(self, parent: str, child: str, same_binary: bool) -> Classed:
        """Return the class of a mutation."""
        key = hashlib.sha256(f"{parent}\0{child}\0{same_binary}".encode()).hexdigest()
        if key not in self.known:
            self.known[key] = _classed(parent, child, same_binary)
            self.fresh += 1
        return self.known[key]

    def add(self, classed: Mapping[str, Classed]) -> None:
        """Add the results of another classer."""
        self.fresh += len(classed.keys() - self.known.keys())
        self.known.update(classed)

    def save(self) -> None:
        """Write the cache; if the folder is not writable, later reports only take longer."""
        if self.path is None or not self.fresh:
            return
        files.remember(self.path, msgspec.json.encode(self.known))


@cache
def rules() -> str:
    """Return a digest of the code that reads and classifies, so that changed rules invalidate the cache."""
    package, found = Path(__file__).parents[1], hashlib.sha256()
    for folder in ("analysis", "codebook", "cpp", "journal", "model"):
        for path in sorted((package / folder).rglob("*.py")):
            found.update(path.read_bytes())
    return found.hexdigest()[:12]


def _classed(parent: str, child: str, same_binary: bool) -> Classed:
    change, after = character(parent, child, same_binary=same_binary), read(child)
    return Classed(
        kind=change.kind,
        depth=change.depth,
        labels=tuple(label.code for label in change.labels),
        tokens=hashlib.sha256("\0".join(after.tokens).encode()).hexdigest(),
        size=len(after.tokens),
        storage=None if after.fault else after.structure.count(Kind.OWNER).total(),
        added=new_by_line(parent, child),
    )
