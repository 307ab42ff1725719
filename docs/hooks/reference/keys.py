"""Reads the keys of a settings class from its source: name, type, default and the docstring below it."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import textwrap
from dataclasses import dataclass
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from reference.pieces import code, table


@dataclass(frozen=True)
class Key:
    """A key of a TOML table. ``default``: its TOML form, "" for a required key."""

    name: str
    kind: str
    default: str
    text: str


def keys(settings: type, without: tuple[str, ...] = ()) -> list[Key]:
    """Return the keys of a msgspec struct or a dataclass in the order of its source."""
    texts, hints = _docstrings(settings), get_type_hints(settings)
    defaults = _defaults(settings)
    return [
        Key(name, kind_of(hints[name]), defaults[name], texts.get(name, ""))
        for name in defaults
        if name not in without
    ]


def page_table(settings: type, without: tuple[str, ...] = ()) -> str:
    """Return the Markdown table of the keys of a settings class."""
    rows = [
        (code(key.name), key.kind, code(key.default) if key.default else "required", key.text)
        for key in keys(settings, without)
    ]
    return table(("key", "value", "default", "meaning"), rows)


def kind_of(hint: Any) -> str:
    """Return the type of a key in words of TOML."""
    if isinstance(hint, type) and issubclass(hint, Enum):
        return " or ".join(code(f'"{member.value}"') for member in hint)
    if get_origin(hint) in (Union, UnionType):
        return " or ".join(dict.fromkeys(kind_of(part) for part in get_args(hint) if part is not type(None)))
    if get_origin(hint) is tuple:
        return f"list of {kind_of(get_args(hint)[0])}s"
    if get_origin(hint) is dict:
        return "table"
    names = {str: "string", int: "integer", float: "number", bool: "boolean"}
    return names.get(hint, "table")


def _docstrings(settings: type) -> dict[str, str]:
    (node,) = ast.parse(textwrap.dedent(inspect.getsource(settings))).body
    assert isinstance(node, ast.ClassDef)
    found: dict[str, str] = {}
    for field, below in zip(node.body, node.body[1:], strict=False):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = inspect.cleandoc(text)
    return found


def _defaults(settings: type) -> dict[str, str]:
    if issubclass(settings, msgspec.Struct):
        return {field.name: _default(field) for field in msgspec.structs.fields(settings)}
    return {
        field.name: "" if field.default is dataclasses.MISSING else _toml(field.default)
        for field in dataclasses.fields(settings)
    }


def _default(field: msgspec.structs.FieldInfo) -> str:
    return "{}" if field.default_factory is not msgspec.NODEFAULT else _toml(field.default)


def _toml(value: object) -> str:
    match value:
        case msgspec.NODEFAULT:
            return ""
        case bool():
            return str(value).lower()
        case Enum():
            return f'"{value.value}"'
        case str():
            return f'"{value}"'
        case tuple():
            return f"[{', '.join(_toml(each) for each in value)}]"
        case int() | float():
            return str(value)
        case msgspec.Struct():
            return "{}"
    return "none"
