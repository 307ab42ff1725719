"""Put one block into a program: exactly, or where white space alone differs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pytest_aiopt.model import EditReason, Refusal
from pytest_aiopt.search.blocks import Block


@dataclass(frozen=True, slots=True)
class Placed:
    """The program with the block in it; ``places``: how many places its SEARCH part matches exactly."""

    source: str
    places: int = 1


def place(source: str, block: Block, label: str) -> Placed | Refusal:
    """Return the changed program. ``label`` names the block in the refusal."""
    lines, wanted = source.split("\n"), block.search.split("\n")
    exact = _exact(lines, wanted)
    if exact:
        at = exact[0]
        changed = [*lines[:at], *_replacement(block), *lines[at + len(wanted) :]]
        return Placed("\n".join(changed), len(exact))
    return _loose(lines, block, label) or _within(source, block, label) or _missing(lines, block, label)


def stands(source: str, search: str) -> bool:
    """Whether the lines of ``search`` stand in ``source``, white space at their ends aside."""
    return bool(search.strip()) and bool(_exact(source.split("\n"), search.split("\n")))


def _replacement(block: Block) -> list[str]:
    return block.replace.split("\n") if block.replace else [""]


def _exact(lines: list[str], wanted: list[str]) -> list[int]:
    lines, wanted = [line.rstrip() for line in lines], [line.rstrip() for line in wanted]
    size = len(wanted)
    return [
        i for i in range(len(lines) - size + 1) if lines[i] == wanted[0] and lines[i : i + size] == wanted
    ]


def _loose(lines: list[str], block: Block, label: str) -> Placed | Refusal | None:
    """Match lines by their words; blank lines do not count. The replacement moves by the indentation."""
    kept = [i for i, line in enumerate(lines) if line.strip()]
    words = [_words(lines[i]) for i in kept]
    search = [line for line in block.search.split("\n") if line.strip()]
    wanted = [_words(line) for line in search]
    found = [i for i in range(len(words) - len(wanted) + 1) if words[i : i + len(wanted)] == wanted]
    if len(found) > 1:
        return Refusal(
            EditReason.AMBIGUOUS,
            f"{label} matches {len(found)} places, apart from its indentation: quote more",
        )
    if not found:
        return None
    first, last = kept[found[0]], kept[found[0] + len(wanted) - 1]
    moved = _moved(block.replace.strip("\n").split("\n"), _indent(search[0]), _indent(lines[first]))
    return Placed("\n".join([*lines[:first], *moved, *lines[last + 1 :]]))


def _moved(lines: list[str], old: str, new: str) -> list[str]:
    if old == new:
        return lines
    return [new + line.removeprefix(old) if line.strip() and line.startswith(old) else line for line in lines]


def _within(source: str, block: Block, label: str) -> Placed | Refusal | None:
    """Match a SEARCH part that begins or ends within a line."""
    for search, replace in (
        (block.search.strip("\n"), block.replace.strip("\n")),
        (block.search.strip(), block.replace.strip()),
    ):
        found = [
            m.start() for m in re.finditer(re.escape(search), source) if _whole(source, m.start(), m.end())
        ]
        if len(found) > 1:
            return Refusal(
                EditReason.AMBIGUOUS, f"{label} matches {len(found)} places within lines: quote more"
            )
        if found:
            at = found[0]
            return Placed(source[:at] + replace + source[at + len(search) :])
    return None


def _whole(source: str, start: int, end: int) -> bool:
    """Whether no identifier is cut in two."""
    return not any(
        0 < at < len(source) and _letter(source[at - 1]) and _letter(source[at]) for at in (start, end)
    )


def _letter(character: str) -> bool:
    return character.isalnum() or character == "_"


def _missing(lines: list[str], block: Block, label: str) -> Refusal:
    known = {_words(line) for line in lines}
    wanted = [line.strip() for line in block.search.split("\n") if line.strip()]
    absent = next((line for line in wanted if _words(line) not in known), None)
    detail = f"{label} does not match the program: {(absent or wanted[0])[:60]!r}"
    if absent is None:
        detail += " and the lines after it stand in the program, but not together"
    return Refusal(EditReason.NO_MATCH, detail)


def _words(line: str) -> str:
    return " ".join(line.split())


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
