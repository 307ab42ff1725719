"""The reference comes from the code: commands, options, keys, fixtures, hooks, events appear with a text."""

import re
from pathlib import Path
from typing import get_args

import pytest

from pytest_aiopt.cli import main
from pytest_aiopt.journal import events
from pytest_aiopt.plugin import fixtures, hookspecs, options

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def reference():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "docs" / "hooks")
        import reference

        yield reference


@pytest.fixture(scope="module")
def pages(reference):
    return {Path(path).stem: page() for path, page in reference.PAGES.items()}


def tables(reference):
    return (*reference.settings.STUDY, *reference.settings.TASK)


def test_every_key_of_a_file_has_a_meaning(reference):
    for heading, settings in tables(reference):
        unexplained = [
            key.name for key in reference.keys.keys(settings) if key.name != "name" and not key.text
        ]
        assert not unexplained, f"{heading}: write a docstring below {unexplained} in {settings.__name__}"


def test_every_key_of_a_file_appears(reference, pages):
    for page, listed in (("study", reference.settings.STUDY), ("task", reference.settings.TASK)):
        for heading, settings in listed:
            section = pages[page].partition(f"## {heading}\n")[2].partition("\n## ")[0]
            names = set(settings.__annotations__) - ({"name"} if heading == "[tracks.NAME]" else set())
            assert names == set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE)), heading


def test_every_command_and_argument_appears(reference, pages):
    leaves = reference.commands.leaves(main.parser())
    assert len(leaves) == len(main.COMMANDS) + sum(len(commands) for _, commands in main.GROUPS.values())
    for parser in leaves:
        section = pages["commands"].partition(f"## {parser.prog}\n")[2].partition("\n## ")[0]
        for name, text in reference.commands.arguments(parser):
            assert f"`{name}`" in section, (parser.prog, name)
            assert text, f"{parser.prog} {name} has no help"


def test_every_option_of_the_plugin_appears(pages):
    source = Path(options.__file__).read_text()
    declared = set(re.findall(r'"(--aiopt-[\w-]+)"', source))
    assert declared
    shown = set(re.findall(r"^\| `(--aiopt-[\w-]+)", pages["options"], re.MULTILINE))
    assert declared <= shown
    assert not {f"--aiopt-{name}" for name in options.REMOVED} & shown


@pytest.mark.parametrize(
    ("module", "prefix"), [(fixtures, "@pytest.fixture"), (hookspecs, "@pytest.hookspec")]
)
def test_every_fixture_and_hook_appears(pages, module, prefix):
    source = Path(module.__file__).read_text()
    names = re.findall(rf"^{prefix}.*\ndef (\w+)", source, re.MULTILINE)
    assert names
    for name in names:
        assert re.search(rf"^### {name}\n\n\S", pages["plugin"], re.MULTILINE), name


def test_every_event_of_the_journal_appears_with_its_fields(pages):
    for event in get_args(events.AnyEvent):
        section = pages["journal"].partition(f"### {event.__name__.lower()}\n")[2].partition("\n### ")[0]
        assert set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE)) == set(event.__struct_fields__)


def test_every_page_is_in_the_navigation_of_the_site(reference):
    navigation = (ROOT / "mkdocs.yml").read_text().partition("\nnav:\n")[2]
    written = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert written | set(reference.PAGES) == set(re.findall(r"[\w/-]+\.md", navigation))


def test_what_a_page_names_exists(pages):
    shown = set(re.findall(r"^\| `(--aiopt-[\w-]+)", pages["options"], re.MULTILINE))
    commands = {command.name for command in main.COMMANDS} | set(main.GROUPS)
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        text = page.read_text()
        assert set(re.findall(r"--aiopt-\w[\w-]*", text)) <= shown, page
        named = set(re.findall(r"(?:^|`) *aiopt ([a-z][\w-]+)", text, re.MULTILINE))
        assert named <= commands, f"{page}: {named - commands}"
        files = re.findall(r"`((?:benchmarks|tests|pytest_aiopt)/[\w./-]+)`", text)
        assert [file for file in files if not (ROOT / file).exists()] == [], page
