"""What a hostile program could leave behind, and what of ours it could change."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Container, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import pytest_aiopt

MARK = "aiopt-redteam"
PLACES = ("/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/home", "/root", "/etc")


@dataclass(frozen=True)
class Traces:
    """Processes are ``pid command``; files and mounts are those that bear a mark or a foreign owner."""

    processes: frozenset[str]
    files: frozenset[str]
    mounts: frozenset[str]
    cgroups: frozenset[str]
    shared_memory: frozenset[str]
    ours: str

    def beyond(self, before: Traces) -> dict[str, list[str]]:
        """Return what is here and was not before, by kind; empty where nothing is."""
        found = {}
        for field in fields(self):
            then, now = getattr(before, field.name), getattr(self, field.name)
            if isinstance(now, frozenset) and now - then:
                found[field.name] = sorted(now - then)
            elif isinstance(now, str) and now != then:
                found[field.name] = ["changed"]
        return found


def look(folder: Path, users: Container[int]) -> Traces:
    """Look around, also for what belongs to ``users`` or names ``folder``."""
    return Traces(
        processes=frozenset(processes(folder, users)),
        files=frozenset(_files(users)),
        mounts=frozenset(
            line.split(" ", 4)[4]
            for line in Path("/proc/self/mountinfo").read_text().splitlines()
            if "/pytest-" not in line  # other tests mount file systems at the same time
        ),
        cgroups=frozenset(folder for folder, _, _ in os.walk("/sys/fs/cgroup")),
        shared_memory=frozenset(_shared_memory()),
        ours=_digest(folder),
    )


def processes(folder: Path, users: Container[int]) -> Iterator[str]:
    """Yield ``pid command`` for each process of ``users`` and each whose command names ``folder``."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            owner, line = entry.stat().st_uid, (entry / "cmdline").read_bytes()
        except OSError:
            continue  # it ended meanwhile
        if owner in users or str(folder).encode() in line:
            yield f"{entry.name} {line!r}"


def _files(users: Container[int]) -> Iterator[str]:
    for place in PLACES:
        try:
            entries = list(os.scandir(place))
        except OSError:
            continue
        for entry in entries:
            try:
                owner = entry.stat(follow_symlinks=False).st_uid
            except OSError:
                continue
            if MARK in entry.name or owner in users:
                yield entry.path


def _shared_memory() -> Iterator[str]:
    for kind in ("shm", "sem", "msg"):
        path = Path("/proc/sysvipc") / kind
        if path.exists():
            yield from (f"{kind} {line.split()[1]}" for line in path.read_text().splitlines()[1:])


def _digest(folder: Path) -> str:
    """Sha256 of the package, of these tests, and of the tasks and trusted objects in use."""
    total = hashlib.sha256()
    roots = [Path(pytest_aiopt.__file__).parent, Path(__file__).parent, folder / "tasks", folder / "native"]
    paths = [path for root in roots for path in root.rglob("*")]
    paths += [path for name in ("supervisor-*", "builds/*-*") for path in folder.glob(f"own-*/{name}")]
    for path in sorted(paths):
        if path.is_file() and path.suffix != ".pyc" and path.parent.name != "__pycache__":
            total.update(str(path).encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
