"""``aiopt doctor`` on this machine: what works, what does not, and endpoints that are there or not."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

TASKS = Path(__file__).parents[1] / "data" / "tasks"
STUDY = """
name = "one"
tasks = ["add_up"]
seeds = [1]
[models]
local = "{url}#tiny"
absent = "{url}#huge"
gone = "http://127.0.0.1:9/v1#tiny"
hosted = "openai:some-model"
[tracks.A]
model = "local"
feedback = "none"
"""
pytestmark = pytest.mark.needs("g++")


@pytest.fixture
def findings(pytester: pytest.Pytester, endpoint: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the doctor and returns (result, findings by name); ``path`` stands in for PATH."""
    for name in ("AIOPT_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    shutil.copytree(TASKS, pytester.path / "tasks")
    endpoint.models = ["tiny"]
    pytester.makeini("[pytest]\n")
    (pytester.path / "tracks.toml").write_text(STUDY.format(url=endpoint.url))

    def run(*args: str, path: str | None = None) -> tuple[pytest.RunResult, dict[str, dict[str, str]]]:
        if path is not None:
            monkeypatch.setenv("PATH", path)
        command = (sys.executable, "-m", "pytest_aiopt", "doctor", "--json", "--study", "tracks.toml")
        result = pytester.run(*command, *args)
        (line,) = result.outlines
        document = json.loads(line)
        assert document["works"] == (result.ret == 0)
        return result, {each["name"]: each for each in document["findings"]}

    return run


def test_every_part_is_one_row_with_its_remedy(findings: Any, endpoint: Any) -> None:
    result, found = findings()
    assert found["g++"]["state"] == "ok"
    assert found[f"local: {endpoint.url}#tiny"]["detail"] == "answers"
    assert "not among the 1 models" in found[f"absent: {endpoint.url}#huge"]["detail"]
    assert found["gone: http://127.0.0.1:9/v1#tiny"]["state"] == "missing"
    assert found["hosted: openai:some-model"]["remedy"].startswith("set AIOPT_API_KEY")
    assert found["floors"]["remedy"].startswith("aiopt baseline")
    assert not endpoint.requests  # no completion was asked for
    assert result.ret == 1
    assert all(each["remedy"] for each in found.values() if each["state"] == "missing")


def test_a_machine_without_tools_gets_names_of_packages(findings: Any, tmp_path: Path) -> None:
    bare = tmp_path / "bin"
    bare.mkdir()
    for name in ("g++", "as", "ld", "objcopy", "cc", "gcc"):
        real = shutil.which(name)
        if real:
            (bare / name).symlink_to(real)
    _, found = findings("--unsafe-no-sandbox", path=str(bare))
    assert {found[name]["state"] for name in ("blocked samples", "cachegrind")} == {"worse"}
    assert "install" in found["cachegrind"]["detail"] + found["cachegrind"]["remedy"]
    sandbox = next(each for each in found.values() if each["area"] == "sandbox")
    assert sandbox["state"] == "worse"
    assert "bubblewrap" in sandbox["remedy"]


def test_without_a_compiler_the_other_parts_are_still_looked_at(findings: Any, tmp_path: Path) -> None:
    result, found = findings(path=str(tmp_path))
    assert result.ret == 1
    assert found["compiler"]["state"] == "missing"
    assert "g++" in found["compiler"]["detail"] + found["compiler"]["remedy"]
    assert found["cores"]["state"] in ("ok", "worse")
