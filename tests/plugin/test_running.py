"""Cells run, are found again, and fail one by one."""

import json

CELL = ("-k", "one and track_C and seed_1")


def test_a_cell_runs_and_is_then_cached(project):
    project.run(*CELL).assert_outcomes(passed=1)
    (journal,) = project.journals()
    before = journal.read_bytes()
    again = project.run(*CELL)
    assert again.ret == 0
    again.stdout.fnmatch_lines(["*1 cached*"])
    project.run(*CELL, "-v").stdout.fnmatch_lines(["*seed_1?*CACHED*"])
    assert journal.read_bytes() == before


def test_progress_is_shown_while_a_cell_runs(project):
    shown = project.run(*CELL, "-v")
    shown.stdout.fnmatch_lines(["*one-track_C-seed_1 noise floor 2.0 %*", "*one-track_C-seed_1 1/3 1.001x*"])
    shown = project.run("-k", "two and track_C and seed_1")
    shown.stdout.fnmatch_lines(["  two-track_C-seed_1  3/3  best 1.001x  valid 100 %  ~*k tokens  finished"])
    assert "noise floor" not in shown.stdout.str()
    assert "track_C" not in project.run("-q", "-k", "two and track_C and seed_2").stdout.str()


def test_xdist_runs_and_caches_the_same_cells(project):
    project.run("-n2", "-k", "seed_1").assert_outcomes(passed=8)
    assert len(project.journals()) == 8
    project.run("-n2", "-k", "seed_1").stdout.fnmatch_lines(["*8 cached*"])


def test_a_damaged_journal_fails_its_cell_in_one_line_and_is_kept(project):
    project.run("-k", "track_C and seed_1")
    journal = project.journals()[0]
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([lines[0], b"{broken\n", *lines[2:]]))
    before = journal.read_bytes()
    result = project.run("-k", "track_C and seed_1")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["JournalError: *journal.jsonl, line 2 is damaged*--aiopt-fresh"])
    result.stdout.fnmatch_lines(["*1 failed, *1 cached*"])
    assert "Traceback" not in result.stdout.str()
    assert journal.read_bytes() == before


def test_listeners_hear_every_event(project):
    project.write(
        "experiments/test_tracks.py",
        """
        heard = []

        class Listener:
            def pytest_aiopt_event(self, cell, event):
                heard.append((cell.id, type(event).__name__))

        def test_cell(campaign, pytestconfig):
            pytestconfig.pluginmanager.register(Listener())
            outcome = campaign.run()
            assert [name for _, name in heard] == [type(event).__name__ for event in outcome.events]
        """,
    )
    project.run(*CELL).assert_outcomes(passed=1)


def test_the_journal_is_plain_json_lines(project):
    project.run(*CELL)
    (journal,) = project.journals()
    kinds = [json.loads(line)["event"]["kind"] for line in journal.read_text().splitlines()]
    assert kinds[0] == "opened"
    assert kinds[-1] == "finished"
    assert kinds.count("proposed") == 3
