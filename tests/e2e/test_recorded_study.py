"""A study over HTTP with the real compiler, recorded, published and replayed where neither is at hand."""

import json
import shutil
from pathlib import Path

import pytest
from endpoints import reply, status

from pytest_aiopt import rewriter
from pytest_aiopt.analysis.history import trajectory
from pytest_aiopt.analysis.outcomes.funnel import funnel
from pytest_aiopt.cli.main import main
from pytest_aiopt.journal.events import Proposed, read
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.model import Prompt

pytestmark = [pytest.mark.needs("g++"), pytest.mark.timeout(300)]
ROOT = Path(__file__).parents[2]
ITERATIONS = 3
STUDY = """
name = "http"
tasks = ["key_index"]
seeds = [1]
iterations = {iterations}
[models]
remote = "{url}#stand-in"
[tracks.A]
model = "remote"
feedback = "none"
[tracks.N]
model = "remote"
feedback = "none"
strategy = "best_of_n"
hint = "oracle"
[meter]
budget_s = 0.3
confirm_s = 0.3
floor_evaluations = 2
placements = 1
"""


@pytest.fixture
def folder(pytester, endpoint, waits):
    """A study whose model is the rewriter behind HTTP; every fifth request fails."""
    model = rewriter.make("rewriter-local")

    def answer(number, body):
        if number % 5 == 0:
            return status(503)
        prompt = Prompt(*(message["content"] for message in body["messages"]))
        text = model.complete(prompt, seed=body["seed"]).text
        size = (len(prompt.system) + len(prompt.user)) // 3
        return reply(text, usage={"prompt_tokens": size, "completion_tokens": 3, "total_tokens": size + 3})

    endpoint.answer = answer
    (pytester.path / "pytest.ini").write_text("[pytest]\n")
    (pytester.path / "tracks.toml").write_text(STUDY.format(iterations=ITERATIONS, url=endpoint.url))
    shutil.copy(ROOT / "experiments" / "test_tracks.py", pytester.path)
    return pytester


def run(folder, *args):
    where = ("--aiopt-study", "tracks.toml", "--aiopt-tasks-dir", str(ROOT / "tasks"))
    return folder.runpytest_inprocess("-p", "no:benchmark", "-p", "no:hypothesispytest", *where, *args)


def cells(results):
    return {path.parent.relative_to(results): read(path) for path in results.rglob("journal.jsonl")}


def test_a_study_recorded_over_http_replays_offline_byte_for_byte(folder, endpoint, monkeypatch, capsys):
    run(folder, "test_tracks.py").assert_outcomes(passed=2)
    study = ("--study", "tracks.toml", "--tasks-dir", str(ROOT / "tasks"))
    assert main(["records", "export", "published", *study]) == 0
    live = cells(folder.path / "results")
    endpoint.stop()
    monkeypatch.delenv("AIOPT_API_KEY")
    monkeypatch.setenv("PATH", str(folder.path))  # no compiler, no profiler
    replayed = folder.runpytest_inprocess(
        "-p", "no:benchmark", "published", "--aiopt-replay", "published/journals", "--aiopt-results", "again"
    )
    replayed.assert_outcomes(passed=2)
    again = cells(folder.path / "again")
    assert again.keys() == live.keys()
    for cell, events in live.items():
        assert len(prompts(events)) == ITERATIONS
        assert prompts(again[cell]) == prompts(events)
        one, two = (CellRecord.of(each) for each in (again[cell], events))
        assert funnel(trajectory(one, str(cell))) == funnel(trajectory(two, str(cell)))
        assert again[cell][-1] == events[-1]
    capsys.readouterr()
    assert main(["audit"]) == 0
    assert "feedback none, 3 prompts, 0 treated, hint oracle, 3 hinted: ok" in capsys.readouterr().out
    assert sum(len(faults(events)) for events in live.values()) == 1


def prompts(events):
    return [json.dumps([e.prompt.system, e.prompt.user]).encode() for e in events if isinstance(e, Proposed)]


def faults(events):
    return [fault for e in events if isinstance(e, Proposed) for fault in e.completion.faults]
