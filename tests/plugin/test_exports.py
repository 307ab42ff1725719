"""``aiopt records export --to``: what other tools read back is what the records hold."""

import csv
import json

import pytest

import pytest_aiopt


@pytest.fixture
def done(project):
    project.run("-k", "one and seed_1")
    return project


def exported(project, name):
    result = project.aiopt("records", "export", "out", "--to", name)
    assert result.ret == 0, result.errlines
    return project.path / "out"


def test_csv_comes_back(done):
    folder = exported(done, "csv")
    for name, rows in pytest_aiopt.load(done.path / "results").named().items():
        with (folder / f"{name}.csv").open(newline="") as file:
            read = list(csv.DictReader(file))
        assert read == [
            {key: "" if value is None else str(value) for key, value in row.items()} for row in rows
        ]


def test_parquet_comes_back(done):
    parquet = pytest.importorskip("pyarrow.parquet")
    folder = exported(done, "parquet")
    for name, rows in pytest_aiopt.load(done.path / "results").named().items():
        assert parquet.read_table(folder / f"{name}.parquet").to_pylist() == rows


@pytest.mark.needs("inspect_ai")
def test_logs_of_inspect_come_back(done):
    from inspect_ai.log import read_eval_log

    folder = exported(done, "inspect")
    assert sorted(path.name for path in folder.iterdir()) == [f"one-{track}.eval" for track in "ABCD"]
    for journal in done.journals():
        events = [json.loads(line)["event"] for line in journal.read_text().splitlines()]
        opened, calls = events[0], [e for e in events if e["kind"] == "proposed"]
        log = read_eval_log(str(folder / f"one-{opened['cell']['track']}.eval"))
        assert (log.status, log.eval.task, log.eval.model) == ("success", "mini/one", opened["model"])
        assert [sample.id for sample in log.samples] == [call["step"] for call in calls]
        assert {sample.epoch for sample in log.samples} == {opened["cell"]["seed"]}
        for sample, call in zip(log.samples, calls, strict=True):
            assert [message.text for message in sample.input] == [
                call["prompt"]["system"],
                call["prompt"]["user"],
            ]
            assert sample.output.completion == call["completion"]["text"]
            measured = next(
                (e for e in events if e["kind"] == "measured" and e["step"] == call["step"]), None
            )
            if measured:
                assert sample.scores["log2_speedup"].value == measured["measurement"]["log2_speedup"]
                assert sample.scores["valid"].value


def test_a_format_whose_library_is_missing_is_named(done, monkeypatch):
    from pytest_aiopt.report.exports import inspect_logs, tables

    for module, name, library in ((tables, "parquet", "pyarrow"), (inspect_logs, "inspect", "inspect_ai")):
        monkeypatch.setattr(module, "find_spec", lambda _: None)
        result = done.aiopt("records", "export", "out", "--to", name)
        assert result.ret == 1
        (line,) = result.errlines
        assert f"need {library}" in line
        assert f"pip install pytest-aiopt[{name}]" in line
        assert not (done.path / "out").exists()


def test_nothing_is_overwritten_and_a_study_without_records_is_named(done):
    exported(done, "csv")
    result = done.aiopt("records", "export", "out", "--to", "csv")
    assert "is not empty; name a new directory" in result.errlines[0]
    result = done.aiopt("records", "export", "new", "--to", "csv", "--results", "other")
    assert "study mini has no records under" in result.errlines[0]
