"""Who gets which cell, and what happens to those nobody can run: a fake client, real journals."""

import pytest

from pytest_aiopt.campaign.audit import Audit
from pytest_aiopt.campaign.cluster import hosts, remote
from pytest_aiopt.campaign.cluster import scheduler as cluster
from pytest_aiopt.campaign.outcome import Outcome
from pytest_aiopt.errors import InfrastructureError, ModelError
from pytest_aiopt.journal.events import Opened, encode
from pytest_aiopt.journal.journal import Journal
from pytest_aiopt.journal.schema import digest
from pytest_aiopt.model import Cell, Feedback, Track

CELLS = [Cell("one", "A", seed) for seed in (1, 2, 3)]
KIND = {"machine": "m1", "profilers": "perf", "gate": "plain"}


class Task:
    name, digest = "one", "d1"


class Study:
    id, tasks = "study", ("one",)


class Setup:
    study = Study


class Future:
    def __init__(self, function, argument, worker):
        self.function, self.argument, self.worker = function, argument, worker
        self.status, self._result, self.cancelled, self._gone = "pending", None, False, False

    def done(self):
        return self.status != "pending"

    def finish(self, value):
        self.status, self._result = "finished", value

    def vanish(self):
        """Be finished, though the worker has gone with the result."""
        self.status, self._gone = "finished", True

    def result(self, timeout):
        if self._gone:
            raise TimeoutError
        return self._result

    def exception(self):
        return self._result

    def cancel(self):
        self.cancelled = True


class Client:
    """``workers``: bench slots by address. Futures are ended by the test."""

    status = "running"

    def __init__(self):
        self.workers, self.futures, self.hear = {}, [], None

    def subscribe_topic(self, topic, handler):
        self.hear = handler

    def scheduler_info(self):
        return {"workers": {a: {"resources": {"bench": slots}} for a, slots in self.workers.items()}}

    def submit(self, function, argument, *, workers, resources, **rest):
        assert resources == {"bench": 1}
        self.futures.append(Future(function, argument, *workers))
        return self.futures[-1]


class Laboratory:
    def __init__(self, root, kind=None):
        self.root, self.kind = root, kind

    def begun_on(self):
        return self.kind

    def journal(self, cell):
        return self.root / cell.id / "journal.jsonl"

    def task(self, name):
        return Task

    def outcome(self, cell, *, cached):
        return Outcome(self.journal(cell), [], cached, Audit(cell.id, None, 0, 0, ()))


def opened(cell, after=b"", kind=KIND):
    """The first line of a journal, or the one ``after`` it."""
    track = Track("A", "local", Feedback.NONE)
    event = Opened(cell, track, "m", "study", 1, "p", dict(kind), {})
    return encode(2 if after else 1, event, 1.0, 0.0, prev=digest(after[:-1]) if after else "")


class Bed:
    """A cluster under test; ``turn`` lets it do what it would do in a moment."""

    def __init__(self, tmp_path, monkeypatch, kind=None):
        monkeypatch.setattr(remote, "package_digest", lambda: "p1")
        monkeypatch.setattr(hosts, "package_digest", lambda: "p1")
        monkeypatch.setattr(hosts, "study_digest", lambda study: "s1")
        monkeypatch.setattr(cluster, "_LOOK_S", -1.0)
        monkeypatch.setattr(cluster.time, "sleep", lambda seconds: None)
        self.client, self.laboratory, self.messages = Client(), Laboratory(tmp_path, kind), []
        self.cluster = cluster.Cluster(self.client, self.laboratory, Setup, self.messages.append)
        self.heard = []

    def add(self, *cells):
        for cell in cells:
            self.cluster.add(cluster.Job(cell, lambda events: None, self.heard.append))

    def worker(self, address, **changes):
        """Let a worker appear and describe itself."""
        self.client.workers[address] = 1
        self.turn()
        described = {"package": "p1", "study": "s1", "tasks": {"one": "d1"}, "kind": KIND}
        (asked,) = [f for f in self.client.futures if f.worker == address and not f.done()]
        asked.finish(remote.Host(**{"machine": {}, "name": "host"} | described | changes))
        self.turn()

    def turn(self):
        self.cluster._turn()

    def orders(self):
        """The cells under way, by worker."""
        under_way = [f for f in self.client.futures if not f.done() and not f.cancelled]
        return {f.worker: f for f in under_way if f.function is remote.work}

    def send(self, future, lines, offset=0):
        order = future.argument
        news = {"cell": order.cell.id, "attempt": order.attempt, "offset": offset, "lines": lines.decode()}
        self.client.hear((0.0, news))
        self.turn()


@pytest.fixture
def bed(tmp_path, monkeypatch):
    return Bed(tmp_path, monkeypatch)


def test_cells_go_out_in_order_one_a_worker(bed):
    bed.add(*CELLS)
    bed.worker("a")
    bed.worker("b")
    assert {w: f.argument.cell.seed for w, f in bed.orders().items()} == {"a": 1, "b": 2}
    first = bed.orders()["a"]
    first.finish((opened(CELLS[0]), None))
    bed.turn()
    assert {w: f.argument.cell.seed for w, f in bed.orders().items()} == {"a": 3, "b": 2}
    assert not bed.cluster.run(CELLS[0]).cached
    assert bed.laboratory.journal(CELLS[0]).read_bytes() == opened(CELLS[0])


