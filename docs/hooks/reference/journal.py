"""The page of the journal: its lines and every event, from the classes that decode them."""

from __future__ import annotations

from enum import Enum
from typing import Any, get_args

import msgspec

from pytest_aiopt.journal import events, schema
from reference.keys import kind_of
from reference.pieces import code, prose, table


def page() -> str:
    """Return the page."""
    parts = [
        "# Journal",
        prose(schema.__doc__),
        "Each cell has one journal, `results/<study>/<task>/<track>/seed_<n>/journal.jsonl`. "
        "`pytest_aiopt.read_cell(path)` reads one and returns a typed record.",
        f"This version writes schema {schema.SCHEMA} and reads schema {schema.OLDEST} and later.",
        "## Events",
    ]
    parts += [_section(event) for event in get_args(events.AnyEvent)]
    return "\n\n".join(parts)


def fields(event: type) -> list[tuple[str, str]]:
    """Return the fields of an event with their types; records have the name of their class."""
    return [(field.name, _kind(field.type)) for field in msgspec.structs.fields(event)]


def _section(event: type) -> str:
    kind = event.__struct_config__.tag  # type: ignore[attr-defined]
    rows = [(code(name), type_) for name, type_ in fields(event)]
    return f"### {kind}\n\n{prose(event.__doc__)}\n\n{table(('field', 'type'), rows)}"


def _kind(hint: Any) -> str:
    named = [part for part in (hint, *get_args(hint)) if _is_record(part)]
    return ("list of " if "tuple" in str(hint) else "") + named[0].__name__ if named else kind_of(hint)


def _is_record(part: Any) -> bool:
    return (
        isinstance(part, type) and part.__module__.startswith("pytest_aiopt") and not issubclass(part, Enum)
    )
