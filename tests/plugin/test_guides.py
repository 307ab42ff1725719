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
from guide import DOCS, GUIDES, PACKAGE, ROOT, SHELL, STOPPED, TUTORIALS, blocks, commands, play

MEASURING = dict.fromkeys(("task", "baseline"), Path(__file__).with_name("machine.py"))
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
NEEDS = {
    "how-to/example.md": ("g++", "perf"),  # it examines the machine
    "how-to/models.md": ("llama-cpp",),
    "how-to/report.md": ("pdflatex",),
}
LANGUAGES = {*SHELL, "toml", "python", "cpp", "c++", "text"}
PROGRAMS = ("$", "pytest", "aiopt", "pip", "make", "dask", "source", "cd", "apt-get", "git")
"""How a line of a command begins."""


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
    [pytest.param(page, marks=[pytest.mark.needs(tool) for tool in NEEDS.get(page, ())]) for page in GUIDES],
)
def test_the_commands_of_a_guide_run(page, clone, endpoint):
    endpoint.script(sys.modules["endpoints"].reply(RATING))
    if "results/example.tar.xz" in (DOCS / page).read_text():
        excerpt(ROOT / "results" / "example.tar.xz", clone / "results" / "example.tar.xz")
    for name in ("live.tar.xz", "assay.tar.xz"):
        if f"results/{name}" in (DOCS / page).read_text():
            shutil.copy(ROOT / "results" / name, clone / "results")
    addresses = {"http://localhost:8000/v1": endpoint.url}
    play(page, clone, fakes=MEASURING, options=QUICK, addresses=addresses)


def test_every_block_of_commands_is_run_here_or_by_what_its_mark_names():
    for page in (*TUTORIALS, *GUIDES):
        for block in commands(page):
            if block.mark in (None, STOPPED):
                continue
            assert block.mark.startswith("run by "), f"{page}: nothing runs\n{block.text}"
            file, _, test = block.mark.removeprefix("run by ").partition("::")
            text = (ROOT / file).read_text()
            if test:  # it takes the commands from the page
                body = text.partition(f"def {test}(")[2].partition("\ndef ")[0]
                assert f'"{page}"' in body, f"{page}: {file} has no test {test} that reads this page"
            else:
                assert f"\n{block.text}" in text, f"{page}: {file} does not contain\n{block.text}"


def test_tutorials_are_followed_by_a_test_each():
    text = (ROOT / "tests/e2e/test_documents.py").read_text()
    assert [page for page in TUTORIALS if f'play("{page}"' not in text] == []


def test_every_extra_that_a_page_installs_is_declared():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    pages = "".join((DOCS / page).read_text() for page in (*TUTORIALS, *GUIDES))
    named = re.findall(rf"{PACKAGE}\[(\w+)\]", pages)
    assert {"xdist", "cluster", "paper", "local"} <= set(named) <= set(declared)


def test_no_command_hides_where_nothing_looks_for_it():
    for page in (*TUTORIALS, *GUIDES):
        text = (DOCS / page).read_text()
        found = blocks(page)
        assert text.count("```") == 2 * len(found), f"{page}: a block has another form"
        assert "~~~" not in text
        for block in found:
            assert block.language in LANGUAGES, f"{page}: name the language of the block\n{block.text}"
            if block.language == "text":
                begun = {line.split()[0] for line in block.text.splitlines() if line.strip()}
                assert begun.isdisjoint(PROGRAMS), f"{page}: this is a command\n{block.text}"
