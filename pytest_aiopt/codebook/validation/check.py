"""Check the codebook against the labelled corpus: kappa, per-label kappa, confusion, null errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pytest_aiopt.codebook.character import Character, Class, character
from pytest_aiopt.codebook.depth import Depth
from pytest_aiopt.codebook.machine_code import DoesNotCompile, MachineCode
from pytest_aiopt.codebook.methodologies import CODES
from pytest_aiopt.codebook.validation.agreement import Agreement, agreement
from pytest_aiopt.codebook.validation.corpus import Labelled, digest

KAPPA, LOWER, LEAST = 0.80, 0.67, 100
"""The gate: minimum point estimate and lower bound of kappa, and minimum number of mutations of unseen tasks.
"""

Compile = Callable[[Labelled, str], MachineCode]


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled mutation and its classification by the rules. ``by_tokens``: class without machine code.

    ``fault``: why a generated program has no machine code; such a mutation is left out and reported.
    """

    mutation: Labelled
    found: Character
    by_tokens: Class
    fault: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the rules and the label agree on structural or not."""
        return (self.mutation.kind is Class.STRUCTURAL) == (self.found.kind is Class.STRUCTURAL)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the corpus. ``kappa``: structural or not, over mutations that are not null by construction.

    ``depths``: mutations by class by construction and depth by the rules. ``null_errors``: null mutations
    classified as another class, and other mutations classified as null although their tokens or code differ.
    """

    name: str
    tasks: tuple[str, ...]
    kappa: Agreement | None
    labels: dict[str, Agreement]
    confusion: dict[tuple[Class, Class], int]
    depths: dict[tuple[Class, Depth | None], int]
    nulls: int
    null_errors: tuple[str, ...]
    wrong: tuple[str, ...]
    left_out: tuple[str, ...]
    digest: str

    @property
    def passes(self) -> bool:
        """Whether the part passes the gate."""
        k = self.kappa
        enough = k is not None and k.n >= LEAST and k.kappa is not None and k.lower is not None
        return bool(enough and k and k.kappa and k.kappa >= KAPPA and k.lower and k.lower >= LOWER) and not (
            self.null_errors
        )


def judge(corpus: Iterable[Labelled], compile_: Compile) -> list[Judged]:
    """Classify every mutation, with machine code if the tokens differ."""
    found = []
    for mutation in corpus:
        plain = character(mutation.parent, mutation.child)
        judged = plain
        if plain.kind is not Class.NULL:
            try:
                codes = (compile_(mutation, mutation.parent), compile_(mutation, mutation.child))
            except DoesNotCompile as error:
                found.append(Judged(mutation, plain, plain.kind, str(error)))
                continue
            judged = character(mutation.parent, mutation.child, codes=codes)
        found.append(Judged(mutation, judged, plain.kind))
    return found


def part(name: str, judged: Sequence[Judged]) -> Part:
    """Summarise one part of the corpus."""
    left_out = tuple(f"{_title(j)}: {j.fault}" for j in judged if j.fault)
    judged = [j for j in judged if not j.fault]
    counted = [j for j in judged if j.mutation.kind is not Class.NULL]
    pairs = [
        (j.mutation.kind is Class.STRUCTURAL, j.found.kind is Class.STRUCTURAL)
        for j in counted
    ]  # fmt: skip
    return Part(
        name=name,
        tasks=tuple(sorted({j.mutation.task for j in judged})),
        kappa=agreement(pairs) if pairs else None,
        labels=_labels(counted),
        confusion=dict(Counter((j.mutation.kind, j.found.kind) for j in judged)),
        depths=dict(Counter((j.mutation.kind, j.found.depth) for j in judged)),
        nulls=len(judged) - len(counted),
        null_errors=tuple(_title(j) for j in judged if _wrongly_null(j)),
        wrong=tuple(_title(j) for j in counted if not j.agrees),
        left_out=left_out,
        digest=digest([j.mutation for j in judged]),
    )


def _title(judged: Judged) -> str:
    mutation = judged.mutation
    return f"{mutation.task}: {mutation.name} ({mutation.kind.value}, found {judged.found.kind.value})"


def _wrongly_null(judged: Judged) -> bool:
    """Superficial changes may compile to the same machine code, which makes them null; others may not."""
    if judged.mutation.kind is Class.NULL:
        return judged.by_tokens is not Class.NULL
    structural = judged.mutation.kind is Class.STRUCTURAL
    return judged.by_tokens is Class.NULL or (structural and judged.found.kind is Class.NULL)


def _labels(judged: Sequence[Judged]) -> dict[str, Agreement]:
    """Return kappa of each methodology over structural mutations with known labels."""
    known = [j for j in judged if j.mutation.labels is not None and j.mutation.kind is Class.STRUCTURAL]
    found = {}
    for code in CODES:
        pairs = [(code in (j.mutation.labels or ()), code in j.found.names) for j in known]
        if any(first for first, _ in pairs):
            found[code] = agreement(pairs)
    return found
