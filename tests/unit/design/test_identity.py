"""Cells run under other settings are never mixed: a walk over every field that identifies a cell."""

import enum
from dataclasses import fields, replace

import msgspec
import pytest

from pytest_aiopt.design import identity, mixing
from pytest_aiopt.design.study import Study
from pytest_aiopt.design.study_file import MeterSpec
from pytest_aiopt.errors import DesignError, JournalError
from pytest_aiopt.journal import ends
from pytest_aiopt.journal.events import Opened
from pytest_aiopt.journal.journal import Journal
from pytest_aiopt.model import Cell, Declared, EditFormat, Feedback, Scored, Track
from pytest_aiopt.models.base import UNSEEN, ModelSpec, SystemMessage
from pytest_aiopt.search.settings import SearchSettings

A = Track("A", "local", Feedback.NONE)
C = Track("C", "local", Feedback.PROFILE)
STUDY = Study(
    "mini", ("one",), (A, C), (1, 2), {"local": ModelSpec("openai:x")}, 3, SearchSettings(), MeterSpec()
)
AROUND = {"machine": "m1", "profilers": "perf 6", "gate": "plain"}
TASKS = {"one": "digest"}


@pytest.fixture
def stored(tmp_path):
    """The path of a cell of track A that was begun under STUDY."""
    table = {**identity.of_design(STUDY, A), **AROUND, "task": "digest"}
    journal = Journal(tmp_path / "journal.jsonl")
    journal.append(Opened(Cell("one", "A", 1), A, "openai:x", "mini", 3, "", table, {}))
    journal.close()
    return journal.path


def refused(stored, study=STUDY, around=AROUND, tasks=TASKS, aside=()):
    """The line with which other cells of ``study`` are refused beside the stored one; "" if they are not."""
    try:
        mixing.refuse(study, [stored], surroundings=around, tasks=tasks, aside=aside)
    except DesignError as error:
        return str(error)
    return ""


def another(value):
    """Another value of the same kind; enums and the settings' rules leave room for these."""
    if isinstance(value, enum.Enum):
        return next(level for level in type(value) if level is not value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value / 2
    return "other" if value is None or isinstance(value, str) else value


def with_track(**change):
    return replace(STUDY, tracks=(replace(A, **change), C))


def with_model(**change):
    return replace(STUDY, models={"local": msgspec.structs.replace(STUDY.models["local"], **change)})


MODEL = {
    "spec": "openai:y",
    "temperature": 0.5,
    "top_p": False,
    "max_tokens": 9,
    "reasoning_effort": "low",
    "seed": False,
    "system": SystemMessage.MERGE,
    "max_tokens_name": "max_new_tokens",
    "stream": True,
    "extra": {"top_k": 20},
}
WALK = {
    "iterations": replace(STUDY, iterations=4),
    "scored": replace(STUDY, scored=Scored.ROTATE),
    "start": replace(STUDY, start="rung:01_one"),
    **{
        f"track.{f.name}": with_track(**{f.name: another(getattr(A, f.name))})
        for f in fields(Track)
        if f.name not in ("name", "model", "description")
    },
    **{f"model.{name}": with_model(**{name: value}) for name, value in MODEL.items()},
    **{
        f"meter.{name}": replace(
            STUDY, meter=msgspec.structs.replace(STUDY.meter, **{name: another(getattr(STUDY.meter, name))})
        )
        for name in MeterSpec.__struct_fields__
    },
    **{
        f"search.{f.name}": replace(
            STUDY, search=replace(STUDY.search, **{f.name: another(getattr(STUDY.search, f.name))})
        )
        for f in fields(SearchSettings)
    },
}
BOTH_WAYS = ("go on with the old value", "--aiopt-fresh", "another name")


@pytest.mark.parametrize("field", WALK)
def test_a_changed_field_of_the_design_is_refused_by_name_with_both_values(stored, field):
    shown = refused(stored, WALK[field])
    old, new = (
        identity.of_design(STUDY, A)[field],
        identity.of_design(WALK[field], WALK[field].track("A"))[field],
    )
    assert old != new
    assert f": {field} was {old}, is now {new}; " in shown, "this field and no other"
    assert "one-track_A-seed_1" in shown
    assert all(way in shown for way in BOTH_WAYS)


def test_the_walk_is_over_every_field():
    walked = {*WALK, "version"}
    assert walked == set(identity.of_design(STUDY, A))
    assert {f"model.{n}" for n in ModelSpec.__struct_fields__ if n not in UNSEEN} <= walked


@pytest.mark.parametrize("field", AROUND)
def test_other_surroundings_are_refused(stored, field):
    shown = refused(stored, around={**AROUND, field: "another"})
    assert f": {field} was {AROUND[field]}, is now another; " in shown
    assert refused(stored, around={}) == "", "nothing is to be run"


def test_another_task_is_refused(stored):
    assert "task was digest, is now changed; " in refused(stored, tasks={"one": "changed"})
    assert refused(stored, tasks={"two": "changed"}) == ""


def test_other_code_is_refused(stored, monkeypatch):
    monkeypatch.setattr(identity, "VERSION", identity.VERSION + 1)
    assert f": version was {identity.VERSION - 1}, is now {identity.VERSION}; " in refused(stored)


def test_several_changes_are_all_named(stored):
    shown = refused(stored, replace(WALK["iterations"], meter=WALK["meter.budget_s"].meter))
    assert "iterations was 3, is now 4; meter.budget_s was 2.0, is now 1.0; " in shown


def test_cells_that_are_set_aside_count_no_more(stored):
    assert refused(stored, WALK["iterations"], aside=[Cell("one", "A", 1)]) == ""


@pytest.mark.parametrize(
    "changed",
    [
        replace(STUDY, tasks=("one", "two"), seeds=(1, 2, 3)),
        replace(STUDY, tracks=(A, C, Track("Cp", "local", Feedback.PLACEBO))),
        replace(STUDY, tracks=(C,), defined=(A, C)),
        replace(STUDY, order_seed=7, contrasts=(Declared("x", ("C",), ("A",)),)),
        with_track(description="in other words"),
        with_model(timeout_s=5.0, context=100_000, key_env="MY_KEY"),
        replace(STUDY, tracks=(A, replace(C, feedback=Feedback.PLACEBO))),
    ],
    ids=["cells", "track added", "track not selected", "order", "words", "transport", "another track"],
)
def test_what_changes_no_stored_cell_is_accepted(stored, changed):
    assert refused(stored, changed) == ""


def test_a_track_that_is_gone_still_binds_what_all_cells_share(stored):
    gone = replace(STUDY, tracks=(C,))
    assert refused(stored, gone) == ""
    assert "iterations" in refused(stored, replace(gone, iterations=4))


def test_a_field_that_came_later_has_its_default_in_older_records(tmp_path, stored):
    table = identity.of_design(STUDY, A)
    older = {name: value for name, value in table.items() if name != "track.edit_format"}
    assert identity.changes(older, table) == []
    changed = identity.of_design(
        with_track(edit_format=EditFormat.REWRITE), replace(A, edit_format="rewrite")
    )
    assert identity.changes(older, changed) == [identity.Change("track.edit_format", "diff", "rewrite")]


def test_a_journal_is_not_continued_under_other_settings(stored):
    first = ends.first_event(stored)
    now = msgspec.structs.replace(first, identity={**first.identity, "machine": "m2"})
    with pytest.raises(
        JournalError, match=r"machine was m1, is now m2; go on with the old value.*--aiopt-fresh"
    ):
        mixing.refuse_foreign(stored, first, now)
    mixing.refuse_foreign(stored, first, first)
