"""Summaries of journals, and single steps read from among many."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.analysis import workers
from pytest_aiopt.analysis.details import unified
from pytest_aiopt.analysis.history import trajectory
from pytest_aiopt.analysis.readings import Reader, classed_in
from pytest_aiopt.campaign import champions
from pytest_aiopt.codebook.classed import Classer
from pytest_aiopt.errors import JournalError
from pytest_aiopt.evaluation.host import cores
from pytest_aiopt.journal import events
from pytest_aiopt.journal.journal import Journal
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import (
    Candidate,
    Cell,
    Completion,
    Diagnostic,
    EditReason,
    Feedback,
    Measurement,
    NoiseFloor,
    Pair,
    Profile,
    ProfileItem,
    ProfileState,
    Prompt,
    Quality,
    Status,
    Track,
    Verdict,
)

PROGRAM = "int f(int n) {\n    int x = n;\n    return x;\n}\n"
CHILD = PROGRAM.replace("int x = n;", "int x = 2 * n / 2;")
BROKEN = PROGRAM.replace("return x", "return y")
WRONG = PROGRAM.replace("return x", "return x + 1")
CELL = Cell("one", "C", 1)


def measured(log2: float) -> Measurement:
    pairs = tuple(Pair(1.0, 2.0**-log2, at % 2 == 0) for at in range(6))
    return Measurement("w0", log2, log2 - 0.01, log2 + 0.01, pairs, Quality.QUIET)


def proposed(step: int, parent: str, reply: str) -> events.Proposed:
    prompt = Prompt("You improve it.", f"# Notes\nline 2: 90 %\n\n# Program\n\n{parent}")
    return events.Proposed(
        step, Candidate(parent).sha, prompt, {"notes": "line 2"}, step, Completion(reply, "stop", "m")
    )


def recorded() -> list[events.AnyEvent]:
    """A cell of four calls: one faster, one that does not compile, one wrong, one without an edit."""
    start, child, broken, wrong = (Candidate(s).sha for s in (PROGRAM, CHILD, BROKEN, WRONG))
    item = ProfileItem(2, "f(int)", 0.9, 0.8, 1.0)
    profile = Profile("perf", "6", ProfileState.TAKEN, "b0", "w0", "CPU time", 100, 1.0, 0.0, (item,))
    error = Diagnostic(3, 12, "error", "'y' was not declared")
    counterexample = Verdict(Status.WRONG_ANSWER, "case 3 differs", 9, 3, "n = 7")
    return [
        events.Opened(CELL, Track("C", "m", Feedback.PROFILE), "m", "s-1", 4, PROGRAM, {"machine": "x"}, {}),
        events.Floored(NoiseFloor("one", "x", (0.0, 0.0), 0.01, 0.03)),
        events.Built(0, start, True, "k", "b0"),
        events.Profiled(start, profile),
        proposed(1, PROGRAM, "faster"),
        events.Edited(1, child, CHILD),
        events.Built(1, child, True, "k", "b1"),
        events.Judged(1, child, Verdict(Status.PASSED, cases=9)),
        events.Measured(1, child, measured(0.5)),
        proposed(2, CHILD, "broken"),
        events.Edited(2, broken, BROKEN),
        events.Built(2, broken, False, "k", None, (error,), "error"),
        proposed(3, PROGRAM, "wrong"),
        events.Edited(3, wrong, WRONG),
        events.Built(3, wrong, True, "k", "b3"),
        events.Judged(3, wrong, counterexample),
        proposed(4, CHILD, "nothing"),
        events.Edited(4, None, None, "malformed reply", reason=EditReason.MALFORMED),
        events.Confirmed(child, (measured(0.4),)),
        events.Finished(4, child),
    ]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    found = Store(tmp_path / "results")
    write(found, recorded())
    return found


def write(store: Store, written: list[events.AnyEvent], seed: int = CELL.seed) -> Path:
    path = store.journal("s-1", replace(CELL, seed=seed))
    journal = Journal(path)
    for event in written[len(journal.events) :]:
        journal.append(event)
    journal.close()
    return path


def test_a_summary_is_what_the_journal_tells_and_is_read_once(store: Store) -> None:
    (path,) = store.journals()
    first, again = Reader(store), Reader(store)
    (found,) = first.summaries([path]).trajectories
    assert again.summaries([path]).trajectories == (found,)
    assert (first.read, again.read) == (1, 0)
    plain = trajectory(CellRecord.of(events.read(path)), path.relative_to(store.root).as_posix())
    assert [a.mutation for a in found.attempts] == [a.mutation for a in plain.attempts]
    assert [a.status for a in found.attempts] == [a.status for a in plain.attempts]
    assert found.attempts[0].measurement is not None
    assert found.attempts[0].measurement.pairs == ()
    assert found.attempts[0].measurement.log2_speedup == 0.5


def test_a_journal_that_went_on_is_read_again(tmp_path: Path) -> None:
    store = Store(tmp_path)
    path = write(store, recorded()[:9])
    assert len(Reader(store).summaries([path]).trajectories[0].attempts) == 1
    write(store, recorded())
    reader = Reader(store)
    assert len(reader.summaries([path]).trajectories[0].attempts) == 4
    assert reader.read == 1


def test_a_change_that_keeps_size_and_time_is_noticed(store: Store) -> None:
    (path,) = store.journals()
    Reader(store).summaries([path])
    before = path.stat()
    path.write_bytes(path.read_bytes().replace(b"faster", b"slower"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    found = Reader(store).summaries([path])
    assert found.trajectories == ()
    assert "checksum" in found.damaged[0]


def test_confirmations_beside_a_journal_are_part_of_what_it_tells(store: Store) -> None:
    (path,) = store.journals()
    assert Reader(store).summaries([path]).trajectories[0].reconfirmations == ()
    record = Journal(path.with_name(champions.CONFIRMATIONS))
    candidate = Candidate(CHILD).sha
    record.append(events.Reconfirmed(CELL, candidate, measured(0.5), (measured(0.3),), {"cpu": "x"}))
    record.close()
    (again,) = Reader(store).summaries([path]).trajectories[0].reconfirmations
    assert again.candidate == candidate
    assert [m.log2_speedup for m in again.measurements] == [0.3]
    assert again.machine == {"cpu": "x"}


def test_a_folder_that_cannot_be_written_costs_only_time(store: Store) -> None:
    store.cache.write_text("in the way")
    assert len(Reader(store).summaries(store.journals()).trajectories) == 1


def test_details_of_each_step(store: Store) -> None:
    (path,) = store.journals()
    reader = Reader(store)
    (found,) = reader.summaries([path]).trajectories
    details = reader.details(found)
    faster, broken, wrong, nothing = (details.of(attempt) for attempt in found.attempts)
    assert faster is not None and broken is not None and wrong is not None and nothing is not None  # noqa: PT018
    assert faster.line == 1 + recorded().index(next(e for e in recorded() if isinstance(e, events.Proposed)))
    assert (faster.reply, faster.said, faster.artifacts) == ("faster", "", ("notes",))
    assert "-    int x = n;" in faster.diff
    assert "+    int x = 2 * n / 2;" in faster.diff
    assert [p.items[0].line for p in faster.before] == [2]
    assert faster.after == ()
    assert broken.parent == CHILD
    assert broken.said == "error\n3:12: error: 'y' was not declared"
    assert (wrong.said, wrong.counterexample) == ("case 3 differs", "n = 7")
    assert (nothing.said, nothing.diff, nothing.child) == ("malformed reply", (), None)


def test_a_damaged_line_is_named(store: Store) -> None:
    (path,) = store.journals()
    reader = Reader(store)
    (found,) = reader.summaries([path]).trajectories
    details = reader.details(found)
    details.lines.data = details.lines.data.replace(b"malformed", b"mollified")
    assert details.of(found.attempts[0]) is not None
    with pytest.raises(JournalError, match="line 18 is damaged"):
        details.of(found.attempts[3])


lines = st.lists(st.sampled_from(["", "}", "    x;", "    y;", "for (;;) {", "z"]), max_size=30)


@given(lines, lines)
def test_a_diff_makes_the_child_of_the_parent(old: list[str], new: list[str]) -> None:
    parent, child = "\n".join(old), "\n".join(new)
    assert applied(parent.split("\n"), unified(parent, child)) == child.split("\n")


def applied(parent: list[str], diff: list[str]) -> list[str]:
    """Patch by the book: every context and removed line must be where the hunk says."""
    found, at = [], 0
    for line in diff:
        if line.startswith("@@"):
            start, length = (int(n) for n in line.split()[1][1:].split(","))
            start -= length > 0
            found += parent[at:start]
            at = start
        elif line[0] == "+":
            found.append(line[1:])
        else:
            assert parent[at] == line[1:]
            found += [line[1:]] if line[0] == " " else []
            at += 1
    return found + parent[at:]


def test_processes_leave_the_summaries_that_one_process_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "LEAST", 0)
    monkeypatch.setattr(cores, "usable", lambda: frozenset(os.sched_getaffinity(0)) | {0, 1})
    here, there = Store(tmp_path / "here"), Store(tmp_path / "there")
    paths = {store: [write(store, recorded(), seed) for seed in (1, 2, 3)] for store in (here, there)}
    alone = Reader(here, Classer()).summaries(paths[here])
    classed = workers.summarize(classed_in, there.root, paths[there])
    assert classed
    reader = Reader(there)
    assert reader.summaries(paths[there]) == alone
    assert reader.read == 0
