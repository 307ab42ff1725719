"""The ``champion`` fixture in a later session, and pytest-benchmark on top of it."""

import json
from pathlib import Path

import pytest

CELL = ("-k", "one and track_C and seed_1")
SHIPPED = Path(__file__).parents[2] / "experiments" / "test_champions.py"
BETTER = (
    "testing.FakeInstruments()",
    "testing.FakeInstruments(speed=lambda source: 1.0 + len(source) / 1e3)",
)


def prepare(project):
    fakes = (project.path / "experiments/conftest.py").read_text().replace(*BETTER)
    project.write("experiments/conftest.py", fakes)
    project.write("experiments/test_champions.py", SHIPPED.read_text())


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """pytest-benchmark measures nothing in a worker of xdist, where this test itself may run."""
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)


def run(project, *args):
    quick = ("-p", "no:hypothesispytest", "-p", "no:timeout", "-p", "no:xdist")
    return project.pytester.runpytest_inprocess(*quick, *args)


def test_a_champion_is_measured_again_and_recorded(project):
    prepare(project)
    project.run(*CELL, where="experiments/test_tracks.py").assert_outcomes(passed=1)
    result = run(project, "experiments/test_champions.py", *CELL, "--benchmark-json", "champions.json")
    result.assert_outcomes(passed=1)
    (shown,) = json.loads((project.path / "champions.json").read_text())["benchmarks"]
    (record,) = (project.path / "results").rglob("confirmations.jsonl")
    event = json.loads(record.read_text())["event"]
    (held_out,) = event["measurements"]
    seconds = [pair["candidate_s"] for pair in held_out["pairs"]]
    assert shown["group"] == "one"
    assert shown["stats"]["rounds"] == len(seconds)
    assert shown["stats"]["min"] == pytest.approx(min(seconds))
    assert shown["extra_info"]["held_out"]["h0"]["speedup"] == pytest.approx(2 ** held_out["log2_speedup"])
    gap = event["visible"]["log2_speedup"] - held_out["log2_speedup"]
    assert shown["extra_info"]["visible_over_held_out"] == pytest.approx(2**gap)
    assert event["machine"] == {"cpu": "fake"}


def test_each_session_adds_a_record(project):
    prepare(project)
    project.run(*CELL, where="experiments/test_tracks.py")
    for _ in range(2):
        run(project, "experiments/test_champions.py", *CELL)
    (record,) = (project.path / "results").rglob("confirmations.jsonl")
    assert len(record.read_text().splitlines()) == 2


def test_a_cell_without_a_campaign_is_skipped(project):
    prepare(project)
    result = run(project, "experiments/test_champions.py", *CELL, "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines(["*one-track_C-seed_1 is not finished; run its campaign first"])
