"""Journals followed as they grow: only new bytes are read, and states come from locks and last lines."""

import os
import signal
import subprocess
import sys

import pytest

from pytest_aiopt import testing
from pytest_aiopt.journal.events import (
    Asked,
    Built,
    Edited,
    Faulted,
    Finished,
    Floored,
    Judged,
    Lost,
    Measured,
    Opened,
    Paused,
    Proposed,
)
from pytest_aiopt.journal.journal import Journal
from pytest_aiopt.journal.store import Store
from pytest_aiopt.live import locks
from pytest_aiopt.live.cell import Fault, Mutation, State, Trouble
from pytest_aiopt.live.follower import DISCOVER_S, Follower
from pytest_aiopt.live.snapshot import Plan, shown, totals
from pytest_aiopt.model import (
    Cell,
    Completion,
    EditReason,
    Feedback,
    PauseReason,
    Prompt,
    Status,
    Track,
    Usage,
    Verdict,
)

CELL = Cell("one", "C", 1)
ID = "study/one/C/seed_1"
MODEL = "http://localhost/v1#m"
START = "int f() { return 1; }\n"
OPENED = Opened(CELL, Track("C", "m", Feedback.PROFILE), MODEL, "study", 3, START, {}, {})
FASTER = [
    Edited(1, "c1", "int f() { return 2; }\n"),
    Built(1, "c1", True, "c1", "b1"),
    Judged(1, "c1", Verdict(Status.PASSED)),
    Measured(1, "c1", testing.measurement(2.0)),
]


def proposed(step, *faults, error=""):
    reply = Completion("a reply", "stop", "m", Usage(100, 10), faults=faults, error=error)
    return Proposed(step, "p", Prompt("s", "u"), {}, 7, reply)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


@pytest.fixture
def journal(store):
    made = Journal(store.journal("study", CELL))
    made.append(OPENED)
    yield made
    made.close()


def write(journal, *events):
    for event in events:
        journal.append(event)


def following(store, **options):
    return Follower(store, **options)


def only(follower):
    (cell,) = follower.cells.values()
    return cell


def state(follower):
    follower.look()
    return only(follower).state(follower.clock())


def test_what_is_appended_is_taken_line_by_line(store, journal):
    follower = following(store)
    assert [cell.id for cell in follower.look().cells] == [ID]
    assert follower.look().cells == []
    write(journal, Floored(testing.FakeInstruments().floor()), proposed(1), *FASTER[:3])
    looked = follower.look()
    assert (looked.cells, looked.news) == ([only(follower)], [])
    write(journal, FASTER[3])
    (mutation,) = follower.look().news
    assert (mutation.step, mutation.status, mutation.speedup, mutation.best) == (1, Status.PASSED, 2.0, True)
    write(journal, proposed(2), Edited(2, None, None, "no block", reason=EditReason.NO_EDIT))
    (mutation,) = follower.look().news
    assert (mutation.status, mutation.reason, mutation.best) == (Status.EDIT_ERROR, "no_edit", False)
    assert only(follower).curve == [1.0, 1.0]


def test_bytes_that_were_read_are_not_read_again(store, journal):
    follower = following(store)
    follower.look()
    with journal.path.open("r+b") as file:
        file.write(b"x" * 40)
    write(journal, proposed(1), *FASTER)
    assert [one.step for one in follower.look().news] == [1]
    assert state(follower) is State.RUNNING


def test_a_line_counts_when_it_is_complete(store, journal):
    held = frozenset({journal.path.stat().st_ino})
    follower = following(store, held=lambda: held)
    write(journal, proposed(1), *FASTER[:2])
    whole = journal.path.read_bytes()
    journal.close()
    journal.path.write_bytes(whole[:-30])
    follower.look()
    assert only(follower).standing().doing == "building"
    with journal.path.open("ab") as file:
        file.write(whole[-30:-20])
        file.flush()
        assert follower.look().cells == []
        file.write(whole[-20:])
    follower.look()
    assert only(follower).standing().doing == "judging"
    journal.__init__(journal.path)


def test_a_cell_that_was_set_aside_begins_anew_and_stays_paid(store, journal):
    now = [1e9]
    follower = following(store, clock=lambda: now[0])
    write(journal, proposed(1))
    assert state(follower) is State.RUNNING
    journal.close()
    store.set_aside("study", CELL)
    journal.__init__(store.journal("study", CELL))
    write(journal, OPENED)
    now[0] += DISCOVER_S
    follower.look()
    now[0] += DISCOVER_S
    assert follower.look().news == []
    assert only(follower).standing().step == 0
    one = totals("study", follower.paid, [shown(only(follower), now[0])], Plan())
    assert (one.paid, one.tokens, one.calls, one.states) == (1, 110, 0, {"running": 1})


