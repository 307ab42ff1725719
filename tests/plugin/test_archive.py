"""A recording as one file: ``aiopt records export`` and ``import`` with a name that ends in .tar.xz."""

import pytest


@pytest.fixture
def packed(project):
    project.run("-k", "one and seed_1")
    result = project.aiopt("records", "export", "mini.tar.xz")
    assert result.ret == 0
    return project.path / "mini.tar.xz"


def test_a_file_holds_what_the_results_hold(project, packed):
    result = project.aiopt("records", "import", "mini.tar.xz", "--results", "other")
    result.stdout.fnmatch_lines(["mini: 4 cells added, 0 there already, 4 finished; *"])
    mine = {path.relative_to(project.path / "results"): path.read_bytes() for path in project.journals()}
    theirs = project.journals("other")
    assert {path.relative_to(project.path / "other"): path.read_bytes() for path in theirs} == mine
    again = project.aiopt("records", "import", "mini.tar.xz", "--results", "other")
    again.stdout.fnmatch_lines(["mini: 0 cells added, 4 there already, 4 finished; *"])


def test_a_damaged_file_is_one_error_and_adds_nothing(project, packed):
    packed.write_bytes(packed.read_bytes()[:-200])
    result = project.aiopt("records", "import", "mini.tar.xz", "--results", "other")
    assert result.ret == 1
    assert "mini.tar.xz cannot be unpacked" in "\n".join(result.outlines + result.errlines)
    assert not project.journals("other")


def test_a_file_that_is_there_is_kept(project, packed):
    before = packed.read_bytes()
    result = project.aiopt("records", "export", "mini.tar.xz")
    assert "mini.tar.xz exists; name a new file" in "\n".join(result.outlines + result.errlines)
    assert packed.read_bytes() == before
