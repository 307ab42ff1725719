"""Warns before a study of models without a key, and of tasks that are unfit or that its models saturate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pytest_aiopt.errors import JournalError, ModelError
from pytest_aiopt.journal.record import CellRecord, find_cell
from pytest_aiopt.model import Cell
from pytest_aiopt.models import keys
from pytest_aiopt.models.base import is_endpoint

if TYPE_CHECKING:
    from pytest_aiopt.campaign.laboratory import Laboratory


def keyless(laboratory: Laboratory, cells: Sequence[Cell]) -> Iterator[str]:
    """Give one line per model that has no key although it needs one."""
    from pytest_aiopt.models.openai_compatible import key_of

    study = laboratory.study
    roles = {study.track(cell.track).model for cell in cells if not laboratory.is_cached(cell)}
    for spec in (study.models[role] for role in sorted(roles)):
        try:
            if is_endpoint(spec.spec):
                key_of(spec)
        except ModelError as error:
            yield str(error)


def unfit(laboratory: Laboratory, cells: Sequence[Cell]) -> Iterator[str]:
    """Give one line per task whose last check found it unfit, and one for tasks that were not checked."""
    from pytest_aiopt.tasks import information

    unchecked = []
    for name in sorted({cell.task for cell in cells}):
        found = information.unfit(laboratory.store.information, name, laboratory.task(name).digest)
        if found is None:
            unchecked.append(name)
        elif found:
            more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
            yield f"task {name} is not fit by its last check: {found[0]}{more}"
    if unchecked:
        yield f"tasks never checked in their present form (aiopt task check): {', '.join(unchecked)}"


def warnings(laboratory: Laboratory, cells: Sequence[Cell]) -> Iterator[str]:
    """Give one line per task and workload that a model of ``cells`` nearly exhausted in its first reply.

    By the stored cells of the same model under the same edit budget, and the frontier measured beside them.
    """
    from pytest_aiopt.analysis.outcomes.saturation import SATURATED, Posed, by_posed
    from pytest_aiopt.tasks import ladders

    known = ladders.stored(laboratory.store.ladders)
    if not known:
        return
    found = by_posed(_stored(laboratory), known)
    study = laboratory.study
    tracks = {cell: study.track(cell.track) for cell in cells}
    ahead = {
        Posed(cell.task, laboratory.posed(cell).scored.name, study.model_of(track), track.edit_budget): track
        for cell, track in tracks.items()
    }
    for posed, track in sorted(ahead.items(), key=lambda each: each[0]):
        share = found[posed].first_share if posed in found else None
        if share is not None and share >= SATURATED:
            model = keys.hide(study.models[track.model].shown)
            yield (
                f"{model} would saturate {posed.task} on {posed.scored}: its first valid reply took "
                f"{share:.0%} of the known log2 gain in {found[posed].cells} stored cells; set a smaller "
                "edit_budget or leave the task out"
            )


def _stored(laboratory: Laboratory) -> Iterator[CellRecord]:
    """Give the records in the store; a damaged journal is named by its own test."""
    for path in laboratory.store.journals():
        try:
            record = find_cell(path)
        except JournalError:
            continue
        if record is not None:
            yield record
