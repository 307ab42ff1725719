"""Random mutation: statement-level edits drawn uniformly over the syntax tree, as in magpie's local search.

An edit deletes, copies, swaps or replaces statements of the program in the prompt, or changes a number. It
ignores optimisations, types and profiles: it measures the gain of a track by chance alone.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Sequence

from tree_sitter import Node

from pytest_aiopt.cpp.edits import Edit
from pytest_aiopt.cpp.newness import new_tokens
from pytest_aiopt.cpp.syntax import Program, inside, replace, text
from pytest_aiopt.model import Completion, Prompt
from pytest_aiopt.rewriter.prompt_reader import read_prompt
from pytest_aiopt.rewriter.reply import blocks_between, written

NAME = "mutator"
TRIES = 200
"""Maximum number of draws until one changes the program; swapping two equal statements does not."""

_NUMBER = re.compile(r"(?P<value>\d+\.\d*|\.\d+|\d+)(?P<suffix>[uUlLfF]*)")
_NOTHING = "I could not find a program to change in the message."
_SAME = "No random edit changes the current program."

Edits = list[Edit]


class Mutator:
    """Answers a prompt with one random edit of the current program; a pure function of (prompt, seed)."""

    name = NAME

    def complete(self, prompt: Prompt, *, seed: int) -> Completion:
        """Name the edit and return SEARCH/REPLACE blocks; none if there is nothing to change."""
        return Completion(text=_reply(prompt, seed), finish_reason="stop", model=self.name)


def _reply(prompt: Prompt, seed: int) -> str:
    parsed = read_prompt(prompt.system, prompt.user)
    source = parsed.program
    if source is None:
        return _NOTHING
    digest = hashlib.sha256(f"{NAME}\0{prompt.sha}\0{seed}".encode()).digest()
    found = mutated(source, random.Random(int.from_bytes(digest[:8], "big")), parsed.budget)
    if found is None:
        return _SAME
    name, changed = found
    change = written(blocks_between(source, changed), source, rewrite=parsed.rewrite)
    return "\n\n".join([f"Random edit: {name}.", *change]) + "\n"


def mutated(source: str, rng: random.Random, budget: int | None = None) -> tuple[str, str] | None:
    """Return the name of a random edit and the changed program; None if no draw changes anything.

    ``budget``: maximum number of new tokens.
    """
    program = Program(source)
    statements = [
        node
        for block in program.all("compound_statement")
        for node in block.named_children
        if node.type != "comment"
    ]
    numbers = [node for node in program.all("number_literal") if _NUMBER.fullmatch(text(node))]
    able: dict[str, Callable[[], Edits]] = {}
    if statements:
        able |= {"delete": lambda: _delete(statements, rng), "copy": lambda: _copy(program, statements, rng)}
    if len(statements) > 1:
        able |= {"replace": lambda: _replace(statements, rng), "swap": lambda: _swap(statements, rng)}
    if numbers:
        able["number"] = lambda: _number(numbers, rng)
    for _ in range(TRIES if able else 0):
        name = rng.choice(sorted(able))
        changed = program.apply(able[name]())
        if changed.split() != source.split() and (budget is None or new_tokens(source, changed) <= budget):
            return name, _without_new_blanks(source, changed)
    return None


def _delete(statements: Sequence[Node], rng: random.Random) -> Edits:
    return [replace(rng.choice(statements), "")]


def _copy(program: Program, statements: Sequence[Node], rng: random.Random) -> Edits:
    """Insert a copy of a statement before another one (or itself)."""
    return [program.insert_before(rng.choice(statements), text(rng.choice(statements)))]


def _replace(statements: Sequence[Node], rng: random.Random) -> Edits:
    old, new = rng.sample(statements, 2)
    return [replace(old, text(new))]


def _swap(statements: Sequence[Node], rng: random.Random) -> Edits:
    """Swap two statements; none if one contains the other."""
    one, other = rng.sample(statements, 2)
    if inside(one, other) or inside(other, one):
        return []
    return [replace(one, text(other)), replace(other, text(one))]


def _number(numbers: Sequence[Node], rng: random.Random) -> Edits:
    """Change a number to 0, 1, its double, its half, one more or one less."""
    node = rng.choice(numbers)
    found = _NUMBER.fullmatch(text(node))
    if found is None:
        raise AssertionError("only such numbers are chosen")
    if "." in found["value"]:
        real = float(found["value"])
        drawn = repr(rng.choice([0.0, 1.0, 2.0 * real, 0.5 * real, real + 1.0, real - 1.0]))
    else:
        whole = int(found["value"])
        drawn = str(rng.choice([0, 1, 2 * whole, whole // 2, whole + 1, whole - 1]))
    return [
        replace(node, f"({drawn}{found['suffix']})" if drawn.startswith("-") else drawn + found["suffix"])
    ]


def _without_new_blanks(source: str, changed: str) -> str:
    """Return ``changed`` without the empty line that a deleted statement leaves."""
    before, after = source.split("\n"), changed.split("\n")
    if len(before) != len(after):
        return changed
    kept = [new for old, new in zip(before, after, strict=True) if new.strip() or not old.strip()]
    return "\n".join(kept)
