"""The command ``aiopt``: help, JSON, exit codes and how it finds a project."""

import json
import shlex
import subprocess
import sys
from dataclasses import replace

import pytest
from machine import Bench, FakeLaboratory, fit

import pytest_aiopt.campaign.doctor as examining
from pytest_aiopt.campaign.task_check import first_case, information, observe, original, proposals
from pytest_aiopt.cli import main
from pytest_aiopt.cli.base import recorded
from pytest_aiopt.model import Candidate, Examination, Status, Verdict
from pytest_aiopt.models import local
from pytest_aiopt.tasks import ladders, loader
from pytest_aiopt.tasks.criteria import Gain
from pytest_aiopt.tasks.information import Information

CELLS = ("-k", "one and seed_1")
COMMANDS = {(command.name,): command for command in main.COMMANDS} | {
    (group, command.name): command for group, (_, commands) in main.GROUPS.items() for command in commands
}
NAN = float("nan")
EVIDENCE = replace(fit("one"), gains=[Gain("01.cpp", True, False, Status.PASSED, NAN, NAN, NAN)])


def by_words(words):
    return "-".join(words)


@pytest.fixture
def machine(project, monkeypatch):
    """The project with four finished cells, on a machine of fakes."""
    project.run(*CELLS).assert_outcomes(passed=4)
    project.laboratory = FakeLaboratory
    monkeypatch.setattr(observe, "observe", lambda bench, warn=None: EVIDENCE)
    empty = Information("one", ("w0",), {}, [], 0)
    monkeypatch.setattr(information, "observe", lambda bench, *rest: empty)
    monkeypatch.setattr(original, "require", lambda bench: ())
    monkeypatch.setattr(first_case, "require", lambda bench: None)
    monkeypatch.setattr(observe, "wait_for_calm", lambda bench, most_s: 0.0)
    found = examining.Finding("sandbox", "bwrap", examining.State.WORSE, "missing", "install it")
    monkeypatch.setattr(examining, "examine", lambda laboratory: [found])
    monkeypatch.setattr(local, "command", lambda port: [sys.executable, "-c", "print('a server')"])
    assert project.aiopt("records", "export", "mini.tar.xz").ret == 0
    return project


ARGUMENTS = {
    ("task", "new"): ["three"],
    ("task", "freeze"): ["one"],
    ("task", "check"): ["one"],
    ("task", "frontier"): ["one"],
    ("task", "profile"): ["one"],
    ("records", "export"): ["published"],
    ("records", "import"): ["mini.tar.xz"],
}
WRONG = {("codebook",), ("serve-local",), ("task", "check")}
"""Commands that end with 1 in this project: too few mutations, a server that ends, an unfit task."""


@pytest.mark.needs("g++")
@pytest.mark.parametrize("words", COMMANDS, ids=by_words)
def test_json_is_one_object_and_nothing_else(machine, words):
    result = machine.aiopt(*words, *ARGUMENTS.get(words, []), "--json")
    document = json.loads("\n".join(result.outlines), parse_constant=pytest.fail)
    assert isinstance(document, dict)
    assert len(result.outlines) == 1
    assert "error" not in document
    assert result.ret == (1 if words in WRONG else 0)


def test_champions_that_are_faster_than_all_known_programs_join_the_frontier(machine):
    first = machine.aiopt("task", "frontier", "one", "--from", "results", "--json")
    (w0,) = json.loads(first.outlines[0])["tasks"]["one"].values()
    assert w0["by"] == "model"
    best = max(w0["champions"], key=lambda each: each["confirmed_log2"])
    assert best["better"]
    task = loader.load(machine.path / "tasks", "one")
    (known,) = task.frontier
    assert (known.sha256, known.cell, known.study) == (best["candidate"], best["cell"], "mini")
    assert task.pose("", "frontier").program.sha == best["candidate"]
    (stored,) = ladders.stored(machine.path / "results/ladders")
    assert stored.confirmed == pytest.approx(w0["confirmed_log2"], abs=1e-3)
    assert stored.best == pytest.approx(known.log2_speedup, abs=1e-3)
    again = machine.aiopt("task", "frontier", "one", "--from", "results", "--json")
    (w0,) = json.loads(again.outlines[0])["tasks"]["one"].values()
    assert not any(each["better"] for each in w0["champions"])
    assert w0["program"] == known.name