def test_a_worker_without_a_slot_is_not_even_asked(bed):
    bed.add(*CELLS)
    bed.client.workers["a"] = 0
    bed.turn()
    assert not bed.client.futures
    assert "no worker has a bench slot" in bed.messages[0]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"package": "p2"}, "it has another pytest-aiopt"),
        ({"study": "s2"}, "it reads the study differently"),
        ({"fault": "no compiler"}, "no compiler"),
        ({"tasks": {"one": "d2"}}, "it has another version of task one"),
        ({"tasks": {}}, "it has no task one"),
    ],
)
def test_a_worker_that_is_not_like_us_gets_no_cell(bed, monkeypatch, changes, reason):
    bed.add(CELLS[0])
    bed.worker("a", **changes)
    assert not bed.orders()
    monkeypatch.setattr(cluster, "GRACE_S", 0.0)
    with pytest.raises(InfrastructureError, match=reason):
        bed.cluster.run(CELLS[0])


def test_a_lost_cell_goes_on_from_its_journal_on_a_machine_of_its_kind(bed):
    bed.add(CELLS[0])
    bed.worker("a")
    first = bed.orders()["a"]
    bed.send(first, opened(CELLS[0]))
    assert [type(event) for event in bed.heard] == [Opened]
    del bed.client.workers["a"]
    bed.worker("b", kind=KIND | {"machine": "m2"})
    assert not bed.orders()
    bed.worker("c")
    order = bed.orders()["c"].argument
    assert (order.journal, order.attempt) == (opened(CELLS[0]), 2)
    bed.send(
        first, opened(CELLS[0], after=opened(CELLS[0])), offset=len(opened(CELLS[0]))
    )  # from the one that was lost
    assert bed.laboratory.journal(CELLS[0]).read_bytes() == opened(CELLS[0])
    assert first.cancelled


def test_a_cell_whose_worker_went_with_its_result_goes_on_elsewhere(bed):
    bed.add(CELLS[0])
    bed.worker("a")
    first = bed.orders()["a"]
    bed.send(first, opened(CELLS[0]))
    del bed.client.workers["a"]
    first.vanish()
    bed.turn()
    bed.worker("b")
    assert bed.orders()["b"].argument.journal == opened(CELLS[0])


def test_without_a_machine_of_its_kind_a_begun_cell_fails_in_one_line(bed, monkeypatch):
    monkeypatch.setattr(cluster, "GRACE_S", 0.0)
    bed.add(CELLS[0])
    bed.worker("a")
    bed.send(bed.orders()["a"], opened(CELLS[0]))
    del bed.client.workers["a"]
    bed.worker("b", kind=KIND | {"machine": "m2"})
    messages = r"one-track_A-seed_1 \(begun on machine m1, .*its machine differ.*\); start such a worker"
    with pytest.raises(InfrastructureError, match=messages):
        bed.cluster.run(CELLS[0])
    assert bed.laboratory.journal(CELLS[0]).read_bytes() == opened(CELLS[0])


def test_cells_of_a_study_stay_on_the_kind_of_machine_it_was_begun_on(tmp_path, monkeypatch):
    bed = Bed(tmp_path, monkeypatch, kind=KIND)
    bed.add(CELLS[0])
    bed.worker("a", kind=KIND | {"profilers": "none"})
    assert not bed.orders()
    bed.worker("b")
    assert bed.orders()


def test_a_cell_that_was_not_begun_waits_for_workers(bed, monkeypatch):
    monkeypatch.setattr(cluster, "GRACE_S", 0.0)
    bed.add(CELLS[0])
    for _ in range(5):
        bed.turn()
    bed.worker("a")
    assert bed.orders()


def test_a_cell_that_ends_every_worker_is_given_up(bed):
    bed.add(CELLS[0])
    for number in range(cluster.LOSSES):
        bed.worker(f"w{number}")
        assert bed.orders()
        del bed.client.workers[f"w{number}"]
        bed.turn()
    with pytest.raises(InfrastructureError, match="lost 3 workers in a row"):
        bed.cluster.run(CELLS[0])


def test_what_a_worker_stopped_at_is_raised_and_its_lines_are_kept(bed):
    bed.add(CELLS[0])
    bed.worker("a")
    bed.orders()["a"].finish((opened(CELLS[0]), ModelError("the endpoint is gone", "run again")))
    with pytest.raises(ModelError, match="the endpoint is gone; run again"):
        bed.cluster.run(CELLS[0])
    assert len(Journal(bed.laboratory.journal(CELLS[0])).events) == 1


def test_lines_that_came_out_of_order_or_twice_are_written_once(bed):
    bed.add(CELLS[0])
    bed.worker("a")
    first = opened(CELLS[0])
    second = opened(CELLS[0], after=first)
    future = bed.orders()["a"]
    bed.send(future, second, offset=len(first))  # a gap: not yet
    bed.send(future, first)
    bed.send(future, first + second)
    assert bed.laboratory.journal(CELLS[0]).read_bytes() == first + second
    future.finish((first + second, None))
    bed.turn()
    assert len(bed.heard) == 2


def test_journals_that_differ_are_an_error_and_are_left_alone(bed):
    bed.add(CELLS[0])
    bed.worker("a")
    future = bed.orders()["a"]
    bed.send(future, opened(CELLS[0]))
    future.finish((opened(CELLS[0], kind=KIND | {"machine": "mX"}), None))
    with pytest.raises(InfrastructureError, match="differ"):
        bed.cluster.run(CELLS[0])
    assert bed.laboratory.journal(CELLS[0]).read_bytes() == opened(CELLS[0])
