"""What a hostile program could leave behind, and what of ours it could change."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest_aiopt

MARK = "aiopt-redteam"
PLACES = ("/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/home", "/root", "/etc")


@dataclass(frozen=True)
class Traces:
    """Processes are ``pid command``, files those with a mark or owner; ``ours``: digests by path."""

    processes: frozenset[str]
    files: frozenset[str]
    mounts: frozenset[str]
    cgroups: frozenset[str]
    shared_memory: frozenset[str]
    ours: dict[str, str]

    def beyond(self, before: Traces) -> dict[str, list[str]]:
        """Return what is here and was not before, by kind; empty where nothing is."""
        found = {}
        for kind in ("processes", "files", "mounts", "cgroups", "shared_memory"):
            if new := getattr(self, kind) - getattr(before, kind):
                found[kind] = sorted(new)
        changed = [path for path, digest in before.ours.items() if self.ours.get(path) != digest]
        return found | ({"changed": changed} if changed else {})


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
        cgroups=frozenset(_cgroups(users)),
        shared_memory=frozenset(_shared_memory()),
        ours=_digests(folder),
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


def _cgroups(users: Container[int]) -> Iterator[str]:
    """Yield the control groups of ``users`` and those below our own; other services make groups as well."""
    own = {line.split(":", 2)[2].rstrip("/") for line in Path("/proc/self/cgroup").read_text().splitlines()}
    for folder, _, _ in os.walk("/sys/fs/cgroup"):
        try:
            owner = os.stat(folder).st_uid
        except OSError:
            continue  # it ended meanwhile
        if owner in users or any(group and f"{group}/" in folder for group in own):
            yield folder


def _shared_memory() -> Iterator[str]:
    for kind in ("shm", "sem", "msg"):
        path = Path("/proc/sysvipc") / kind
        if path.exists():
            yield from (f"{kind} {line.split()[1]}" for line in path.read_text().splitlines()[1:])


def _digests(folder: Path) -> dict[str, str]:
    """Return sha256 of the package, of these tests, and of the tasks and trusted objects in use."""
    roots = [Path(pytest_aiopt.__file__).parent, Path(__file__).parent, folder / "tasks", folder / "native"]
    paths = [path for root in roots for path in root.rglob("*")]
    for pattern in ("supervisor-*", "builds/shim-*", "builds/driver-*"):
        paths += folder.glob(f"own-*/{pattern}")
    files = [path for path in paths if path.is_file() and path.suffix != ".pyc"]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
