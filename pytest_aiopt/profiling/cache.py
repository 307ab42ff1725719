"""Cache profiles by content: the same binary on the same requests is profiled once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pytest_aiopt import files
from pytest_aiopt.evaluation.sandbox import wire
from pytest_aiopt.model import Profile, ProfileState
from pytest_aiopt.profiling.base import Profiler, Subject

FORMAT = 2
"""Incremented when a profiler of the same version would make a different profile of the same run."""


@dataclass(frozen=True, slots=True)
class ProfileCache:
    """A folder of successful profiles; failures are not cached. ``machine``: its fingerprint."""

    folder: Path
    machine: str

    def profile(self, profiler: Profiler, subject: Subject) -> Profile:
        """Return the cached profile, or take and cache one. Raises the profiler's exceptions."""
        path = self.folder / f"{self._key(profiler, subject)}.json"
        kept = _read(path)
        if kept is not None:
            return kept
        profile = profiler.profile(subject)
        if profile.state is ProfileState.TAKEN:
            files.remember(path, msgspec.json.encode(profile))
        return profile

    def _key(self, profiler: Profiler, subject: Subject) -> str:
        """Digest of the binary (with its line table), the requests, the profiler, the limits, the machine."""
        requests = hashlib.sha256(wire.contents(subject.requests)).hexdigest()
        parts = [
            FORMAT,
            profiler.name,
            profiler.version,
            subject.build.binary_sha,
            subject.workload,
            requests,
        ]
        identity = msgspec.json.encode([*parts, subject.limits, self.machine])
        return hashlib.sha256(identity).hexdigest()[:32]


def _read(path: Path) -> Profile | None:
    """Return the profile in ``path``; None if it is missing or unreadable."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Profile)
    except (OSError, msgspec.DecodeError):
        return None
