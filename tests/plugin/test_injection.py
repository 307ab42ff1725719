"""Models, instruments and profilers from a user's conftest.py: the example of docs/how-to/fixtures.md."""

import json
import re
from pathlib import Path

import pytest

import pytest_aiopt
from pytest_aiopt import testing

DOCS = Path(__file__).parents[2] / "docs" / "how-to" / "fixtures.md"
CELL = ("-k", "one and track_C and seed_1")
TEN_LINES = re.search(r"```python[^\n]*\n(import pytest\n.*?)```", DOCS.read_text(), re.DOTALL).group(1)


@pytest.fixture
def documented(project):
    project.write("experiments/conftest.py", TEN_LINES)
    return project


def events(project):
    (journal,) = project.journals()
    return [json.loads(line)["event"] for line in journal.read_text().splitlines()]


def of(project, kind):
    return [event for event in events(project) if event["kind"] == kind]


def test_ten_lines_run_a_cell_with_a_model_and_instruments_of_their_own(documented):
    assert sum(bool(line) for line in TEN_LINES.splitlines()) <= 10
    documented.run(*CELL).assert_outcomes(passed=1)
    assert {each["completion"]["model"] for each in of(documented, "proposed")} == {"my model"}
    assert of(documented, "opened")[0]["identity"]["own model"] == "my model"
    assert of(documented, "opened")[0]["machine"] == {"cpu": "fake"}


def test_workers_of_xdist_load_the_same_conftest(documented):
    documented.run("-n2", *CELL).assert_outcomes(passed=1)
    assert {each["completion"]["model"] for each in of(documented, "proposed")} == {"my model"}


def test_a_stored_cell_needs_neither(documented):
    documented.run(*CELL).assert_outcomes(passed=1)
    broken = "import pytest\n@pytest.fixture\ndef aiopt_instruments():\n    raise RuntimeError\n"
    documented.write("experiments/conftest.py", broken)
    assert documented.run(*CELL).parseoutcomes()["cached"] == 1


def test_a_replay_answers_from_the_recording_alone(documented):
    documented.run(*CELL)
    before = of(documented, "proposed")
    broken = TEN_LINES.replace('name="my model"', 'name="another"')
    documented.write("experiments/conftest.py", broken)
    documented.run(*CELL, "--aiopt-replay", "results", "--aiopt-results", "again").assert_outcomes(passed=1)
    (journal,) = documented.journals("again")
    replayed = [json.loads(line)["event"] for line in journal.read_text().splitlines()]
    assert [e["prompt"] for e in replayed if e["kind"] == "proposed"] == [e["prompt"] for e in before]
    assert replayed[0]["identity"]["own model"] == "my model"


def test_a_study_runs_without_pytest(project):
    study = project.path / "experiments/tracks.toml"
    outcomes = pytest_aiopt.run(
        study,
        tasks_dir=project.path / "tasks",
        results=project.path / "results",
        cells=lambda cell: cell.seed == 1 and cell.task == "one",
        model=testing.ScriptedModel(lambda prompt, seed: f"seed {seed}", "mine"),
        instruments=testing.FakeInstruments(),
    )
    assert [outcome.finished for outcome in outcomes] == [True] * 4
    assert len(project.journals()) == 4
