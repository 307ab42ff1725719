"""Reads what g++, the assembler and the linker print, as text: their JSON is lost at -fmax-errors."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_aiopt.model import Diagnostic

SOURCE = "program.cpp"
"""The file name under which every candidate is compiled."""

_MAX_COUNT = 8
_MAX_MESSAGE = 300

_MESSAGE = re.compile(
    r"(?P<file>[^:\s][^:]*):(?:(?P<line>\d+):)?(?:(?P<column>\d+):)?"
    r" (?P<severity>(?:fatal |internal compiler )?error|Error|warning|Warning|note): (?P<message>.*)"
)
_ORIGIN = re.compile(
    rf"(?:In file included |\s+)?(?:from )?{re.escape(SOURCE)}:(\d+)(?::(\d+))?[:,](?:\s+required from.*)?$"
)
_LINKER = re.compile(
    rf"(?:.*?\b{re.escape(SOURCE)}:(?P<line>\d+):)?"
    r".*?(?P<message>(?:undefined reference to|multiple definition of|relocation truncated) .*)"
)
_NO_REASON = re.compile(r"ld returned \d+ exit status|.* signal terminated program ")
_FOLDERS = re.compile(r"(?<![\w.)])/(?:[^\s/:'\"]+/)+")


def parse(text: str, entry: str) -> tuple[Diagnostic, ...]:
    """Return the located messages, errors first, bounded in number and length.

    An error inside a header gets the line of the program that led there. No folder of this machine
    is named. ``entry`` is the symbol whose absence needs an explanation.
    """
    found = list(_messages(text, entry))
    errors = [each for each in found if each.severity == "error"]
    others = [each for each in found if each.severity != "error"]
    return tuple(dict.fromkeys([*errors, *others]))[:_MAX_COUNT]


def shown(text: str) -> str:
    """Return a tool's text without folders of this machine and without control characters but newline."""
    return "".join(each if each.isprintable() or each == "\n" else "?" for each in without_folders(text))


def without_folders(text: str) -> str:
    """Return the text with absolute paths cut down to file names."""
    return _FOLDERS.sub("", text)


def _messages(text: str, entry: str) -> Iterator[Diagnostic]:
    origin = (0, 0)
    for line in text.splitlines():
        if message := _MESSAGE.match(line):
            yield from _compiler_message(message, origin)
        elif led_here := _ORIGIN.match(line):
            origin = (int(led_here[1]), int(led_here[2] or 0))
        elif linker := _LINKER.match(line):
            yield _linker_message(linker, entry)


def _compiler_message(match: re.Match[str], origin: tuple[int, int]) -> Iterator[Diagnostic]:
    if _NO_REASON.match(match["message"]):
        return
    severity = match["severity"].lower().rpartition(" ")[2]
    file = without_folders(match["file"]).removeprefix("./")
    if file == SOURCE:
        yield _diagnostic(int(match["line"] or 0), int(match["column"] or 0), severity, match["message"])
    elif severity != "note":
        where = (
            f"in {file}: " if match["line"] and "{" not in file else ""
        )  # "{standard input}" is the assembler's
        yield _diagnostic(*origin, severity, where + match["message"])


def _linker_message(match: re.Match[str], entry: str) -> Diagnostic:
    message = match["message"]
    if message.startswith("undefined reference") and message.endswith(f"`{entry}'"):
        return _diagnostic(0, 0, "error", f"the program does not define {entry} as task.hpp declares it")
    return _diagnostic(int(match["line"] or 0), 0, "error", message)


def _diagnostic(line: int, column: int, severity: str, message: str) -> Diagnostic:
    text = shown(message)
    return Diagnostic(
        line, column, severity, text if len(text) <= _MAX_MESSAGE else text[:_MAX_MESSAGE] + "..."
    )
