"""Files between the harness and untrusted programs.

An untrusted program gets no folder of the host's to write. What it reads is a sealed anonymous file, what it
writes an empty one that the harness holds open: neither has a name that the program could replace by a link,
a pipe or a device. This is the only module that reads what an untrusted program wrote.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_aiopt.evaluation.sandbox import wire

OUTPUT_MB = 64
"""The largest output that is read; the limit on file sizes usually ends the program before."""

SCRATCH_MB = 128
"""Room in the folder that some tools need for their temporary files; it vanishes with the sandbox."""

SCRATCH_FILES = 1000
"""Files in that folder: the most that one run may have."""

_STEP = 1 << 20


QUOTED = 200
"""Number of characters quoted of an untrusted program's output."""

_FOLDERS = re.compile(r"(?<![\w.])/(?:[^\s/:'\"]+/)*")


class UntrustedFile(Exception):
    """A file of an untrusted program is malformed; the message says how."""


@dataclass(frozen=True, slots=True)
class Passed:
    """An anonymous file that a program inherits; it finds it at ``path``."""

    descriptor: int

    @property
    def path(self) -> str:
        """The path under which the program and its child processes open the file."""
        return f"/proc/self/fd/{self.descriptor}"

    def read(self, most: int = OUTPUT_MB << 20) -> bytes:
        """Return the content; raise UntrustedFile if it is more than ``most`` bytes."""
        return _contents(self.descriptor, most)

    def text(self) -> str:
        """Return the content as text."""
        return self.read().decode(errors="replace")


@contextlib.contextmanager
def given(data: bytes) -> Iterator[Passed]:
    """Yield a file with ``data`` that its readers cannot change."""
    descriptor = wire.sealed_file(data, "given")
    try:
        yield Passed(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def output() -> Iterator[Passed]:
    """Yield an empty file for a program to write."""
    descriptor = wire.empty_file("output")
    try:
        yield Passed(descriptor)
    finally:
        os.close(descriptor)


def quoted(text: str, most: int = QUOTED) -> str:
    """Return the end of an untrusted program's output: in quotes, printable, without names of folders."""
    words = " ".join(_FOLDERS.sub("", text[-8 * most :]).split())
    return "\u201c" + "".join(each if each.isprintable() else "?" for each in words[-most:]) + "\u201d"


def _contents(descriptor: int, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := os.pread(descriptor, min(_STEP, most + 1 - size), size):
        parts.append(part)
        size += len(part)
        if size > most:
            raise UntrustedFile(f"the output is larger than {most >> 20} MB")
    return b"".join(parts)
