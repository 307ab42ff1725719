"""CPU time by line, sampled by ``perf record -e cpu-clock`` with DWARF call chains around sandboxed runs."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pytest_aiopt.model import Profile
from pytest_aiopt.profiling.addresses import Image, resolve
from pytest_aiopt.profiling.base import (
    Charges,
    Observation,
    ProfilingFailed,
    Subject,
    record,
    run_once,
    wilson,
)
from pytest_aiopt.profiling.perf import tool as perf_tool
from pytest_aiopt.profiling.perf.remainder import kind_of
from pytest_aiopt.profiling.perf.skid import steadied
from pytest_aiopt.profiling.perf.waits import Chain, Frame

SAMPLES_A_RUN = 600
"""Target number of samples for the sampling period; the shortest period may allow fewer."""

ENOUGH_SAMPLES = 300
BUDGET_S = 1.5
"""Runs are pooled until there are ENOUGH_SAMPLES; no run starts after this much wall time."""

STACK_BYTES = 4096
SHORTEST_PERIOD_S, LONGEST_PERIOD_S = 0.0001, 0.02
"""Bounds of the sampling period; 0.1 ms slows a run by about a third, evenly over all lines."""

_SAMPLE = re.compile(r"^(?P<comm>\S.*?)\s+(?P<pid>\d+)\s*$")
_FRAME = re.compile(r"^\s+(?P<ip>[0-9a-f]+) (?:(?P<symbol>.*) )?\((?P<dso>(?:[^()]|\([^()]*\))*)\)$")
_UNKNOWN = "[unknown]"


class HotLines(perf_tool.ByPerf):
    """Samples the CPU time of candidates with the perf tool of the running kernel."""

    name = "perf cpu-clock"

    def profile(self, subject: Subject) -> Profile:
        """Pool sampled runs until there are ENOUGH_SAMPLES or BUDGET_S is spent; see Profiler.profile."""

        def observe(binary: Path) -> Observation:
            if not Image(binary).unwindable:
                raise ProfilingFailed("the binary has no PT_GNU_EH_FRAME; link it with -Wl,--eh-frame-hdr")
            with tempfile.TemporaryDirectory(prefix="aiopt-perf-") as folder:
                chains = _Sampling(binary.resolve(), subject, Path(folder)).pooled()
            unit = "user CPU time" if perf_tool.probe().user_only else "CPU time"
            return Observation(charge(binary, chains), unit, wilson)

        return record(self, subject, observe)


@dataclass(frozen=True, slots=True)
class _Sampling:
    """Sampled runs of one binary on one request file."""

    binary: Path
    subject: Subject
    folder: Path

    def pooled(self) -> list[Chain]:
        """Return the samples of as many runs as needed, all with the same period."""
        deadline = time.monotonic() + BUDGET_S
        plain = run_once(self.subject, self.binary)
        period_s = min(max(plain.cpu_s / SAMPLES_A_RUN, SHORTEST_PERIOD_S), LONGEST_PERIOD_S)
        chains = self._sampled(period_s)
        while len(chains) < ENOUGH_SAMPLES and time.monotonic() < deadline:
            chains += self._sampled(period_s)
        return chains

    def _sampled(self, period_s: float) -> list[Chain]:
        data = self.folder / "perf.data"
        argv = perf_tool.record_argv(data, perf_tool.sampling(period_s), STACK_BYTES)
        run_once(self.subject, self.binary, outer=argv)
        # --symfs keeps perf from reading the kernel's symbols, which takes longer than everything else.
        options = ["--symfs", str(self._root()), "-F", "comm,pid,ip,sym,dso"]
        return list(samples(perf_tool.script(data, options), str(self.binary)))

    def _root(self) -> Path:
        """Return a folder that contains only the binary, at its original path (as in the sandbox)."""
        root = self.folder / "root"
        link = root / self.binary.relative_to("/")
        if not link.is_symlink():
            link.parent.mkdir(parents=True)
            link.symlink_to(self.binary)
        return root


def charge(binary: Path, chains: list[Chain]) -> Charges:
    """Charge each sample to the candidate's innermost line in its chain, else to its kind outside."""
    image, name, chains = Image(binary), str(binary), steadied(binary, chains)
    printed = {frame.ip for chain in chains for frame in chain if frame.dso == name}
    known = {ip: image.address(ip) for ip in printed}
    sites = resolve(binary, {address for address in known.values() if address is not None})
    by_ip = {ip: sites[address] for ip, address in known.items() if address in sites}
    charges = Charges()
    for chain in chains:
        inside = (by_ip[frame.ip] for frame in chain if frame.dso == name and frame.ip in by_ip)
        site = next(inside, None)
        charges.add(site, kind=None if site else kind_of(chain))
    return charges


def samples(script: str, binary: str) -> Iterator[Chain]:
    """Parse ``perf script -F comm,pid,ip,sym,dso``: the samples of the processes that run ``binary``.

    A process is a pid with a command name: before its exec it is the sandbox's, and has no frame in the
    binary.
    """
    found: list[tuple[tuple[str, str], Chain]] = []
    for block in script.split("\n\n"):
        header, *frames = block.strip("\n").split("\n")
        process = _SAMPLE.match(header)
        if process is not None:
            matches = (_FRAME.match(frame) for frame in frames)
            chain = tuple(Frame(int(m["ip"], 16), _symbol(m["symbol"]), m["dso"]) for m in matches if m)
            found.append(((process["comm"], process["pid"]), chain))
    candidates = {process for process, chain in found if any(frame.dso == binary for frame in chain)}
    yield from (chain for process, chain in found if process in candidates)


def _symbol(printed: str | None) -> str:
    return "" if printed in (None, _UNKNOWN) else str(printed)
