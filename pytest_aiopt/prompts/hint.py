"""The oracle's hint: a rung of a task's ladder in words. A treatment of its own, apart from profiles."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_aiopt.model import Rung


def oracle(ladder: Sequence[Rung]) -> str:
    """Return the note of the first structural rung that is no decoy, as one sentence; "" where there is none.

    The first, as its note stands for itself: those of later rungs build on the ones before.
    """
    notes = (rung.note for rung in ladder if rung.structural and not rung.decoy and rung.note)
    note = " ".join(next(notes, "").replace("`", "'").split())
    return f"A version of this program that is known to be faster: {note}" if note else ""
