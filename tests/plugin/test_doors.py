"""The options of pytest beside the command: replaced ones, paths after a space, a report or tests."""

import re
from pathlib import Path

import pytest

from pytest_aiopt.cli import main
from pytest_aiopt.plugin import options

ROOT = Path(__file__).parents[2]
CELL = ("-k", "one and track_C and seed_1")


@pytest.mark.parametrize("name", options.REMOVED)
def test_a_replaced_option_names_its_command(project, name):
    result = project.run(f"--aiopt-{name}", where=None)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = (line for line in result.errlines if line)
    command = options.REMOVED[name]
    assert line.startswith(f"ERROR: --aiopt-{name} was replaced by the command {command}")
    words = command.split()
    if words[1] != "COMMAND":
        with pytest.raises(SystemExit) as left:
            main.main([*words[1:], "--help"])
        assert left.value.code == 0


def test_no_text_names_a_replaced_option():
    texts = [*ROOT.glob("*.md"), *ROOT.glob("[dert]*/**/*.md"), *ROOT.glob("pytest_aiopt/**/*.py")]
    texts += [ROOT / "Makefile", ROOT / ".ci/run", *ROOT.glob("experiments/*")]
    old = re.compile(rf"--aiopt-({'|'.join(options.REMOVED)})(?![\w-])")
    assert len(texts) > 200
    assert not [str(path) for path in texts if path.is_file() and old.search(path.read_text())]


def test_a_replaced_option_may_have_a_value(project):
    for words in (("--aiopt-export=out",), ("--aiopt-export", "out"), ("--aiopt-report", "--aiopt-verify")):
        result = project.run(*words, where=None)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        result.stderr.fnmatch_lines(["ERROR: --aiopt-* was replaced by the command aiopt *"])


def test_replaced_options_are_not_in_the_help(project):
    shown = project.run("--help", where=None).stdout.str()
    assert "--aiopt-report" in shown
    assert not [name for name in options.REMOVED if f"--aiopt-{name} " in shown.replace("\n", " ")]


@pytest.mark.parametrize(
    "other", ["--aiopt-smoke", "--aiopt-sanity", "--aiopt-fresh", "--aiopt-replay=results"]
)
def test_a_report_excludes_options_of_test_runs(project, other):
    result = project.run("--aiopt-report", other, where=None)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    name = other.partition("=")[0]
    result.stderr.fnmatch_lines([f"ERROR: --aiopt-report and {name} exclude each other; choose one"])


@pytest.fixture
def elsewhere(project, tmp_path_factory):
    """A study file outside of the project, in a directory with an ini file of its own."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --co\n")
    study = (project.path / "experiments/tracks.toml").read_text()
    (folder / "other.toml").write_text(study.replace('"mini"', '"other"'))
    project.write("pytest.ini", "[pytest]\naddopts = -v\ntestpaths = experiments\n")
    return folder


@pytest.mark.parametrize("where", ["experiments", None])
@pytest.mark.parametrize("space", [True, False])
def test_the_value_of_an_option_does_not_move_the_rootdir(project, elsewhere, where, space):
    values = {"study": elsewhere / "other.toml", "results": elsewhere}
    given = [word for name, path in values.items() for word in words(name, path, space)]
    result = project.run(*CELL, *given, where=where)
    result.stdout.fnmatch_lines(
        [f"rootdir: {project.path}", "configfile: pytest.ini", "*track_C-seed_1* PASSED*"]
    )
    result.assert_outcomes(passed=1)
    assert (elsewhere / "other/one/C/seed_1/journal.jsonl").is_file()
    report = project.run("--aiopt-report", *words("results", elsewhere, space), where=None)
    report.stdout.fnmatch_lines(["*aiopt report*", "Study other: 1 of 1 cells finished, *"])


def words(name, path, space):
    return [f"--aiopt-{name}", str(path)] if space else [f"--aiopt-{name}={path}"]


def test_workers_find_the_rootdir_too(project, elsewhere):
    result = project.run(*CELL, "-n1", "--aiopt-study", str(elsewhere / "other.toml"), where=None)
    result.assert_outcomes(passed=1)