def test_a_damaged_line_is_named_and_the_rest_goes_on(store, journal):
    other = Journal(store.journal("study", Cell("two", "C", 1)))
    write(other, OPENED)
    follower = following(store)
    follower.look()
    with journal.path.open("ab") as file:
        file.write(b"not a line\n")
    write(other, proposed(1), *FASTER)
    fault, mutation = sorted(follower.look().news, key=lambda one: one.cell)
    assert isinstance(fault, Fault)
    assert (fault.kind, mutation.status) == (Trouble.DAMAGED, Status.PASSED)
    assert f"{journal.path}, line 2 is damaged" in fault.text
    assert follower.cells[ID].state(0) is State.DAMAGED
    other.close()


@pytest.mark.parametrize(
    ("last", "while_open", "closed"),
    [
        (proposed(1), State.RUNNING, State.STOPPED),
        (Paused(1, PauseReason.BUDGET, "no tokens left"), State.RUNNING, State.PAUSED),
        (Finished(1, "c1"), State.FINISHED, State.FINISHED),
    ],
    ids=["proposed", "paused", "finished"],
)
def test_a_cell_runs_as_long_as_its_journal_is_open(store, journal, last, while_open, closed):
    write(journal, last)
    follower = following(store)
    assert state(follower) is while_open
    journal.close()
    looked = follower.look()
    assert only(follower).state(0) is closed
    assert bool(looked.cells) == (closed is not while_open)
    journal.__init__(journal.path)


def test_a_killed_process_is_noticed_and_no_lock_is_taken(store):
    path = store.journal("study", CELL)
    code = (
        "import sys, time; from pathlib import Path; from pytest_aiopt.journal.journal import Journal; "
        "held = Journal(Path(sys.argv[1])); print('open', flush=True); time.sleep(600)"
    )
    begun = Journal(path)
    begun.append(OPENED)
    begun.close()
    with subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        follower = following(store)
        assert state(follower) is State.RUNNING
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert state(follower) is State.STOPPED
    Journal(path).close()


def test_a_process_that_cannot_be_seen_shows_by_its_lines(store, journal):
    now = [journal_time := 2e9]
    follower = following(store, held=frozenset, clock=lambda: now[0])
    assert state(follower) is State.STOPPED
    for step in (1, 2):
        write(journal, proposed(step))
        follower.look()
    cell = only(follower)
    assert cell.state(cell.changed + 1) is State.RUNNING
    assert cell.state(cell.changed + journal_time) is State.STOPPED


def test_faults_come_as_they_happen_and_once(store, journal):
    follower = following(store)
    follower.look()
    write(journal, Asked(1, "sha", 7, 500), Faulted(1, "429: slow down", 12.4))
    (fault,) = follower.look().news
    assert (fault.kind, fault.step, fault.text) == (
        Trouble.RETRY,
        1,
        "429: slow down (next attempt after 12 s)",
    )
    assert only(follower).standing().doing == "waiting for the endpoint: 429: slow down"
    write(journal, Lost(1), proposed(1, "429: slow down"))
    assert [one.kind for one in follower.look().news] == [Trouble.LOST]
    write(journal, proposed(2, "503: later", error="filtered"), Paused(3, PauseReason.ENDPOINT, "gone"))
    kinds = [one.kind for one in follower.look().news if not isinstance(one, Mutation)]
    assert kinds == [Trouble.RETRY, Trouble.ANSWER, Trouble.ENDPOINT]


def test_studies_are_chosen_by_name(store, journal):
    follower = following(store, wanted=lambda study: study != "study")
    follower.look()
    assert follower.cells == {}


def test_locks_of_other_kinds_are_passed_over(tmp_path, monkeypatch):
    listed = tmp_path / "locks"
    listed.write_text(
        "1: FLOCK  ADVISORY  WRITE 24620 fe:00:2148521 0 EOF\n"
        "1: -> FLOCK  ADVISORY  WRITE 24621 fe:00:17 0 EOF\n"
        "2: POSIX  ADVISORY  READ 5 fe:00:99 0 EOF\n"
    )
    monkeypatch.setattr(locks, "LOCKS", listed)
    assert locks.held() == {2148521}
    listed.unlink()
    assert locks.held() == frozenset()
