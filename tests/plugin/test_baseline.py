"""``aiopt baseline`` and what becomes of floors that another machine measured."""

import json
import textwrap
from dataclasses import replace

import pytest

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.campaign.laboratory import Laboratory
from pytest_aiopt.cli import baseline as command
from pytest_aiopt.cli.base.output import Output
from pytest_aiopt.design.study import load
from pytest_aiopt.design.study_file import MeterSpec
from pytest_aiopt.evaluation.meter import baseline
from pytest_aiopt.journal.store import Store
from pytest_aiopt.testing import measurement

CELL = ("-k", "one and track_C and seed_1")
HERE = {"cpu": "this one"}


class FakeBench(Bench):
    """A bench whose comparisons cost nothing; the rest of it is real."""

    def __init__(self, task, results):
        self.task, self.store, self._spec, self.machine = task, Store(results), MeterSpec(), HERE
        self.compared = 0

    def equals(self, evaluations):
        self.compared += evaluations
        return [measurement(1.001)] * evaluations


class FakeLaboratory(Laboratory):
    """A laboratory with such benches on any machine; ``made`` are those in use, by label."""

    def prepare(self, cells=(), **kwargs):
        pass

    def bench(self, of):
        task = self.task(of) if isinstance(of, str) else of
        return self.made.setdefault(task.label, FakeBench(task, self.store.root))


@pytest.fixture
def measured(project, capsys):
    """Function that runs ``aiopt baseline`` on the project; it returns the benches by label and the lines."""

    def measured(*tasks):
        study = load(project.path / "experiments/tracks.toml")
        chosen = replace(study, tasks=tasks or study.tasks)
        laboratory = FakeLaboratory(
            chosen, tasks_dir=project.path / "tasks", results=Store(project.path / "results")
        )
        laboratory.made = {}
        assert command.baseline(laboratory, Output()) == 0
        return laboratory.made, pytest.LineMatcher(capsys.readouterr().out.splitlines())

    return measured


def test_baseline_measures_and_stores_every_task(project, measured):
    benches, shown = measured()
    shown.fnmatch_lines(
        ["round 6/6: 5 A/A evaluations of one, two", "task*evaluations*", "one * 30 *", "two * 30 *"]
    )
    shown.fnmatch_lines(["machine: cpu this one"])
    assert {name: bench.compared for name, bench in benches.items()} == {"one": 30, "two": 30}
    stored = [json.loads(path.read_text()) for path in (project.path / "results/floors").glob("*.json")]
    assert sorted(one["floor"]["task"] for one in stored) == ["one", "two"]
    assert all(len(one["floor"]["log2_ratios"]) == 30 and one["machine"] == HERE for one in stored)


def test_baseline_of_some_tasks(measured):
    benches, _ = measured("two")
    assert list(benches) == ["two"]


def test_a_stored_floor_is_used_on_its_machine(measured):
    benches, _ = measured()
    before = benches["one"].compared
    assert len(benches["one"].floor().log2_ratios) == 30
    assert benches["one"].compared == before


def test_a_floor_of_another_machine_is_refused_and_measured_here(measured):
    benches, _ = measured()
    bench = benches["one"]
    bench.machine = {"cpu": "another one"}
    floor = bench.floor()
    assert floor.fingerprint == baseline.fingerprint(bench.machine)
    (note,) = floor.notes
    assert "that one has from machine" in note
    assert note.endswith("cpu was this one, is another one")


def test_a_campaign_says_so(project):
    floor = 'NoiseFloor("one", "f", (0.0, 0.0), 0.0, 0.03, notes=("floor X is not valid on this one",))'
    fakes = (
        (project.path / "experiments/conftest.py").read_text().replace("testing.FakeInstruments(", "Fakes(")
    )
    project.write(
        "experiments/conftest.py",
        f"""{fakes}
from pytest_aiopt.model import NoiseFloor

class Fakes(testing.FakeInstruments):
    def floor(self):
        return {floor}
""",
    )
    result = project.run(*CELL)
    result.stdout.fnmatch_lines(["*noise floor 2.1 % (A/A, n=2); floor X is not valid on this one"])


def test_each_workload_that_scores_has_a_floor_of_its_own(project, measured):
    study = project.path / "experiments/tracks.toml"
    study.write_text(study.read_text().replace("[models]", 'scored = "rotate"\n[models]', 1))
    task = project.path / "tasks/one/task.toml"
    second = """
        [[workloads]]
        name = "w1"
        split = "visible"
        twin_of = "w0"
        [[workloads]]
        name = "h1"
        split = "held_out"
        twin_of = "w1"
        [criteria]"""
    task.write_text(task.read_text().replace("[criteria]", textwrap.dedent(second)))
    benches, _ = measured()
    assert {label: bench.compared for label, bench in benches.items()} == {"one": 30, "one.w1": 30, "two": 30}
    assert len(list((project.path / "results/floors").glob("one*.json"))) == 2
