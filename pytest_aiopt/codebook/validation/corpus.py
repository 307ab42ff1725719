"""The labelled corpus: mutations whose class and labels are known by construction.

It is built from the files of a task: each rung against the nearest earlier version (a step) and against the
program (a composition of steps), decoys of the program and of its last structural rung, and compositions of
both.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_aiopt.codebook.character import Class
from pytest_aiopt.codebook.validation import decoys
from pytest_aiopt.model import Rung

TUNED_ON = ("doc_tally", "key_index", "record_scan")
"""Tasks used to develop the rules; all other tasks are held-out test material."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A mutation with its label. ``labels``: methodologies, None if they are unknown."""

    task: str
    name: str
    parent: str
    child: str
    kind: Class
    labels: frozenset[str] | None = None

    @property
    def tuning(self) -> bool:
        """Whether the mutation's task was used to develop the rules."""
        return self.task in TUNED_ON


@dataclass(frozen=True, slots=True)
class Version:
    """A rung's program and label, or the task's program (``rung`` is None)."""

    source: str
    rung: Rung | None = None

    @property
    def name(self) -> str:
        """The rung's file without suffix, or "program"."""
        return self.rung.file.removesuffix(".cpp") if self.rung else "program"


def mutations(task: str, program: str, ladder: Sequence[tuple[Rung, str]]) -> list[Labelled]:
    """Return a task's labelled mutations in a fixed order."""
    versions = [Version(program), *(Version(source, rung) for rung, source in ladder)]
    return [
        *_steps(task, versions),
        *_decoys(task, versions),
        *_composed(task, versions),
    ]


def digest(corpus: Sequence[Labelled]) -> str:
    """Return the sha256 of all mutations with their labels, which identifies a corpus."""
    lines = [f"{m.task}\0{m.name}\0{m.kind}\0{sorted(m.labels or ())}\0{m.parent}\0{m.child}" for m in corpus]
    return hashlib.sha256("\1".join(lines).encode()).hexdigest()


def origin(version: Version, versions: Sequence[Version]) -> Version:
    """Return the earlier version with the fewest differing lines, from which a rung was made."""
    earlier = versions[: versions.index(version)]
    return min(earlier, key=lambda other: _distance(other.source, version.source))


def _distance(old: str, new: str) -> int:
    lines = difflib.ndiff(old.splitlines(), new.splitlines(), charjunk=None)
    return sum(line[:1] in "+-" for line in lines)


def _chain(version: Version, versions: Sequence[Version]) -> list[Rung]:
    """The rungs between the program and a version, including that version."""
    found = []
    while version.rung is not None:
        found.append(version.rung)
        version = origin(version, versions)
    return found


def _kind(rungs: Sequence[Rung]) -> Class:
    return Class.STRUCTURAL if any(rung.structural for rung in rungs) else Class.SUPERFICIAL


def _steps(task: str, versions: Sequence[Version]) -> Iterator[Labelled]:
    program = versions[0]
    for version in versions[1:]:
        assert version.rung is not None
        parent = origin(version, versions)
        labels = frozenset(version.rung.labels)
        yield Labelled(
            task,
            f"{parent.name} -> {version.name}",
            parent.source,
            version.source,
            _kind([version.rung]),
            labels,
        )
        if parent is not program:
            chain = _chain(version, versions)
            union = frozenset(label for rung in chain for label in rung.labels)
            yield Labelled(
                task, f"program => {version.name}", program.source, version.source, _kind(chain), union
            )


def _bases(versions: Sequence[Version]) -> list[Version]:
    structural = [v for v in versions if v.rung is not None and v.rung.structural and not v.rung.decoy]
    return [versions[0], *structural[-1:]]


def _decoys(task: str, versions: Sequence[Version]) -> Iterator[Labelled]:
    for base in _bases(versions):
        for name in decoys.EVERY:
            child = decoys.made(name, base.source)
            kind = Class.NULL if name in decoys.NULL else Class.SUPERFICIAL
            labels = frozenset() if kind is Class.NULL else frozenset({"LLM-micro"})
            if child != base.source:
                yield Labelled(task, f"{base.name} + {name}", base.source, child, kind, labels)


_PAIRS = (
    ("rename", "hints"),
    ("lying_comments", "increments"),
    ("guards", "comparisons"),
    ("layout", "unrolling"),
)


def _composed(task: str, versions: Sequence[Version]) -> Iterator[Labelled]:
    """Yield rungs with a lying comment, a renaming or a small rewrite added, and pairs of small rewrites."""
    program = versions[0]
    for number, version in enumerate(versions[1:]):
        assert version.rung is not None
        parent = origin(version, versions)
        name = ("rename", "lying_comments", "hints", "layout")[number % 4]
        child = decoys.made(name, version.source)
        labels = frozenset(version.rung.labels)
        title = f"{parent.name} -> {version.name} + {name}"
        yield Labelled(task, title, parent.source, child, _kind([version.rung]), labels)
    for first, second in _PAIRS:
        once = decoys.made(first, program.source)
        twice = decoys.made(second, once)
        if twice != once:
            labels = frozenset({"LLM-micro"})
            yield Labelled(
                task, f"program + {first} + {second}", program.source, twice, Class.SUPERFICIAL, labels
            )
