"""Hints in words that are in no profile: a rung of a task's ladder, or its scored workload."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_aiopt.model import Rung, Workload


def oracle(ladder: Sequence[Rung]) -> str:
    """Return the note of the first structural rung that is not a decoy, as one sentence; "" if there is none.

    The first note is self-contained; those of later rungs build on earlier ones.
    """
    notes = (rung.note for rung in ladder if rung.structural and not rung.decoy and rung.note)
    note = " ".join(next(notes, "").replace("`", "'").split())
    return f"A version of this program that is known to be faster: {note}" if note else ""


def workload(scored: Workload) -> str:
    """Return the description of the scored workload; "" if task.toml has none."""
    return " ".join(scored.words.split())
