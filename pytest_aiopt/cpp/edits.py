"""Changes of a program's text by byte range."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """Bytes ``start:end`` of a source replaced by ``text``."""

    start: int
    end: int
    text: str


def apply(source: bytes, edits: Iterable[Edit]) -> str:
    """Return the source with all edits made; raises ValueError if two overlap."""
    result, cursor = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < cursor:
            raise ValueError(f"overlapping edits at byte {edit.start}")
        result += [source[cursor : edit.start], edit.text.encode()]
        cursor = edit.end
    return b"".join([*result, source[cursor:]]).decode()


def without_overlaps(edits: Iterable[Edit]) -> list[Edit]:
    """Return the edits in the order of the source; of overlapping ones only the last."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: (-edit.start, edit.end)):
        if not kept or edit.end <= kept[-1].start:
            kept.append(edit)
    return kept[::-1]
