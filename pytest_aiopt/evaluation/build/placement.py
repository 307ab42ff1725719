"""Where the code of a program lies: a pass over the compiler's assembly text that moves all of it.

How fast a loop runs depends on where it lies against the lines of 64 bytes in which processors fetch code
and predict branches: by several percent, without any relation to the source. So a program is timed in many
placements. In each, every function starts at another offset within a line, and padding that nothing executes
lies between functions and inside them; data and the order of objects differ too. The instructions are the
same.

Placement 0 is the program as it was compiled. The others come in blocks, in which the offsets of each
function cover a line evenly (Latin hypercube sampling). A function's offsets depend on its name alone: an
edit elsewhere leaves them as they are, so that two versions differ in the edit, not in the placement.
"""

from __future__ import annotations

import platform
import random
import re
from collections.abc import Iterator, Sequence

PADDING = "padding.s"
VERSION = "2"
"""Of the pass: builds by another one are other builds."""
BLOCK = 24
"""So many consecutive placements cover the offsets within a line evenly."""

_LINE = 64
_MOST_LINES = 4
"""Fewer whole lines than this lie between two functions."""
_CODE_LINES, _DATA_STEP, _DATA_STEPS = 256, 16, 256

_X86 = platform.machine() in ("x86_64", "AMD64", "i686")
_GRAIN, _FILL = (2, "0x90") if _X86 else (4, "0")
"""Addresses of functions are even, as C++ uses the lowest bit; elsewhere an instruction has four bytes."""

_SECTION = re.compile(
    r"\s+\.(?:section\s+(?P<name>[^,\s]+)(?:,\s*\"(?P<flags>\w*)\")?|(?P<short>text|data|bss)\b)"
)
_FUNCTION = re.compile(r"\s+\.type\s+(?P<name>[^,]+),\s*[@%]function\s*$")
_ALIGNED = re.compile(r"\s+\.(?:p2)?align\s+\d")
_INSTRUCTION = re.compile(r"\s+[a-z]")
_LEAVES = re.compile(r"\s+(?:jmp|ret|ud2|b|br|udf)\s")
"""Instructions after which the next one is never executed."""


def placed(assembly: str, number: int) -> str:
    """Return the assembly text of a program in placement ``number``; 0 is the compiler's own."""
    return "".join(_moved(assembly.splitlines(keepends=True), number)) if number else assembly


def _moved(lines: Sequence[str], number: int) -> Iterator[str]:
    in_code, unreached, function, gaps = True, False, "", 0
    for line in lines:
        if section := _SECTION.match(line):
            in_code = _holds_code(section)
        elif in_code and (named := _FUNCTION.match(line)):
            function, gaps = named["name"], 0
            yield _before_function(number, function)
        elif in_code and unreached and _ALIGNED.match(line):
            gaps += 1
            yield _inside_function(number, f"{function} {gaps}")
            unreached = False
        if _INSTRUCTION.match(line):
            unreached = _LEAVES.match(line) is not None
        yield line


def _holds_code(section: re.Match[str]) -> bool:
    if section["short"]:
        return section["short"] == "text"
    return "x" in (section["flags"] or "") or section["name"].startswith(".text")


def _before_function(number: int, place: str) -> str:
    """Some whole lines and a part of one, which no other placement of the block repeats."""
    block, position = divmod(number - 1, BLOCK)
    stratum = random.Random(f"{block} {place}").sample(range(BLOCK), BLOCK)[position]
    draw = random.Random(f"{number} {place}")
    offset = int((stratum + draw.random()) * _LINE / BLOCK)
    size = _LINE * draw.randrange(_MOST_LINES) + offset - offset % _GRAIN
    return f"\t.p2align 6\n{_skip(size)}"


def _inside_function(number: int, place: str) -> str:
    return _skip(random.Random(f"{number} {place}").randrange(0, _LINE, _GRAIN))


def _skip(size: int) -> str:
    return f"\t.skip {size}, {_FILL}\n" if size else ""


def padding(number: int) -> str:
    """Return assembler text: some code and data that nothing uses; none for placement 0."""
    draw = random.Random(number)
    code, data = _LINE * draw.randrange(1, _CODE_LINES), _DATA_STEP * draw.randrange(1, _DATA_STEPS)
    text = f"\t.text\n{_skip(code)}\t.data\n\t.skip {data}, 0\n" if number else ""
    return text + '\t.section .note.GNU-stack,"",@progbits\n'


def ordered(objects: Sequence[str], number: int) -> list[str]:
    """Return the objects in the link order of the placement, its padding in front; as they are for 0."""
    if not number:
        return list(objects)
    return [PADDING, *random.Random(number).sample(list(objects), len(objects))]
