"""The line table of a whole binary: the code addresses of each line of one source file."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pytest_aiopt.errors import InfrastructureError, ToolMissing
from pytest_aiopt.profiling.addresses import PROGRAM, TIMEOUT_S, Site, resolve

_ADDRESS = re.compile(r"\s0x([0-9a-f]+)(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Row:
    """Code from ``address`` to the next row's; ``site`` is None if the file has no such line."""

    address: int
    site: Site | None


def read(binary: Path, source: str = PROGRAM) -> list[Row]:
    """Return the rows of ``binary`` by address, each at the innermost line of ``source`` along inlined calls.

    Raises ToolMissing without binutils; the list is empty without debug information.
    """
    addresses = _addresses(_decoded(binary))
    sites = resolve(binary, addresses, source)
    return compact(Row(address, sites.get(address)) for address in sorted(addresses))


def compact(rows: Iterable[Row]) -> list[Row]:
    """Drop rows equal to the preceding one."""
    kept: list[Row] = []
    for row in rows:
        if not kept or kept[-1].site != row.site:
            kept.append(row)
    return kept


def _addresses(text: str) -> set[int]:
    return {int(match[1], 16) for match in map(_ADDRESS.search, text.splitlines()) if match}


def _decoded(binary: Path) -> str:
    tool = shutil.which("objdump")
    if tool is None:
        raise ToolMissing("objdump is not installed", "install binutils")
    argv = [tool, "--dwarf=decodedline", str(binary)]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, errors="replace", timeout=TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InfrastructureError(f"objdump did not run: {error}") from error
    if done.returncode:
        raise InfrastructureError(f"objdump failed on {binary}: {done.stderr.strip()[:200]}")
    return done.stdout
