"""The identity of a cell besides task, track and seed: every setting that affects its course.

A flat table of names and values, on record in the cell's ``opened`` event. Cells of a study whose tables
disagree are never mixed. Order, budgets, descriptions and transport settings are no part of it, nor are other
tracks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from pytest_aiopt.design.study import Study
from pytest_aiopt.design.study_file import MeterSpec
from pytest_aiopt.model import Feedback, Scored, Track
from pytest_aiopt.models.base import UNSEEN, ModelSpec
from pytest_aiopt.search.settings import SearchSettings
from pytest_aiopt.tasks.loader import PROGRAM

VERSION = 7
"""Raised when campaigns recorded by older code must not be continued."""

_NAMES_OF_TRACK = ("name", "model", "description")
_SHOWN = 16


def of_design(study: Study, track: Track) -> dict[str, str]:
    """Return the settings in the study file that apply to a cell of ``track``."""
    return {
        "version": str(VERSION),
        "iterations": str(study.iterations),
        **_flat("track", track, _NAMES_OF_TRACK),
        **_flat("model", study.models[track.model], UNSEEN),
        **_flat("meter", study.meter),
        **_flat("search", study.search),
        "scored": study.scored.value,
        "start": study.start,
    }


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """A setting with its value on record and its value now."""

    name: str
    was: str
    now: str

    def __str__(self) -> str:
        return f"{self.name} was {self.was}, is now {self.now}"


def changes(recorded: Mapping[str, str], now: Mapping[str, str]) -> list[Change]:
    """Return every setting that differs; one that is not on record has its default."""
    return [
        Change(name, _short(recorded, name), _short(now, name))
        for name in sorted({*recorded, *now})
        if recorded.get(name, DEFAULTS.get(name)) != now.get(name, DEFAULTS.get(name))
    ]


def _short(table: Mapping[str, str], name: str) -> str:
    value = table.get(name, DEFAULTS.get(name, "not there"))
    return value[:_SHOWN] if name in ("task", "machine") else value or "none"


def _flat(section: str, values: object, without: tuple[str, ...] = ()) -> dict[str, str]:
    built = msgspec.to_builtins(values)
    return {
        f"{section}.{name}": "default" if value is None else _text(value)
        for name, value in built.items()
        if name not in without
    }


def _text(value: object) -> str:
    if isinstance(value, dict):
        return msgspec.json.encode(value, order="deterministic").decode()
    return str(value)


def _defaults() -> dict[str, str]:
    """Values that a field has where an older record lacks it, and where a study file leaves it out."""
    return {
        **_flat("track", Track("", "", Feedback.NONE), (*_NAMES_OF_TRACK, "feedback")),
        **_flat("model", ModelSpec(""), (*UNSEEN, "spec")),
        **_flat("meter", MeterSpec()),
        **_flat("search", SearchSettings()),
        "scored": Scored.FIRST.value,
        "start": PROGRAM,
    }


DEFAULTS = _defaults()