def test_the_fastest_first_steps_of_campaigns_are_found_in_their_journals(machine):
    task = loader.load(machine.path / "tasks", "one")
    cells = recorded.records([machine.path / "results"])
    found = proposals.first_steps(cells, task)
    assert 0 < len(found) <= proposals.MOST * len(task.scorable)
    gains = {}
    for cell in cells:
        for step in cell.steps:
            first = step.proposed.parent == task.program.sha and cell.status(step) is Status.PASSED
            if first and (made := Candidate(step.edited.source)) and (measured := cell.measurement(made)):
                gains[made.source] = measured.log2_speedup
    assert max(gains, key=gains.get) in found
    assert set(found) <= set(gains)
    other = replace(task, program=Candidate(task.program.source + "// changed"))
    assert proposals.first_steps(cells, other) == []


def test_a_champion_that_a_check_refuses_stays_out(machine, monkeypatch):
    refused = Examination(Verdict(Status.WRONG_ANSWER, "hidden case 0"), ("1 hidden case",))
    monkeypatch.setattr(Bench, "examine", lambda self, candidate: refused)
    result = machine.aiopt("task", "frontier", "one", "--from", "mini.tar.xz")
    result.stdout.fnmatch_lines(["  * of one-track_*: refused, wrong_answer"])
    assert all(not known.file for known in loader.load(machine.path / "tasks", "one").frontier)


@pytest.mark.parametrize("words", COMMANDS, ids=by_words)
def test_an_error_is_one_object_too(pytester, project, words):
    (project.path / "experiments/tracks.toml").write_text("not a study")
    result = project.aiopt(*words, "--json", "--unknown")
    assert result.ret == 2
    (line,) = result.outlines
    assert set(json.loads(line)) == {"error", "remedy"}
    (shown,) = result.errlines
    assert shown.startswith("ERROR: aiopt")


def test_what_a_json_command_says_on_the_way_goes_to_standard_error(machine):
    result = machine.aiopt("audit", "--json")
    assert result.errlines == machine.aiopt("audit").outlines
    document = json.loads(result.outlines[0])
    assert document["ok"]
    assert document["journals"]["mini/one/C/seed_1/journal.jsonl"]["treated"] == 3


def test_the_report_as_json_leaves_out_short_trials_and_writes_no_file(machine):
    machine.run("--aiopt-smoke", "-k", "track_A")
    document = json.loads(machine.aiopt("report", "--json").outlines[0])
    assert [study["study"] for study in document["studies"]] == ["mini"]
    assert not list((machine.path / "results").glob("*/report"))
    machine.aiopt("report", "--format", "json", "--run", "mini")
    (written,) = (machine.path / "results").glob("*/report/report.json")
    assert json.loads(written.read_text())["studies"] == document["studies"][:1]


@pytest.mark.parametrize("words", COMMANDS, ids=by_words)
def test_help_shows_an_example_that_parses(words, capsys):
    with pytest.raises(SystemExit) as left:
        main.main([*words, "--help"])
    assert left.value.code == 0
    example = shlex.split(capsys.readouterr().out.partition("\nexample:\n")[2])
    assert example[: len(words) + 1] == ["aiopt", *words]
    assert main.parser().parse_args(example[1:]).command is COMMANDS[words]


def test_the_help_names_every_command(capsys):
    for words in ([], ["task"], ["records"]):
        with pytest.raises(SystemExit):
            main.main([*words, "--help"])
    shown = capsys.readouterr().out
    assert all(
        f"  {command.name}" in shown and command.summary[:20] in shown for command in COMMANDS.values()
    )


