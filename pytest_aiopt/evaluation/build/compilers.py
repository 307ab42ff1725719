"""Compilers that do not work in the sandbox, and libraries that are not installed: why, and what to do."""

from __future__ import annotations

import os
import re
from pathlib import Path

_WRAPPERS = ("ccache", "sccache", "distcc", "icecc", "colorgcc")
_STATIC = {
    "c": "the static C library (Debian: libc6-dev, Fedora: glibc-static, openSUSE: glibc-devel-static)",
    "m": "the static C library (Debian: libc6-dev, Fedora: glibc-static, openSUSE: glibc-devel-static)",
    "pthread": "the static C library (Debian: libc6-dev, Fedora: glibc-static, openSUSE: glibc-devel-static)",
    "stdc++": "the static C++ library (Debian: libstdc++-N-dev of your g++, Fedora: libstdc++-static)",
    "gcc": "the compiler's own library (Debian: libgcc-N-dev of your g++, Fedora: gcc)",
    "gcc_eh": "the compiler's own library (Debian: libgcc-N-dev of your g++, Fedora: gcc)",
}
_NOT_FOUND = re.compile(
    r"cannot find -l(\S+?)(?::|\s|$)|unable to find library -l(\S+)|library not found for -l(\S+)"
)


def unusable(program: str, shown: tuple[str, ...]) -> str:
    """Return why a program cannot work where only the folders ``shown`` are; "" if it can."""
    real = os.path.realpath(program)
    if Path(real).name in _WRAPPERS:
        return f"{program} is {Path(real).name}, which cannot reach its files or servers from the sandbox"
    places = [os.path.realpath(folder) for folder in shown]
    if any(Path(real).is_relative_to(place) for place in places) and any(
        Path(program).is_relative_to(folder) for folder in (*shown, *places)
    ):
        return ""
    where = real if real == program else f"{program} (which is {real})"
    return f"{where} is not visible in the sandbox, which shows {', '.join(shown)} only"


def remedy(program: str) -> str:
    """Return how to have another compiler used than the unusable one."""
    name = Path(program).name
    return f"put the folder of a {name} below /usr first (PATH=/usr/bin:$PATH; apt-get install g++)"


def missing_library(said: str) -> str:
    """Return which library the linker did not find, with its packages; "" if that is not what it says."""
    found = _NOT_FOUND.search(said)
    if found is None:
        return ""
    name = next(filter(None, found.groups()))
    return _STATIC.get(name, f"lib{name}")
