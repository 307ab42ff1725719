"""The run directory: where cells lie, which commands read them, how often a journal is decoded."""

import pytest

CELL = ("-k", "one and track_C and seed_1")
COUNTER = """
from pathlib import Path
from pytest_aiopt.journal import record
from pytest_aiopt.journal.journal import Journal

decoded, read, reread = [], record.read, Journal._read
held = record.CACHED
record._records.clear()
record.CACHED = 1  # one record in memory: a second look at an earlier cell decodes it again
record.read = lambda path: decoded.append(path) or read(path)

def opened(journal):
    if journal.size:
        decoded.append(journal.path)
    return reread(journal)

Journal._read = opened

def pytest_unconfigure(config):
    record.CACHED, record.read, Journal._read = held, read, reread
    Path("decoded.txt").write_text("".join(f"{path.resolve()}\\n" for path in decoded))
"""


def test_the_run_directory_is_browsable(project):
    project.run(*CELL).assert_outcomes(passed=1)
    (journal,) = project.journals()
    folder = journal.relative_to(project.path / "results").parts
    assert folder[0].startswith("mini")
    assert folder[1:] == ("one", "C", "seed_1", "journal.jsonl")


@pytest.fixture
def stored(project):
    project.run("-k", "one and seed_1").assert_outcomes(passed=4)
    project.before = {path: path.read_bytes() for path in project.journals()}
    return project


@pytest.mark.parametrize(
    ("args", "where"),
    [
        (("-k", "one and seed_1"), "experiments"),
        (("--collect-only",), "experiments"),
        (("--aiopt-report",), None),
    ],
)
@pytest.mark.parametrize("summaries", ["kept", "lost"])
def test_a_session_decodes_a_finished_cell_once_at_most(stored, args, where, summaries):
    stored.write("conftest.py", COUNTER)
    if summaries == "lost":
        for path in (stored.path / "results" / "cache").rglob("*.msgpack"):
            path.unlink()
    stored.run(*args, where=where)
    decoded = (stored.path / "decoded.txt").read_text().split()
    assert len(decoded) == len(set(decoded))
    known = {str(path) for path in stored.before}
    assert set(decoded) <= known
    if args != ("--aiopt-report",) or summaries == "lost":
        assert set(decoded) == known
    else:
        assert decoded == []


@pytest.mark.parametrize("arg", ["--aiopt-sanity", "--aiopt-smoke"])
def test_a_session_decodes_what_it_has_run_once_at_most(project, arg):
    project.write("conftest.py", COUNTER)
    project.run(arg)
    decoded = (project.path / "decoded.txt").read_text().split()
    assert len(decoded) == len(set(decoded))
    assert set(decoded) < {str(path) for path in project.journals()}


def test_the_record_of_a_cell_that_was_run_is_what_its_journal_holds(project):
    project.write(
        "experiments/test_tracks.py",
        """
        from pytest_aiopt.journal.events import read

        def test_cell(campaign):
            outcome = campaign.run()
            assert outcome.events == tuple(read(outcome.journal))
        """,
    )
    project.run(*CELL).assert_outcomes(passed=1)


def test_a_begun_cell_continues(stored):
    (journal,) = (path for path in stored.journals() if path.parts[-3] == "C")
    whole = journal.read_bytes()
    begun = b"".join(whole.splitlines(keepends=True)[:9])
    journal.write_bytes(begun)
    journal.with_suffix(".head").write_bytes(b"")  # created, and the machine died
    stored.run(*CELL).assert_outcomes(passed=1)
    assert journal.read_bytes().startswith(begun)
    assert journal.read_bytes().count(b"\n") == whole.count(b"\n")
    assert len(stored.journals()) == 4


def test_a_damaged_line_of_a_finished_cell_fails_its_test(stored):
    (journal,) = (path for path in stored.journals() if path.parts[-3] == "C")
    lines = stored.before[journal].splitlines(keepends=True)
    journal.write_bytes(b"".join([*lines[:4], lines[4].replace(b'"', b"'", 1), *lines[5:]]))
    result = stored.run("-k", "one and seed_1")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["JournalError: *line 5 is damaged*", "*1 failed*3 cached*"])


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("report", "*4 of 4 cells finished*"),
        ("audit", "one-track_C-seed_1: *3 treated: ok"),
        ("power", "pilot: 4 confirmed cells, *"),
        ("task shrink", "no stored candidate was refused by a gate"),
    ],
)
def test_stored_cells_are_read_by(stored, command, shown):
    result = stored.aiopt(*command.split())
    assert result.ret == 0
    result.stdout.fnmatch_lines([shown])


def test_stored_cells_are_replayed_exported_and_imported(stored):
    stored.run(
        "-k", "one and seed_1", "--aiopt-results", "again", "--aiopt-replay", "results"
    ).assert_outcomes(passed=4)
    assert stored.aiopt("records", "export", "published").ret == 0
    assert len(list((stored.path / "published/journals").glob("*/one/*/seed_1/journal.jsonl"))) == 4
    known = stored.aiopt("records", "import", "published")
    known.stdout.fnmatch_lines(["mini: 0 cells added, 4 there already, *"])
    new = stored.aiopt("records", "import", "published", "--results", "new")
    new.stdout.fnmatch_lines(["mini: 4 cells added, 0 there already, *"])
    assert sorted(path.read_bytes() for path in stored.journals("new")) == sorted(stored.before.values())


def test_fresh_sets_a_cell_aside(stored):
    stored.run(*CELL, "--aiopt-fresh").assert_outcomes(passed=1)
    (aside,) = (path for path in stored.journals() if ".aside-1" in path.parent.name)
    (journal,) = (path for path in stored.before if path.parts[-3] == "C")
    assert aside.read_bytes() == stored.before[journal]
    assert sum(path.parent.name == "seed_1" for path in stored.journals()) == 4
    stored.run("--aiopt-report", where=None).stdout.fnmatch_lines(["*4 of 4 cells finished*"])
