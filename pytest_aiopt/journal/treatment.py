"""Whether the treatment of each prompt reached the model, from a cell's record alone."""

from __future__ import annotations

from enum import StrEnum

from pytest_aiopt.journal.events import Proposed
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.model import Feedback
from pytest_aiopt.models.replies import prompt_was_cut

NOTES = "runtime_notes"
"""The name of the treatment among the texts that a prompt adds."""


class Gap(StrEnum):
    """Why a prompt of a treated cell came without its treatment."""

    UNPROFILED = "unprofiled"
    CUT = "cut"


def was_cut(proposed: Proposed) -> bool:
    """Whether the endpoint read only a part of the prompt."""
    return prompt_was_cut(proposed.prompt, proposed.completion)


def gaps(record: CellRecord) -> dict[int, Gap]:
    """Return the steps whose treatment did not reach the model; none in an untreated cell."""
    if record.opened.track.feedback is Feedback.NONE:
        return {}
    return {proposed.step: gap for proposed in record.proposals if (gap := _gap(proposed)) is not None}


def untreated(record: CellRecord) -> bool:
    """Whether no prompt of a treated cell held its treatment: it stands for no track."""
    unprofiled = [gap for gap in gaps(record).values() if gap is Gap.UNPROFILED]
    return bool(record.proposals) and len(unprofiled) == len(record.proposals)


def _gap(proposed: Proposed) -> Gap | None:
    if NOTES not in proposed.artifacts:
        return Gap.UNPROFILED
    return Gap.CUT if was_cut(proposed) else None
