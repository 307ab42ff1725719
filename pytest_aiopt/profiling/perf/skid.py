"""Correct the skid of samples: attribute them to the instruction that took the time.

A timer interrupts between two instructions and reports the next one, so that a slow instruction is charged to
its successor, which may belong to another line.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_aiopt.errors import InfrastructureError, ToolMissing
from pytest_aiopt.profiling.addresses import TIMEOUT_S, Image
from pytest_aiopt.profiling.perf.waits import Chain, Frame

_INSTRUCTION = re.compile(r"^ *([0-9a-f]+):\t(\w+)(?: +([0-9a-f]+) <)?", re.MULTILINE)
_AROUND = 512
"""Number of additional bytes to disassemble around the samples: objdump needs a few instructions to
synchronise.
"""


@dataclass(frozen=True, slots=True)
class Code:
    """Instructions in order: their addresses, and the jumps to each jump target."""

    addresses: Sequence[int]
    jumps: dict[int, list[int]]

    def before(self, address: int) -> int:
        """Return the instruction executed before ``address``.

        That is the preceding one, or at the head of a loop the jump back to it. If jumps from further up
        arrive, the predecessor is unknown and the address itself is returned.
        """
        sources = self.jumps.get(address, [])
        if sources:
            return max(sources) if max(sources) > address else address
        at = bisect_left(self.addresses, address)
        known = 0 < at < len(self.addresses) and self.addresses[at] == address
        return self.addresses[at - 1] if known else address


def parse(text: str) -> Code:
    """Parse the output of ``objdump -d --no-show-raw-insn``."""
    addresses: list[int] = []
    jumps: dict[int, list[int]] = {}
    for found in _INSTRUCTION.finditer(text):
        address = int(found[1], 16)
        addresses.append(address)
        if found[3] and found[2].startswith("j"):
            jumps.setdefault(int(found[3], 16), []).append(address)
    return Code(addresses, jumps)


def steadied(binary: Path, chains: Iterable[Chain]) -> list[Chain]:
    """Return samples of CPU time with the innermost frame at the instruction that took the time.

    A sample in the kernel is exact, because an instruction entered the kernel.
    """
    image, name, known = Image(binary), str(binary), list(chains)
    tops = {chain[0].ip for chain in known if chain and chain[0].dso == name}
    addresses = {ip: at for ip in tops if (at := image.address(ip)) is not None}
    if not addresses:
        return known
    code = _disassembled(binary, min(addresses.values()), max(addresses.values()))
    moved = {ip: ip + code.before(at) - at for ip, at in addresses.items()}
    return [_moved(chain, moved) if chain and chain[0].dso == name else chain for chain in known]


def _moved(chain: Chain, moved: dict[int, int]) -> Chain:
    first: Frame = chain[0]
    return (replace(first, ip=moved.get(first.ip, first.ip)), *chain[1:])


def _disassembled(binary: Path, low: int, high: int) -> Code:
    tool = shutil.which("objdump")
    if tool is None:
        raise ToolMissing("objdump is not installed", "install binutils")
    limits = (f"--start-address={max(0, low - _AROUND):#x}", f"--stop-address={high + _AROUND:#x}")
    argv = [tool, "-d", "--no-show-raw-insn", *limits, str(binary)]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, errors="replace", timeout=TIMEOUT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InfrastructureError(f"objdump did not run: {error}") from error
    if done.returncode:
        raise InfrastructureError(f"objdump failed on {binary}: {done.stderr.strip()[:200]}")
    return parse(done.stdout)
