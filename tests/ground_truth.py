"""Programs that know their own profile: built, run unconfined and asked, for tests and benchmarks."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from pytest_aiopt.evaluation.sandbox import wire
from pytest_aiopt.evaluation.sandbox.processes import Ended, RunOutcome
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.model import Build, ItemKind, Limits, Profile
from pytest_aiopt.profiling.base import Profiler, Subject

FLAGS = ("-std=c++17", "-O2", "-g1", "-fno-pie", "-no-pie", "-Wl,--eh-frame-hdr")
_HEADER = "ground.hpp"
_SAID = re.compile(r"^([A-Z]+) (\S+)$", re.MULTILINE)


@dataclass(slots=True)
class Unconfined:
    """Runs trusted programs in the place of the sandbox. ``said``: the stderr of each run."""

    folder: Path
    said: list[str] = field(default_factory=list)

    def run(
        self,
        binary: Path,
        *,
        stdin: int,
        stdout: int,
        limits: Limits,
        outer: Sequence[str] = (),
        tool: Sequence[str] = (),
        shown: Sequence[Path] = (),
        passed: Sequence[int] = (),
        scratch: bool = False,
        samples_itself: bool = False,
    ) -> RunOutcome:
        """Run ``binary``; see Sandbox.run. The times are the wall time alone, and count what is in front."""
        os.lseek(stdin, 0, os.SEEK_SET)
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as empty:
            done = subprocess.run(
                [*outer, *tool, str(binary)],
                stdin=stdin,
                stdout=stdout,
                stderr=subprocess.PIPE,
                text=True,
                timeout=120,
                cwd=empty if scratch else self.folder,
                pass_fds=passed,
            )
        self.said.append(done.stderr)
        wall_s = time.monotonic() - started
        return RunOutcome(Ended.EXITED, done.returncode, wall_s, 0.0, 0.0, 0.0, 0.0, 0, 0, 0, done.stderr)


@dataclass(frozen=True, slots=True)
class Observed:
    """A profile of a ground-truth program, its source, and what the program said in the last run of it."""

    profile: Profile
    source: str
    truth: dict[str, float]

    def line(self, mark: str) -> int:
        """Return the number of the line that ends with the comment ``mark``."""
        lines = self.source.split("\n")
        return next(number for number, text in enumerate(lines, 1) if text.endswith(f"// {mark}"))

    def items(self, mark: str) -> dict[ItemKind, float]:
        """Return the shares of a marked line by kind."""
        shares: dict[ItemKind, float] = {}
        for item in self.profile.items:
            if item.line == self.line(mark):
                shares[item.kind] = shares.get(item.kind, 0.0) + item.value
        return shares

    def off_cpu_s(self, mark: str) -> float:
        """Return the seconds that threads were off the CPU at a marked line (one recorded run)."""
        return sum(share for kind, share in self.items(mark).items() if kind.off_cpu) * self.thread_s

    @property
    def thread_s(self) -> float:
        """All thread time in seconds, without main's, which only joins the others."""
        return sum(thread.wall_s for thread in self.profile.threads[1:])


def observe(profiler: Profiler, program: Path, size: int, folder: Path) -> Observed:
    """Build ``program`` (a path without ".cpp") in ``folder`` and profile it at ``size``."""
    source = program.with_suffix(".cpp").read_text()
    (folder / "program.cpp").write_text(source)
    (folder / _HEADER).write_text((program.parent / _HEADER).read_text())
    requests, plain = wire.sealed_file(bytes(size)), Unconfined(folder)
    try:
        subject = Subject(
            _build(folder, "-static"),
            requests,
            program.name,
            Limits(threads=3),
            cast(Sandbox, plain),
            lambda: _build(folder),
        )
        profile = profiler.profile(subject)
    finally:
        os.close(requests)
    said = _SAID.findall(plain.said[-1]) if plain.said else []
    return Observed(profile, source, {key: float(value) for key, value in said})


def _build(folder: Path, *flags: str) -> Build:
    target = folder / ("static" if flags else "dynamic")
    command = ["g++", *FLAGS, *flags, "program.cpp", "-o", target.name]
    subprocess.run(command, cwd=folder, check=True, timeout=120)
    return Build("key", "candidate", str(target), "sha")
