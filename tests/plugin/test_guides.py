"""How-to guides: their files are written and their commands run, by a scripted model and fake instruments."""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
import tarfile
import tomllib
from pathlib import Path

import pytest
from guide import DOCS, GUIDES, ROOT, STOPPED, TUTORIALS, blocks, commands, play

MEASURING = dict.fromkeys(("task", "baseline", "serve-local"), Path(__file__).with_name("machine.py"))
QUICK = ("-p", "no:hypothesispytest", "-p", "no:benchmark", "-p", "no:timeout")
FAKES = """
import pytest
from pytest_aiopt import testing

collect_ignore = ["test_champions.py"]


def reply(prompt, seed):
    first = testing.current_program(prompt).splitlines()[0]
    return testing.replace_line(first, f"int added_{seed}() {{ return {seed}; }}\\n{first}")


@pytest.fixture
def aiopt_model():
    return testing.ScriptedModel(reply, name="scripted")


@pytest.fixture
def aiopt_instruments():
    return testing.FakeInstruments(speed=lambda source: 1.1 ** source.count("int added_"))
"""
RATING = '{"depth": 1, "labels": [], "sure": 2, "note": ""}'
REASONS = {"installs packages", "compiles for minutes"}
"""Why a block of commands is run by no test."""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder like a clone of the repository, without its records; its studies are small."""
    folder = tmp_path / "clone"
    (folder / "results").mkdir(parents=True)
    shutil.copytree(
        ROOT / "experiments", folder / "experiments", ignore=shutil.ignore_patterns("__pycache__")
    )
    (folder / "tasks").mkdir()
    for task in (ROOT / "tasks").glob("*/task.toml"):  # a guide adds one beside them
        (folder / "tasks" / task.parent.name).symlink_to(task.parent)
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "experiments" / "conftest.py").write_text(FAKES)
    for study, tasks in (("tracks", '"record_scan", "key_index"'), ("example", '"record_scan"')):
        file = folder / "experiments" / f"{study}.toml"
        text = re.sub(r"(?ms)^tasks = \[.*?\]$", f"tasks = [{tasks}]", file.read_text())
        text = re.sub(r"(?m)^seeds = .*", "seeds = [1]", text)
        file.write_text(re.sub(r"(?m)^iterations = .*", "iterations = 2", text))
    return folder


def excerpt(source: Path, target: Path) -> None:
    """Write a recording with two cells of another one."""
    kept = re.compile(r"(?!journals/)|journals/\w+/record_scan/Cp?/seed_1/")
    with tarfile.open(source) as whole, tarfile.open(target, "w") as part:
        for member in filter(lambda each: kept.match(each.name), whole):
            content = whole.extractfile(member)
            assert content is not None
            data = content.read()
            if member.name == "recording.json":
                recording = json.loads(data)
                recording["files"] = {
                    name: sha for name, sha in recording["files"].items() if kept.match(name)
                }
                data = json.dumps(recording).encode()
                member.size = len(data)
            part.addfile(member, io.BytesIO(data))


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=[pytest.mark.needs("g++"), pytest.mark.needs("perf")])
        if page == "how-to/example.md"  # it examines the machine
        else page
        for page in GUIDES
    ],
)
def test_the_commands_of_a_guide_run(page, clone, endpoint):
    endpoint.script(sys.modules["endpoints"].reply(RATING))
    if "results/example.tar.xz" in (DOCS / page).read_text():
        excerpt(ROOT / "results" / "example.tar.xz", clone / "results" / "example.tar.xz")
    addresses = {"http://localhost:8000/v1": endpoint.url}
    play(page, clone, fakes=MEASURING, options=QUICK, addresses=addresses)


def test_a_block_that_is_run_elsewhere_names_a_test_or_a_script_that_exists():
    for page in (*TUTORIALS, *GUIDES):
        for block in commands(page):
            mark = block.mark or ""
            if mark in ("", STOPPED) or mark.removeprefix("not run: ") in REASONS:
                continue
            assert mark.startswith("run by "), f"{page}: {mark}"
            file, _, test = mark.removeprefix("run by ").partition("::")
            text = (ROOT / file).read_text()
            wanted = f"def {test}(" if test else block.text.splitlines()[0]
            assert wanted in text.splitlines() if not test else wanted in text, f"{page}: {mark}"


def test_every_extra_that_a_page_installs_is_declared():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    pages = "".join((DOCS / page).read_text() for page in (*TUTORIALS, *GUIDES))
    named = re.findall(r"PATH-OF-THIS-REPOSITORY\[(\w+)\]", pages)
    assert {"xdist", "cluster", "paper", "local"} <= set(named) <= set(declared)


def test_no_command_hides_in_a_block_without_a_language():
    for page in (*TUTORIALS, *GUIDES):
        for block in blocks(page):
            assert block.language, f"{page}: name the language of the block\n{block.text}"
