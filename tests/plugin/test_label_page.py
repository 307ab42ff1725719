"""``aiopt label`` in a real browser by keyboard alone, through a kill of its server; and its other forms."""

import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from browsing import Watched

from pytest_aiopt import load
from pytest_aiopt.labelling.rating import Rating, Ratings

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "results" / "example.tar.xz"
SAMPLE = 24


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A project with the shipped example's records."""
    path = tmp_path_factory.mktemp("label")
    (path / "pytest.ini").write_text("[pytest]\n")
    aiopt(path, "records", "import", str(EXAMPLE))
    return path


def command(*words):
    return [sys.executable, "-m", "pytest_aiopt", *words, "--results", "results"]


def environment():
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def aiopt(folder, *words):
    done = subprocess.run(
        command(*words), cwd=folder, env=environment(), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def serving(folder, rater):
    """The address of a running label page and its process."""
    words = command("label", "--rater", rater, "--sample", str(SAMPLE))
    with subprocess.Popen(words, cwd=folder, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        found = re.search(r"http://\S+/", process.stdout.readline())
        yield found[0], process
        process.kill()


def rate(page, number):
    """Rate the mutation that is open: a depth, sometimes a label, and Enter."""
    place = page.url.rpartition("/")[2]
    page.keyboard.press(str(number % 5))
    if number % 2:
        page.keyboard.press("w")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.rpartition("/")[2] != place)


@pytest.mark.needs("chromium")
def test_twenty_ratings_by_keyboard_survive_a_kill(folder, browser):
    page = browser.new_page()
    with serving(folder, "ann") as (url, process):
        page.goto(url)
        for number in range(12):
            rate(page, number)
        os.kill(process.pid, signal.SIGKILL)
    with serving(folder, "ann") as (url, process):
        page.goto(url)
        assert page.inner_text("h1") == f"Mutation 13 of {SAMPLE}"
        for number in range(12, 20):
            rate(page, number)
        assert page.inner_text("h1") == f"Mutation 21 of {SAMPLE}"
    page.close()
    given = Ratings(folder / "results" / "ratings.jsonl").every()
    assert [one.depth for one in given] == [number % 5 for number in range(20)]
    assert [one.labels for one in given] == [("caching",) if number % 2 else () for number in range(20)]
    assert len({one.mutation for one in given}) == 20
    assert f"ann: 20 rated, 4 of the sample of {SAMPLE} left" in aiopt(
        folder, "label", "--sample", str(SAMPLE)
    )


@pytest.mark.needs("chromium")
@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 400)])
def test_the_page_is_accessible_and_shows_neither_track_nor_speed(folder, browser, scheme, width):
    watched = Watched(browser, color_scheme=scheme, viewport={"width": width, "height": 800})
    page = watched.page
    with serving(folder, "bob") as (url, _):
        page.goto(url)
        assert watched.violations() == []
        assert watched.overflow() <= 0
        places = [page.goto(f"{url}{place}").text() for place in (1, 7, SAMPLE)]
        source = "\n".join([*places, *(page.goto(url + name).text() for name in ("label.js", "label.css"))])
        assert watched.troubles == []
    watched.context.close()
    prose = re.sub(r"<code>.*?</code>", "", source)
    assert not re.search(r"track|speed|score|faster|seed|rewriter|feedback|profile", prose, re.IGNORECASE)


def test_ratings_are_exported_and_imported(folder, tmp_path):
    lines = '{"mutation":"m","rater":"eve","time":1.5,"depth":2,"labels":["micro"],"sure":2,"note":"a, b"}\n'
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    shutil.copytree(folder / "results", tmp_path / "results")
    (tmp_path / "results" / "ratings.jsonl").write_text(lines)
    assert "1 ratings written" in aiopt(tmp_path, "label", "--export", "out.csv")
    (tmp_path / "results" / "ratings.jsonl").unlink()
    assert "1 of 1 ratings added" in aiopt(tmp_path, "label", "--import", "out.csv")
    assert "0 of 1 ratings added" in aiopt(tmp_path, "label", "--import", "out.csv")
    assert (tmp_path / "results" / "ratings.jsonl").read_text() == lines


def test_the_report_takes_the_consensus_of_raters(folder, tmp_path):
    cell = "example/record_scan/C/seed_1"
    shutil.copytree(folder / "results" / cell, tmp_path / "results" / cell)
    before = load(tmp_path / "results").mutations
    chosen = {row["mutation"] for row in before[:5]}
    Ratings(tmp_path / "results" / "ratings.jsonl").append(
        Rating(name, rater, 1.0, depth, labels)
        for name in chosen
        for rater, depth, labels in (
            ("ann", 4, ("caching",)),
            ("bob", 4, ("caching", "micro")),
            ("eve", 0, ()),
        )
    )
    for old, new in zip(before, load(tmp_path / "results").mutations, strict=True):
        rated = new["mutation"] in chosen
        expected = (4, "C", 3) if rated else (old["depth"], old["labels"], 0)
        assert (new["depth"], new["labels"], new["raters"]) == expected
    written = aiopt(tmp_path, "label")
    assert "ann, bob: 4 mutations, quadratic kappa of depth cannot be estimated" in written
    assert "mutations with different depths (ann and eve): 4 and 0: 4" in written
    assert "kappa of caching: cannot be estimated" in written
