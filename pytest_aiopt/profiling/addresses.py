"""Map instruction addresses of a static binary to lines of the candidate, along inlined calls."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pytest_aiopt.errors import InfrastructureError, ToolMissing

PROGRAM = "program.cpp"
TIMEOUT_S = 60.0
_PT_LOAD, _PT_GNU_EH_FRAME = 1, 0x6474E550
_ELF64_LITTLE = b"\x7fELF\x02\x01"
_LOCATION = re.compile(r"^(?P<file>.*):(?P<line>\d+|\?)(?: \(discriminator \d+\))?$")


@dataclass(frozen=True, slots=True)
class Site:
    """A line of the candidate's file, with its function."""

    line: int
    function: str


@dataclass(frozen=True, slots=True)
class _Segment:
    kind: int
    offset: int
    address: int
    size: int


class Image:
    """The program headers of an ELF64 binary; raises ValueError for another file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            header = file.read(64)
            if len(header) < 64 or not header.startswith(_ELF64_LITTLE):
                raise ValueError(f"{path} is not a 64-bit little-endian ELF file")
            (table,) = struct.unpack_from("<Q", header, 32)
            entry_size, count = struct.unpack_from("<HH", header, 54)
            file.seek(table)
            entries = [file.read(entry_size) for _ in range(count)]
        self._segments = [_segment(entry) for entry in entries]

    @property
    def unwindable(self) -> bool:
        """Whether there is a PT_GNU_EH_FRAME, without which perf cannot walk call chains."""
        return any(segment.kind == _PT_GNU_EH_FRAME for segment in self._segments)

    def address(self, value: int) -> int | None:
        """Return the address for ``value``, a file offset or an address; None outside the image.

        perf prints file offsets or addresses, depending on its version. The offsets of a non-PIE binary are
        below its first address, so the two cannot be confused.
        """
        loads = [segment for segment in self._segments if segment.kind == _PT_LOAD]
        as_offset = value < min(load.address for load in loads)
        for load in loads:
            start = load.offset if as_offset else load.address
            if start <= value < start + load.size:
                return value - start + load.address
        return None


def _segment(entry: bytes) -> _Segment:
    kind, _flags, offset, address, _physical, size = struct.unpack_from("<IIQQQQ", entry)
    return _Segment(kind, offset, address, size)


def resolve(binary: Path, addresses: Collection[int], source: str = PROGRAM) -> dict[int, Site]:
    """Map each address to the innermost line of the file named ``source`` in its chain of inlined calls.

    An address without such a line is not in the result. Raises ToolMissing without ``addr2line``.
    """
    if not addresses:
        return {}
    tool = shutil.which("addr2line")
    if tool is None:
        raise ToolMissing("addr2line is not installed", "install binutils")
    argv = [tool, "-a", "-i", "-f", "-C", "-e", str(binary)]
    wanted = "".join(f"{address:#x}\n" for address in sorted(addresses))
    try:
        done = subprocess.run(argv, input=wanted, capture_output=True, text=True, timeout=TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InfrastructureError(f"addr2line did not run: {error}") from error
    if done.returncode:
        raise InfrastructureError(f"addr2line failed on {binary}: {done.stderr.strip()[:200]}")
    return parse_addr2line(done.stdout, source)


def parse_addr2line(text: str, source: str = PROGRAM) -> dict[int, Site]:
    """Parse the output of ``addr2line -a -i -f -C``: an address, then function and location per frame."""
    sites: dict[int, Site] = {}
    address, function = -1, ""
    for line in text.splitlines():
        if line.startswith("0x"):
            address, function = int(line, 16), ""
        elif not function:
            function = line
        else:
            number = _own_line(line, source)
            if number and address not in sites:
                sites[address] = Site(number, short_name(function))
            function = ""
    return sites


def _own_line(location: str, source: str) -> int:
    """Return the line of a location in the file ``source``, or 0 for another file or an unknown line."""
    match = _LOCATION.match(location)
    if match is None or PurePosixPath(match["file"]).name != source or match["line"] == "?":
        return 0
    return int(match["line"])


def innermost(chain: Iterable[int], sites: Mapping[int, Site]) -> Site | None:
    """Return the first address of a call chain (innermost first) that is in the candidate's file."""
    return next((sites[address] for address in chain if address in sites), None)


_LAMBDA = re.compile(r"\{lambda\(.*\)#\d+\}(::operator\(\).*)?")
_TEMPLATE_ARGUMENTS = re.compile(r"<[^<>]*>")


def short_name(demangled: str) -> str:
    """Reduce a demangled name to its identifier: no return type, parameters or template arguments.

    An operator keeps only its class: ``Row::operator``. An unknown format is returned unchanged.
    """
    name = _LAMBDA.sub("lambda", demangled.replace("(anonymous namespace)::", ""))
    head, operator, _symbol = name.partition("operator")
    shorter = _TEMPLATE_ARGUMENTS.sub("", head)
    while shorter != head:
        head, shorter = shorter, _TEMPLATE_ARGUMENTS.sub("", shorter)
    words = head.partition("(")[0].partition(" [")[0].split(" ")
    return words[-1] + operator or demangled
