"""Find the program among the fenced blocks of an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPEN = re.compile(r"([ \t]*)(`{3,}|~{3,})[ \t]*([^`]*)")
_LANGUAGES = ("cpp", "c++", "cc", "cxx", "c", "hpp", "h", "cplusplus", "")
_DOCUMENTS = ("markdown", "md")
_SIGNATURE = r"[A-Za-z_][\w:<>,&* \t]*?[ \t&*](\w+)[ \t]*\([^;{}]*\)[^;{}()]*\{"
_EXPORTED = re.compile(rf'^[ \t]*extern "C"\s*\{{?\s*{_SIGNATURE}', re.MULTILINE)
_DEFINED = re.compile(rf"^{_SIGNATURE}", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block; ``closed``: its end was found."""

    language: str
    text: str
    closed: bool


def program_of(answer: str, parent: str) -> Fence | None:
    """Return the last fence that defines the entry of ``parent``, closed or not; None if none does."""
    entry = entry_of(parent)
    fences = [fence for fence in _fences(answer) if fence.language in _LANGUAGES]
    defining = [fence for fence in fences if entry is None or defines(fence.text, entry)]
    return defining[-1] if defining else None


def entry_of(program: str) -> str | None:
    """Return the last function with C linkage, else the last function; None without one."""
    exported = [m[1] for m in _EXPORTED.finditer(program)]
    if exported:
        return exported[-1]
    found = [m[1] for m in _DEFINED.finditer(program) if not m[0].startswith(("static", "namespace"))]
    return found[-1] if found else None


def defines(text: str, name: str) -> bool:
    """Whether ``text`` defines the function ``name``."""
    return re.search(rf"\b{re.escape(name)}\s*\([^;{{}}]*\)[^;{{}}()]*\{{", text) is not None


def _fences(answer: str) -> list[Fence]:
    found: list[Fence] = []
    lines = answer.removeprefix("\ufeff").split("\n")
    at = 0
    while at < len(lines):
        head = _OPEN.fullmatch(lines[at].rstrip())
        if head is None:
            at += 1
            continue
        end = _end(lines, at + 1, head[2])
        body = lines[at + 1 : end]
        text = "\n".join(line.removeprefix(head[1]) for line in body).strip() + "\n"
        language = _language(head[3])
        if language in _DOCUMENTS:
            found += _fences(text)
        else:
            found.append(Fence(language, text, end is not None))
        at = len(lines) if end is None else end + 1
    return found


def _end(lines: list[str], at: int, fence: str) -> int | None:
    """Return the line that closes the fence; one within a block comment does not."""
    possible = None
    commented = False
    for i in range(at, len(lines)):
        line = lines[i].strip()
        if line and len(line) >= len(fence) and set(line) == {fence[0]}:
            if not commented:
                return i
            possible = i
        commented = _still_commented(line, commented)
    return possible


def _still_commented(line: str, commented: bool) -> bool:
    line = line if commented else line.partition("//")[0]
    opened, closed = line.rfind("/*"), line.rfind("*/")
    return opened > closed if opened != closed else commented


def _language(info: str) -> str:
    words = info.strip().strip("{}").lstrip(".").lower().split()
    name = re.split(r"[:,{]", words[0])[0] if words else ""
    return re.sub(r"(?<=\+|p)\d[\da-z]$", "", name)  # c++20, cpp2b
