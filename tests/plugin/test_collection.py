"""Ids, selection, order and the plan."""


def ids(result):
    return [line.split("::")[1] for line in result.outlines if "::" in line and line.endswith("]")]


def test_one_test_a_cell_seed_outermost(project):
    found = ids(project.run("--co", "-q"))
    assert len(found) == 16
    assert found[0] == "test_cell[one-track_A-seed_1]"
    assert [name.endswith("seed_1]") for name in found] == [True] * 8 + [False] * 8


def test_keyword_and_marker_pick_the_same_cells(project):
    by_keyword = ids(project.run("--co", "-q", "-k", "track_C and seed_1"))
    by_marker = ids(project.run("--co", "-q", "-m", "aiopt(track='C', seed=1)"))
    assert by_keyword == by_marker == ["test_cell[one-track_C-seed_1]", "test_cell[two-track_C-seed_1]"]


def test_the_marker_is_exact_where_the_keyword_is_not(project):
    project.write(
        "experiments/tracks.toml",
        (project.path / "experiments/tracks.toml").read_text().replace("seeds = [1, 2]", "seeds = [1, 10]"),
    )
    loose = project.run("--co", "-k", "track_C and seed_1")
    assert len([line for line in loose.outlines if "test_cell[" in line]) == 4
    loose.stdout.fnmatch_lines(["*-k matches substrings*"])
    assert len(ids(project.run("--co", "-q", "-m", "aiopt(track='C', seed=1)"))) == 2


def test_the_plan_is_shown(project):
    project.run("--co").stdout.fnmatch_lines(
        ["aiopt: study mini-*, 16 cells, 0 stored, at most 48 model calls"]
    )


def test_every_fixture_is_documented(project):
    shown = project.run("--fixtures", "-q").stdout.str()
    for name in ("cell", "task", "track", "seed", "task_binary", "profiler_session", "llm", "gate", "meter"):
        assert f"\n{name} -- " in shown
    assert (
        "no docstring available" not in shown.split("pytest_aiopt.fixtures")[-1].split("fixtures defined")[0]
    )


def test_other_peoples_tests_do_not_notice_the_plugin(project):
    project.write("other/test_other.py", "def test_it():\n    pass\n")
    (project.path / "experiments/tracks.toml").unlink()
    result = project.run(where="other")
    result.assert_outcomes(passed=1)
    assert "aiopt:" not in result.stdout.str()
