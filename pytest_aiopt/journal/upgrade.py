"""Events of schema 2 in the form of schema 3: reason codes in place of the texts that they were read from.

Memory layouts, in which champions were confirmed, are called placements.

This is the only module that matches English texts, and those are fixed: they are on record.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from pytest_aiopt.model.reason import EditReason, Stage

Document = dict[str, Any]

_EDITS: tuple[tuple[str, EditReason], ...] = (
    (r"malformed reply", EditReason.MALFORMED),
    (r"the reply holds no complete SEARCH", EditReason.NO_EDIT),
    (r"the reply holds no complete fenced", EditReason.NO_PROGRAM),
    (r"truncated reply", EditReason.TRUNCATED),
    (r"the model refused", EditReason.REFUSED),
    (r"the endpoint's content filter", EditReason.FILTERED),
    (r"the endpoint returned no choice", EditReason.NO_CHOICE),
    (r"the prompt does not fit", EditReason.CONTEXT_EXCEEDED),
    (r"the reply is empty", EditReason.EMPTY),
    (r"the reply is \d+ characters", EditReason.TOO_LONG),
    (r"block \d+ of \d+ has an empty SEARCH", EditReason.EMPTY_SEARCH),
    (r"block \d+ of \d+ does not match", EditReason.NO_MATCH),
    (r"the reply changes nothing", EditReason.UNCHANGED),
    (r"the child is \d+ characters", EditReason.RULE),
    (r"the child is no valid Unicode", EditReason.NOT_UNICODE),
)
_HIDDEN = "on the hidden corpus"
_TIMED = ("in a timed run", "in a measured run", "its decisions take")
_SANITIZER = re.compile(r"under the (\S+) sanitizer")
_CHECKS = " sanitizer"
_LACKS = "no "


def upgraded(event: bytes) -> bytes:
    """Return an encoded event of schema 2 in the form of schema 3."""
    kind = msgspec.json.decode(event, type=_Kind).kind
    if kind not in _UPGRADES:
        return event
    document: Document = msgspec.json.decode(event)
    _UPGRADES[kind](document)
    return msgspec.json.encode(document)


class _Kind(msgspec.Struct, frozen=True):
    kind: str = ""


def _opened(event: Document) -> None:
    machine = event.get("machine", {})
    sandbox = machine.pop("sandbox_missing", "")
    missing = {name: machine.pop(name) for name in list(machine) if name.startswith(_LACKS)}
    named = {name.removeprefix(_LACKS): reason for name, reason in missing.items()}
    event["missing"] = ({"sandbox": sandbox} if sandbox else {}) | named


def _edited(event: Document) -> None:
    if event.get("candidate") is not None or event.get("reason") is not None:
        return
    detail = event.get("detail", "")
    reason = next((code for text, code in _EDITS if re.match(text, detail)), EditReason.UNKNOWN)
    event["reason"] = reason
    event["rule"] = "growth" if reason is EditReason.RULE else ""


def _judged(event: Document) -> None:
    for name in ("verdict", "refused"):
        if event.get(name) is not None:
            _verdict(event[name])


def _measured(event: Document) -> None:
    _judged(event)
    for found in (event.get("measurement"), *event.get("measurements", ())):
        if found is not None and "layouts" in found:
            found["placements"] = found.pop("layouts")


def _confirmed(event: Document) -> None:
    _measured(event)
    checks = [check for check in event.get("examined", ()) if check.endswith(_CHECKS)]
    event["sanitizers"] = [check.removesuffix(_CHECKS) for check in checks]


def _verdict(verdict: Document) -> None:
    detail = verdict.get("detail", "")
    if found := _SANITIZER.match(detail):
        verdict["stage"], verdict["sanitizer"] = Stage.SANITIZER, found[1]
    elif detail.startswith(_HIDDEN):
        verdict["stage"] = Stage.HIDDEN
    elif detail.startswith(_TIMED):
        verdict["stage"] = Stage.TIMED


_UPGRADES = {
    "opened": _opened,
    "edited": _edited,
    "judged": _judged,
    "measured": _measured,
    "rechecked": _measured,
    "confirmed": _confirmed,
    "reconfirmed": _measured,
}
