"""Machine code by g++ and objdump, normalised for names, order of functions and layout."""

from __future__ import annotations

import contextlib
import hashlib
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_aiopt.errors import AioptError, ToolMissing

_SYMBOL = re.compile(r"<([^>+]+(?:<[^>]*>)*[^>+]*)(\+0x[0-9a-f]+)?>")
_HEADING = re.compile(r"^<(.+)>:$")
_RELOCATION = re.compile(r"^\s+R_X86_64_\S+\s+(\S+)")
_SECONDS = 120.0
_TRIES = 3
_AGAIN = "check the codebook again when the machine has less other work"


class DoesNotCompile(AioptError):
    """The compiler rejects the program."""


class Spoilt(DoesNotCompile):
    """The machine ended a compilation repeatedly, which says nothing about the program."""


@dataclass(frozen=True, slots=True)
class MachineCode:
    """``digest`` is equal for equal code; ``classes`` counts instructions by kind of register used."""

    digest: str
    classes: Mapping[str, int]


def compiled(program: str, headers: Path, flags: Sequence[str], compiler: str = "g++") -> MachineCode:
    """Compile a trusted program and return its machine code.

    Raises ToolMissing without compiler or objdump, DoesNotCompile if the compiler rejects the program, and
    Spoilt if the machine ends the compilation.
    """
    for _ in range(_TRIES - 1):
        with contextlib.suppress(Spoilt):
            return _compiled(program, headers, flags, compiler)
    return _compiled(program, headers, flags, compiler)


def _compiled(program: str, headers: Path, flags: Sequence[str], compiler: str) -> MachineCode:
    with tempfile.TemporaryDirectory(prefix="aiopt-code-") as folder:
        source, target = Path(folder) / "program.cpp", Path(folder) / "program.o"
        source.write_text(program)
        options = ["-std=c++17", *flags, "-g0", "-I", str(headers), "-frandom-seed=program"]
        _run([compiler, *options, "-c", str(source), "-o", str(target)])
        listing = _run(["objdump", "-d", "-r", "--no-addresses", "--no-show-raw-insn", str(target)])
        data = _run(["objdump", "-s", "-j", ".rodata", str(target)], may_lack=True)
    return normalised(listing, data.partition("Contents of section")[2])


def _run(command: Sequence[str], may_lack: bool = False) -> str:
    """Return the output of a tool; "" with ``may_lack`` if the file lacks the requested section."""
    name = Path(command[0]).name
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS)
    except FileNotFoundError as error:
        raise ToolMissing(f"{command[0]} is not installed", "apt-get install g++ binutils") from error
    except subprocess.TimeoutExpired as error:
        raise Spoilt(f"{name} took more than {_SECONDS:g} s", _AGAIN) from error
    # A compiler reports that it was killed in its own words and with an ordinary exit status.
    if done.returncode < 0 or "signal terminated program" in done.stderr:
        raise Spoilt(f"{name} was ended by a signal", _AGAIN)
    if done.returncode and not may_lack:
        first = next((line for line in done.stderr.splitlines() if "error" in line), done.stderr[:200])
        raise DoesNotCompile(f"{name} failed: {first}", "fix the program named before")
    return done.stdout


def normalised(listing: str, data: str = "") -> MachineCode:
    """Return the content of objdump's listing (and read-only data) without order and names of functions."""
    functions = _functions(listing)
    plain = {name: _digest(_SYMBOL.sub(r"<\2>", "\n".join(lines))) for name, lines in functions.items()}
    bodies = sorted(_body(name, lines, plain) for name, lines in functions.items())
    return MachineCode(_digest("\n\n".join(bodies) + data), _classes(functions))


def _functions(listing: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for row in listing.splitlines():
        if heading := _HEADING.match(row):
            current = found.setdefault(heading[1], [])
        elif row.startswith("\t") and not row.strip().startswith(("nop", "xchg   %ax,%ax", "data16")):
            current.append(re.sub(r"\s+#.*", "", row.strip()))
        elif relocation := _RELOCATION.match(row):
            current.append(f"-> <{relocation[1]}>")
    return found


def _body(name: str, lines: Sequence[str], plain: Mapping[str, str]) -> str:
    """Return a function's code; references by content if they are defined here, else by name."""

    def named(match: re.Match[str]) -> str:
        target, offset = match[1], match[2] or ""
        base = re.sub(r"[-+]0x[0-9a-f]+$", "", target)
        return f"<self{offset}>" if target == name else f"<{plain.get(base, _outside(target))}{offset}>"

    return "\n".join(_SYMBOL.sub(named, line) for line in lines)


def _outside(symbol: str) -> str:
    """Return a symbol defined elsewhere; anonymous ones (the program's data) only by their kind."""
    return re.sub(r"^_ZN12_GLOBAL__N_1\w*", "own", symbol)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _classes(functions: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Instructions by kind: vector registers by width, packed arithmetic, divisions, calls, other."""
    counts: Counter[str] = Counter()
    for lines in functions.values():
        for row in lines:
            word = row.split(maxsplit=1)[0]
            wide = next((name for name in ("zmm", "ymm", "xmm") if f"%{name}" in row), None)
            if (
                wide
                and re.search(r"(ps|pd|[bwdq])$", word)
                and word.startswith(("p", "vp", "add", "mul", "v"))
            ):
                counts[f"packed {wide}"] += 1
            elif wide:
                counts[wide] += 1
            else:
                counts["call" if word == "call" else "div" if "div" in word else "other"] += 1
    return dict(sorted(counts.items()))
