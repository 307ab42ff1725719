"""The run directory, and cells that an earlier version stored by their ids."""

import shutil

import pytest

CELL = ("-k", "one and track_C and seed_1")


def as_earlier_versions_stored(project):
    """Move every cell to ``<study>/<cell id>/``; return its journal's bytes by the cell's id."""
    found = {}
    for journal in project.journals():
        study, task, track, seed = journal.parts[-5:-1]
        cell = f"{task}-track_{track}-{seed}"
        target = project.path / "results" / study / cell
        found[cell] = journal.read_bytes()
        journal.parent.rename(target)
        shutil.rmtree(project.path / "results" / study / task / track)
    return found


def test_the_run_directory_is_browsable(project):
    project.run(*CELL).assert_outcomes(passed=1)
    (journal,) = project.journals()
    folder = journal.relative_to(project.path / "results").parts
    assert folder[0].startswith("mini")
    assert folder[1:] == ("one", "C", "seed_1", "journal.jsonl")


@pytest.fixture
def earlier(project):
    project.run("-k", "one and seed_1").assert_outcomes(passed=4)
    project.before = as_earlier_versions_stored(project)
    return project


def test_cells_of_earlier_versions_are_complete(earlier):
    earlier.run("-k", "one and seed_1").stdout.fnmatch_lines(["*4 stored*", "*4 cached*"])
    assert {path.parent.name: path.read_bytes() for path in earlier.journals()} == earlier.before


def test_a_begun_cell_of_an_earlier_version_goes_on_where_it_lies(earlier):
    (journal,) = (path for path in earlier.journals() if "track_C" in path.parent.name)
    whole = journal.read_bytes()
    begun = b"".join(whole.splitlines(keepends=True)[:9])
    journal.write_bytes(begun)
    journal.with_suffix(".head").unlink()  # earlier versions had none
    earlier.run(*CELL).assert_outcomes(passed=1)
    assert journal.read_bytes().startswith(begun)
    assert journal.read_bytes().count(b"\n") == whole.count(b"\n")
    assert len(earlier.journals()) == 4


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("report", "*4 of 4 cells finished*"),
        ("audit", "one-track_C-seed_1: *3 treated: ok"),
        ("power", "pilot: 4 confirmed cells; *"),
        ("task shrink", "no stored candidate was refused by a gate"),
    ],
)
def test_cells_of_earlier_versions_are_read_by(earlier, command, shown):
    result = earlier.aiopt(*command.split())
    assert result.ret == 0
    result.stdout.fnmatch_lines([shown])


def test_cells_of_earlier_versions_are_replayed_exported_and_imported(earlier):
    earlier.run(
        "-k", "one and seed_1", "--aiopt-results", "again", "--aiopt-replay", "results"
    ).assert_outcomes(passed=4)
    assert earlier.aiopt("records", "export", "published").ret == 0
    assert len(list((earlier.path / "published/journals").glob("*/one/*/seed_1/journal.jsonl"))) == 4
    known = earlier.aiopt("records", "import", "published")
    known.stdout.fnmatch_lines(["mini: 0 cells added, 4 there already, *"])
    new = earlier.aiopt("records", "import", "published", "--results", "new")
    new.stdout.fnmatch_lines(["mini: 4 cells added, 0 there already, *"])
    assert sorted(path.read_bytes() for path in earlier.journals("new")) == sorted(earlier.before.values())


def test_fresh_sets_a_cell_of_an_earlier_version_aside(earlier):
    earlier.run(*CELL, "--aiopt-fresh").assert_outcomes(passed=1)
    (aside,) = (path for path in earlier.journals() if ".aside-1" in path.parent.name)
    assert aside.read_bytes() == earlier.before["one-track_C-seed_1"]
    assert sum(path.parent.name == "seed_1" for path in earlier.journals()) == 1
    earlier.run("--aiopt-report", where=None).stdout.fnmatch_lines(["*4 of 4 cells finished*"])


def test_a_cell_with_two_journals_is_named(earlier):
    (old,) = (path for path in earlier.journals() if "track_C" in path.parent.name)
    new = old.parents[1] / "one" / "C" / "seed_1"
    shutil.copytree(old.parent, new)
    result = earlier.run(*CELL)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["StoreError: one cell has two journals, * and *; move one's folder*"])
    report = earlier.run("--aiopt-report", where=None)
    report.stderr.fnmatch_lines(["ERROR: one cell has two journals, * and *; move one's folder*"])
