"""The share of a core that the live page takes with 1,000 growing journals, and how soon a change is there.

One process appends lines of a real cell to 1,000 journals in turn, ``--lines`` per second; the server of
``aiopt live`` follows them with one page open. ``cpu_share``: CPU seconds of the server per second, after it
has read what was there (``first_s`` CPU seconds); ``idle_share``: the same while nothing is written.
``median_s``, ``most_s``: from a line on disk to its message.
Usage: python benchmarks/live_page.py [--quick] [--cells N] [--lines N]
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import msgspec
from tabulate import tabulate

from pytest_aiopt.journal.archive import directory
from pytest_aiopt.journal.events import AnyEvent, Opened, encode, read
from pytest_aiopt.journal.schema import digest
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import Cell

ROOT = Path(__file__).parents[1]
EXAMPLE = "example/*/C/seed_1/journal.jsonl"
BEFORE = 20
"""Lines of every journal before the page is opened."""


@dataclass(slots=True)
class Growing:
    """A journal that is written line by line, from the events of a recorded cell."""

    path: Path
    events: Sequence[AnyEvent]
    lines: int = 0
    digest: str = ""

    def add(self) -> None:
        """Append the next line; after the last event nothing is left to add."""
        if self.lines == len(self.events):
            return
        line = encode(self.lines + 1, self.events[self.lines], time.time(), self.lines, prev=self.digest)
        self.lines, self.digest = self.lines + 1, digest(line[:-1])
        with self.path.open("ab") as file:
            file.write(line)


def journals(root: Path, cells: int) -> list[Growing]:
    """Begin the journals of a study: five seeds and ten tracks per task."""
    with directory(ROOT / "results" / "example.tar.xz") as recorded:
        sources = [read(path) for path in sorted(recorded.rglob(EXAMPLE))]
    made = []
    for at in range(cells):
        events = sources[at // 50 % len(sources)]
        (opened, *rest) = events
        assert isinstance(opened, Opened)
        cell = Cell(f"task_{at // 50:02}", f"T{at // 5 % 10}", at % 5 + 1)
        path = Store(root).journal("large", cell)
        path.parent.mkdir(parents=True)
        made.append(Growing(path, [msgspec.structs.replace(opened, cell=cell, study="large"), *rest]))
    for one in made:
        for _ in range(BEFORE):
            one.add()
    return made


@dataclass(slots=True)
class Page:
    """An open page: counts messages, and how long after its line a change arrived."""

    address: str
    ready: threading.Event = field(default_factory=threading.Event)
    delays: list[float] = field(default_factory=list)
    size: int = 0

    def read(self) -> None:
        """Read messages until the server ends."""
        kind = b""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.address}events") as answer:
            for line in answer:
                if line.startswith(b"event: "):
                    kind = line[7:].strip()
                elif line.startswith(b"data: ") and kind == b"state":
                    self.ready.set()
                elif line.startswith(b"data: ") and kind == b"change":
                    now = time.time()
                    self.size += len(line)
                    self.delays += [now - cell["changed"] for cell in json.loads(line[6:])["cells"]]


def cpu_s(pid: int) -> float:
    """Return the CPU seconds of a process so far, of all its threads, by the scheduler's own count."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(path.read_text().split()[0]) for path in threads) / 1e9


def share(pid: int, seconds: float, growing: Sequence[Growing], rate: float) -> float:
    """Return the share of a core that a process takes while lines are written at a rate per second."""
    before, began, written = cpu_s(pid), time.monotonic(), 0
    while (passed := time.monotonic() - began) < seconds:
        while written < rate * passed:
            growing[written % len(growing)].add()
            written += 1
        time.sleep(0.02)
    return (cpu_s(pid) - before) / passed


def main() -> None:
    """Print a table and a JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="15 seconds instead of 60")
    parser.add_argument("--cells", type=int, default=1000, metavar="N", help="journals (default: 1000)")
    parser.add_argument(
        "--lines", type=float, default=100.0, metavar="N", help="lines per second (default: 100)"
    )
    options = parser.parse_args()
    seconds = 15.0 if options.quick else 60.0
    with tempfile.TemporaryDirectory() as made:
        growing = journals(Path(made), options.cells)
        command = [sys.executable, "-m", "pytest_aiopt", "live", made]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=made) as server:
            assert server.stdout is not None
            found = re.search(r"http://\S+/", server.stdout.readline())
            assert found is not None
            started = cpu_s(server.pid)
            page = Page(found[0])
            threading.Thread(target=page.read, daemon=True).start()
            page.ready.wait()
            time.sleep(2)
            first_s = cpu_s(server.pid) - started
            time.sleep(5)
            page.delays.clear()
            busy = share(server.pid, seconds, growing, options.lines)
            delays, sent = list(page.delays), page.size
            time.sleep(5)
            idle = share(server.pid, seconds / 3, growing, 0.0)
            server.kill()
    rows = [
        ["journals", options.cells],
        ["lines per second", options.lines],
        ["share of a core", f"{busy:.1%}"],
        ["share of a core, nothing written", f"{idle:.1%}"],
        ["CPU seconds to read what was there", f"{first_s:.1f}"],
        ["changes that arrived", len(delays)],
        ["from a line to its message, median, s", f"{median(delays):.2f}"],
        ["from a line to its message, most, s", f"{max(delays):.2f}"],
        ["sent to the page, kB/s", f"{sent / seconds / 1000:.0f}"],
    ]
    print(tabulate(rows, ("what", "")))
    print(
        json.dumps(
            {"cells": options.cells, "lines_per_s": options.lines, "cpu_share": round(busy, 4)}
            | {"idle_share": round(idle, 4), "first_s": round(first_s, 2)}
            | {"median_s": round(median(delays), 3), "most_s": round(max(delays), 3)}
        )
    )


if __name__ == "__main__":
    main()