@pytest.mark.parametrize("module", ["pytest_aiopt", "pytest_aiopt.cli"])
def test_it_is_a_module_too(project, module):
    result = project.pytester.run(sys.executable, "-m", module, "audit", "--json")
    assert result.ret == 1
    assert json.loads(result.outlines[0])["error"] == "no cell has been run under results"


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("", 2, "required: COMMAND"),
        ("reprot", 2, "invalid choice: 'reprot'"),
        ("audit verify", 2, "unrecognized arguments: verify"),
        ("report --format docx", 2, "unknown report format 'docx'; choose from terminal, html"),
        ("report --format html --json", 2, "--json and --format exclude each other"),
        ("report --json --output out", 2, "--json writes no files"),
        ("label --rater ann --export a.csv", 2, "argument --export: not allowed with argument --rater"),
        ("label --export a.csv --import b.csv", 2, "argument --import: not allowed with argument --export"),
        ("report", 1, 'no cell has been run under results; run one first: pytest experiments/ -k "*"'),
        ("verify", 1, "no cell has been run under results"),
        ("register --iterations 0", 2, "--iterations: '0' is not a number of at least 1"),
        ("register --tasks three", 2, "unknown task 'three'; study 'mini' has one, two"),
        ("register --tracks E", 2, "unknown track 'E'; study 'mini' has A, B, C, D"),
        ("register --stage 2", 2, "no stage 2: study 'mini' declares 1"),
        ("register --study other.toml", 1, "no study file *other.toml"),
        ("task", 2, "required: COMMAND"),
        ("task check three", 2, "no task 'three' under *; known tasks: one, two"),
        ("task freeze one three", 2, "no task 'three' under *"),
        ("task frontier one --from experiments", 1, "experiments holds no finished cell"),
        ("task profile three:01", 2, "no task 'three' under *"),
        ("records export", 2, "required: TARGET"),
    ],
)
def test_what_is_wrong_and_the_exit_code(project, line, code, message):
    result = project.aiopt(*line.split())
    assert result.ret == code
    assert len(result.outlines) == ("--json" in line)
    assert len(result.errlines) == 1
    result.stderr.fnmatch_lines([f"ERROR: *{message}*"])


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pytest.ini", "[pytest]\naiopt_results = mine\n"),
        ("pyproject.toml", '[tool.pytest.ini_options]\naiopt_results = "mine"\n'),
        ("pyproject.toml", '[tool.pytest]\naiopt_results = "mine"\n'),
        ("pytest.toml", '[pytest]\naiopt_results = "mine"\n'),
        ("tox.ini", "[pytest]\naiopt_results = mine\n"),
        ("setup.cfg", "[tool:pytest]\naiopt_results = mine\n"),
    ],
)
def test_a_project_is_found_from_below_by_the_ini_file_that_pytest_reads(project, monkeypatch, file, text):
    (project.path / "pytest.ini").unlink()
    project.write(file, text)
    below = project.path / "experiments"
    monkeypatch.chdir(below)
    project.run(*CELLS, where="test_tracks.py").assert_outcomes(passed=4)
    assert len(project.journals("mine")) == 4
    assert project.aiopt("audit").ret == 0
    assert project.aiopt("register").outlines[0].endswith(" in ../mine/mini/registration.json")
    assert project.aiopt("audit", "--results", "../other").ret == 1


def test_an_ini_file_that_cannot_be_read_is_one_line(project):
    project.write("pytest.ini", "no section\n")
    result = project.aiopt("audit")
    assert result.ret == 1
    assert result.errlines[0].startswith(f"ERROR: cannot read {project.path / 'pytest.ini'}: ")


def test_a_reader_that_has_enough_is_no_error(machine):
    command = f"{sys.executable} -m pytest_aiopt report | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
