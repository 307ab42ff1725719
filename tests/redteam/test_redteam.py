"""Every hostile program ends with its verdict, as root and as an unprivileged user, and leaves nothing."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import judging
import pytest
import traces

from pytest_aiopt.evaluation.sandbox.allowance import VERDICT_S

KILLING_S = 2.0  # on a busy machine
PROGRAMS = judging.programs()
pytestmark = [pytest.mark.needs("g++"), pytest.mark.needs("bwrap")]


@dataclass
class Court:
    """Two judges, one of them root (where the tests are), who work at the same time."""

    folder: Path
    judges: dict[str, judging.Judge]

    @property
    def ids(self) -> set[int]:
        """Every user id that a program may have run under."""
        return {judging.USER, *(each for judge in self.judges.values() for each in judge.ids)}

    def left(self) -> list[str]:
        """Processes of the judged programs: all there are but the judges themselves."""
        judges = tuple(f"{judge.pid} " for judge in self.judges.values())
        return [each for each in traces.processes(self.folder, self.ids) if not each.startswith(judges)]


@pytest.fixture(scope="module")
def court() -> Iterator[Court]:
    """Yield judges; in the end nothing may be left of what they ran, nor anything of ours be changed."""
    users = {"root": None, "user": judging.USER} if os.geteuid() == 0 else {"user": None}
    with tempfile.TemporaryDirectory(prefix="judges-") as name:
        folder = Path(name)
        judging.prepare(folder)
        court = Court(folder, {who: judging.Judge(folder, user) for who, user in users.items()})
        before = traces.look(folder, court.ids)
        yield court
        assert [judge.close() for judge in court.judges.values()] == [0] * len(court.judges)
        assert not traces.look(folder, court.ids).beyond(before)


def test_there_are_enough_of_them() -> None:
    assert len(PROGRAMS) >= 60


@pytest.mark.parametrize("who", [pytest.param("root", marks=pytest.mark.needs("root")), "user"])
def test_the_best_sandbox_is_at_work(court: Court, who: str) -> None:
    described = court.judges[who].described
    assert (described["level"], described["warning"]) == (2, "")
    assert (described["user"] == 0) == (who == "root")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_each_ends_with_its_verdict(court: Court, program: judging.Program) -> None:
    for judge in court.judges.values():
        judge.ask(program)
    answers = {who: judge.answer() for who, judge in court.judges.items()}  # all, or the next test reads one
    for who, found in answers.items():
        detail = str(found["detail"])
        assert found["verdict"] in program.expected, f"as {who}: {detail}"
        assert len(detail) < 4000
        assert found.get("seconds", 0) <= VERDICT_S + KILLING_S
        assert "root:" not in detail
        assert "\033" not in detail
        assert "marked-by-the-program" not in detail
    assert not court.left()
    assert not [path.name for path in court.folder.glob("aiopt-[!t]*")]
