"""The shipped study, imported and reported once: its page in a browser and its paper."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typeset
from browsing import WatchedFile, opened


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """The shipped study, imported and reported as docs/how-to/example.md says; see ``out``."""
    folder = tmp_path_factory.mktemp("example")
    (folder / "pytest.ini").write_text("[pytest]\n")
    archive = str(Path(__file__).parents[2] / "results" / "example.tar.xz")
    for words in (["records", "import", archive], ["report", "--format", "html"]):
        command = [sys.executable, "-m", "pytest_aiopt", *words, "--results", "out"]
        made = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=200)
        assert made.returncode == 0, made.stdout + made.stderr
    return folder


@pytest.mark.needs("chromium")
@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 400)])
def test_its_page_is_sound_and_leads_to_a_mutation(browser, example, scheme, width):
    page_file = example / "out" / "example" / "report" / "report.html"
    watched = WatchedFile(browser, page_file, color_scheme=scheme, viewport={"width": width, "height": 800})
    page = watched.page
    assert "(placebo) 0." in page.inner_text("#answer")
    assert watched.serious() == []
    assert watched.overflow() <= 0
    link = page.locator(".evidence a").first
    name = link.inner_text()
    link.click()
    opened(watched, "#opened h1")
    assert page.inner_text("#opened h1") == name
    assert page.inner_text("pre.diff").count("\n+") >= 1
    assert any("# Current Program" in text for text in page.locator("#opened pre.wrap").all_inner_texts())
    assert watched.serious() == []
    assert watched.overflow() <= 0
    assert watched.troubles == []
    watched.context.close()


@pytest.mark.needs("pdflatex")
def test_its_paper_compiles_and_holds_every_table(example):
    formats = "latex,pdf,json"
    command = [sys.executable, "-m", "pytest_aiopt", "report", "--format", formats, "--results", "out"]
    made = subprocess.run(command, cwd=example, capture_output=True, text=True, timeout=200)
    assert made.returncode == 0, made.stdout + made.stderr
    folder = example / "out/example/report"
    assert (folder / "paper.pdf").read_bytes().startswith(b"%PDF")
    methods = (folder / "paper/methods.tex").read_text()
    assert "on record are 120 cells, 120 of them finished, with 20 model calls per cell and 2400" in methods
    printed = typeset.tables((folder / "paper/paper.tex").read_text())
    (study,) = json.loads((folder / "report.json").read_text())["studies"]
    tables = [table for section in study["sections"] for table in section["tables"] if table["shown"]]
    assert len(tables) >= 10
    for table in tables:
        rows = [table["columns"], *table["shown"]]
        assert printed[table["title"]] == [[" ".join(each.split()) for each in row] for row in rows]
