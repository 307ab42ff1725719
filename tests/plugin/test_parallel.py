"""Cells under pytest-xdist: what is shown, what is prepared once, and the order in which cells begin."""

import json

FINISHED = "  {}  3/3  best 1.00*x  valid 100 %  ~*k tokens  finished"


def begun(journal):
    first = json.loads(journal.read_bytes().splitlines()[0])
    return first["time"], first["event"]["cell"]["seed"]


def test_the_controller_shows_plan_progress_and_records_and_sets_records_aside(project):
    shown = project.run("-n2", "-k", "one and seed_1")
    shown.assert_outcomes(passed=4)
    shown.stdout.fnmatch_lines(["aiopt: study mini*, 4 cells, 0 stored, at most 12 model calls"])
    shown.stdout.fnmatch_lines_random([FINISHED.format(f"one-track_{track}-seed_1") for track in "ABCD"])
    shown.stdout.fnmatch_lines(["aiopt: records in results/mini*", "*4 passed*"])
    quiet = project.run("-n2", "-q", "-k", "one and seed_1", "--aiopt-fresh").stdout.str()
    assert "4 passed" in quiet
    assert "track_" not in quiet
    names = [path.parent.name for path in project.journals()]
    assert len(names) == 8
    assert sum(".aside-1" in name for name in names) == 4  # set aside once, by the controller


def test_verbose_workers_tell_every_step(project):
    shown = project.run("-n2", "-v", "-k", "one and track_C and seed_1")
    shown.stdout.fnmatch_lines(["*one-track_C-seed_1 noise floor 2.0 %*", "*one-track_C-seed_1 1/3 1.001x*"])


def test_cells_begin_with_the_first_seed_also_in_parallel(project):
    project.run("-n2").assert_outcomes(passed=16)
    order = [seed for _, seed in sorted(map(begun, project.journals()))]
    assert order.index(2) >= 8 - 3  # two workers hold two cells each


def test_a_sanity_check_that_fails_fails_the_controller(project):
    text = (project.path / "experiments/conftest.py").read_text()
    slow = "testing.FakeInstruments(speed=lambda source: 1.0)"
    (project.path / "experiments/conftest.py").write_text(text.replace("testing.FakeInstruments()", slow))
    shown = project.run("-n2", "--aiopt-sanity")
    assert shown.ret == 1
    shown.stdout.fnmatch_lines(["aiopt sanity: rewriter-local: FAILED*"])


def test_a_fault_of_the_study_is_one_line(project):
    project.write("experiments/tracks.toml", "name = 'mini'\nsurprise = 1\n")
    shown = project.run("-n2")
    assert shown.ret == 1
    shown.stdout.fnmatch_lines(["DesignError: *tracks.toml: *surprise*"])
    assert "Traceback" not in shown.stdout.str()
