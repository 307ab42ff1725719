"""What is kept of profiles, and what makes two of them different."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pytest_aiopt.evaluation.sandbox import wire
from pytest_aiopt.model import Build, Limits, Profile, ProfileItem, ProfileState
from pytest_aiopt.profiling.base import Subject, blank
from pytest_aiopt.profiling.cache import ProfileCache


@dataclass
class Counting:
    """A profiler that counts how often it is asked."""

    name: str = "counting"
    version: str = "1.0"
    state: ProfileState = ProfileState.TAKEN
    asked: int = 0

    def available(self) -> str | None:
        return None

    def profile(self, subject: Subject) -> Profile:
        self.asked += 1
        item = ProfileItem(1, "main", 0.5, 0.4, 0.6)
        return replace(blank(self, subject, self.state), items=(item,), seconds=float(self.asked))


@pytest.fixture
def subject() -> Iterator[Subject]:
    requests = wire.sealed_file(b"some requests")
    yield Subject(Build("k", "c", "/bin/true", "sha"), requests, "w0", Limits(), None)  # type: ignore[arg-type]
    os.close(requests)


def test_the_same_run_is_profiled_once(subject: Subject, tmp_path: Path) -> None:
    profiler, cache = Counting(), ProfileCache(tmp_path / "profiles", "machine")
    first = cache.profile(profiler, subject)
    assert cache.profile(profiler, replace(subject, dynamic=lambda: subject.build)) == first
    assert ProfileCache(tmp_path / "profiles", "machine").profile(profiler, subject) == first
    assert profiler.asked == 1


def test_whatever_may_change_a_profile_takes_a_new_one(subject: Subject, tmp_path: Path) -> None:
    cache = ProfileCache(tmp_path, "machine")
    other = wire.sealed_file(b"other requests")
    cases = [
        (Counting(), subject, cache),
        (Counting(version="1.1"), subject, cache),
        (Counting(name="another"), subject, cache),
        (Counting(), replace(subject, build=replace(subject.build, binary_sha="other")), cache),
        (Counting(), replace(subject, workload="w1"), cache),
        (Counting(), replace(subject, requests=other), cache),
        (Counting(), replace(subject, limits=Limits(threads=2)), cache),
        (Counting(), subject, replace(cache, machine="another")),
    ]
    for profiler, seen, kept in cases:
        kept.profile(profiler, seen)
        kept.profile(profiler, seen)
        assert profiler.asked == 1
    os.close(other)


def test_failures_are_not_kept_and_damage_costs_only_time(subject: Subject, tmp_path: Path) -> None:
    failing, cache = Counting(state=ProfileState.FAILED), ProfileCache(tmp_path, "machine")
    cache.profile(failing, subject)
    cache.profile(failing, subject)
    assert failing.asked == 2
    profiler = Counting()
    cache.profile(profiler, subject)
    for file in tmp_path.iterdir():
        file.write_bytes(file.read_bytes()[:20])
    assert cache.profile(profiler, subject).state is ProfileState.TAKEN
    assert profiler.asked == 2


def test_a_cache_that_cannot_be_written_loses_nothing(subject: Subject, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    profile = ProfileCache(tmp_path / "file" / "profiles", "machine").profile(Counting(), subject)
    assert profile.state is ProfileState.TAKEN
