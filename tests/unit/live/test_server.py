"""The live page's server: read-only, for this machine alone, and every change is sent once."""

import json
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

from pytest_aiopt import testing
from pytest_aiopt.errors import StoreError
from pytest_aiopt.journal.events import Built, Edited, Judged, Measured, Opened, Profiled, Proposed
from pytest_aiopt.journal.journal import Journal
from pytest_aiopt.journal.store import Store
from pytest_aiopt.live import watch as watching
from pytest_aiopt.live.follower import Follower
from pytest_aiopt.live.server import server
from pytest_aiopt.live.watch import Watch
from pytest_aiopt.model import Candidate, Cell, Completion, Feedback, Prompt, Status, Track, Verdict

CELL = Cell("one", "C", 1)
ID = "study/one/C/seed_1"
START, CHILD = "int f() { return 1; }\n", "int f() { return 2; }\n"
OPENED = Opened(CELL, Track("C", "m", Feedback.PROFILE), "rewriter-local", "study", 3, START, {}, {})
OLD, NEW = Candidate(START), Candidate(CHILD)
STEP = [
    Profiled(OLD.sha, *testing.FakeInstruments().profile(OLD)),
    Proposed(
        1,
        OLD.sha,
        Prompt("s", "u"),
        {"runtime_notes": "line 1 is hot"},
        7,
        Completion("<b>why</b>", "stop", "m"),
    ),
    Edited(1, NEW.sha, CHILD),
    Built(1, NEW.sha, True, "key", "b1"),
    Judged(1, NEW.sha, Verdict(Status.PASSED)),
    Measured(1, NEW.sha, testing.measurement(2.0)),
]


@pytest.fixture
def journal(tmp_path):
    made = Journal(Store(tmp_path).journal("study", CELL))
    made.append(OPENED)
    yield made
    made.close()


@pytest.fixture
def address(tmp_path, journal, monkeypatch):
    monkeypatch.setattr(watching, "LOOK_S", 0.02)
    monkeypatch.setattr(watching, "BEAT_S", 0.02)
    running = server(Watch("results", Follower(Store(tmp_path))))
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}/"
    running.shutdown()
    running.server_close()


def ask(address, *, method="GET", **headers):
    request = urllib.request.Request(address, method=method, headers=headers)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
        return answer.headers, answer.read()


@contextmanager
def messages(address):
    """The server-sent events of a page, as (kind, document)."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(address + "events", timeout=20) as answer:

        def read():
            kind = ""
            for line in answer:
                if line.startswith(b"event: "):
                    kind = line[7:].strip().decode()
                elif line.startswith(b"data: ") and kind != "beat":
                    yield kind, json.loads(line[6:])

        yield read()


def test_a_page_gets_the_state_and_then_what_changes(address, journal):
    with messages(address) as sent:
        kind, state = next(sent)
        assert kind == "state"
        assert [(cell["id"], cell["state"]) for cell in state["cells"]] == [(ID, "running")]
        for event in STEP:
            journal.append(event)
        changes = []
        while not any(change["mutations"] for change in changes):
            kind, change = next(sent)
            assert kind == "change"
            changes.append(change)
        while not any(change["figures"] for change in changes):
            changes.append(next(sent)[1])
        (mutation,) = [one for change in changes for one in change["mutations"]]
        assert (mutation["step"], mutation["status"], mutation["speedup"]) == (1, "passed", 2.0)
        assert "track C ends at 2.00" in changes[-1]["figures"]["study/one"]
        assert changes[-1]["studies"][0]["calls"] == 1
        journal.close()
        while not any(cell["state"] == "stopped" for change in changes for cell in change["cells"]):
            changes.append(next(sent)[1])
    journal.__init__(journal.path)


def test_a_page_that_comes_later_gets_all_at_once(address, journal):
    for event in STEP:
        journal.append(event)
    with messages(address) as sent:
        _, state = next(sent)
    assert [one["step"] for one in state["mutations"]] == [1]
    assert list(state["figures"]) == ["study/one"]


def test_a_mutation_is_read_on_demand(address, journal):
    for event in STEP:
        journal.append(event)
    with messages(address) as sent:
        next(sent)
    found = json.loads(ask(f"{address}mutation/1/{ID}")[1])
    assert {f"-{START[:-1]}", f"+{CHILD[:-1]}"} < set(found["diff"])
    assert (found["shown"], found["reply"]) == ("line 1 is hot", "<b>why</b>")
    assert found["measured"]["speedup"] == 2.0
    assert found["profiles"][0]["items"]
    assert json.loads(ask(f"{address}cell/{ID}")[1]) == [{"step": 1, "status": "passed", "speedup": 2.0}]


@pytest.mark.parametrize(
    ("path", "options", "code"),
    [
        ("", {"Host": "elsewhere.example"}, 400),
        ("events", {"Host": "elsewhere.example"}, 400),
        ("", {"method": "POST"}, 405),
        (f"mutation/1/{ID}", {"method": "DELETE"}, 405),
        (f"mutation/9/{ID}", {}, 404),
        ("mutation/1/study/../../x", {}, 404),
        ("cell/..%2f..%2fetc", {}, 404),
        ("live.html.j2", {}, 404),
        ("journal.jsonl", {}, 404),
    ],
)
def test_nothing_else_is_served_or_taken(address, path, options, code):
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(address + path, **options)
    refused.value.close()
    assert refused.value.code == code


@pytest.mark.parametrize("path", ["", "live.js", "live.css", "page.css"])
def test_only_the_pages_own_script_and_styles_may_run(address, path):
    headers, body = ask(address + path)
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert (headers["X-Content-Type-Options"], headers["Access-Control-Allow-Origin"]) == ("nosniff", None)
    assert body


def test_a_taken_port_is_an_error_with_a_remedy(address, tmp_path, capsys):
    port = int(address.rsplit(":", 1)[1].strip("/"))
    with pytest.raises(StoreError, match=f"port {port} cannot be used") as refused:
        server(Watch("results", Follower(Store(tmp_path))), port)
    assert "--port" in refused.value.remedy
    capsys.readouterr()


def test_a_page_that_falls_behind_is_let_go(tmp_path, journal, monkeypatch):
    monkeypatch.setattr(watching, "BEHIND", 2)
    watch = Watch("results", Follower(Store(tmp_path)))
    with watch.page() as slow:
        for event in STEP[1:3]:
            journal.append(event)
            watch.step()
        assert not watch.has(slow)
