"""``aiopt live`` in a real browser: while a campaign runs, when it or its server is killed, by keyboard."""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from browsing import Watched

ROOT = Path(__file__).parents[2]
HOSTILE = (
    "</script><script>document.title = 'harmed'</script>"
    "<img src='http://example.invalid/x.png' onerror=\"document.title = 'harmed'\">"
)
REPLY = """
import pathlib, time

def reply(prompt, seed):
    replied = pathlib.Path("replied")
    while replied.exists() and not pathlib.Path("go").exists():
        time.sleep(0.05)
    replied.touch()
    first = testing.current_program(prompt).splitlines()[0]
    line = f"int f{{seed}}() {{{{ return {{seed}}; }}}} // "
    return {hostile!r} + testing.replace_line(first, line + {hostile!r})
"""
FASTER = "testing.FakeInstruments(speed=lambda s: 1 + len(s) / 999)"
SEEN = """() => {
    window.seen = {};
    const note = () => {
        for (const square of document.querySelectorAll(".square"))
            window.seen[square.getAttribute("aria-label")] ??= Date.now();
    };
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""
"""Notes when the page first said each thing about a cell."""

PATIENCE_MS = 120_000
"""A busy machine takes long to start the processes of a test."""

pytestmark = pytest.mark.needs("chromium")


@pytest.fixture
def slow(project):
    """The project with a model that writes hostile text, and after a reply waits for the file ``go``."""
    path = project.path / "experiments/conftest.py"
    text = path.read_text().replace("testing.FakeInstruments()", FASTER)
    start, end = text.index("def reply("), text.index("def pytest_aiopt_make_model")
    path.write_text(text[:start] + REPLY.format(hostile=HOSTILE).strip() + "\n\n" + text[end:])
    return project


@contextmanager
def process_of(project, *words):
    """A process, killed at the end."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", *words]
    with subprocess.Popen(
        command, cwd=project.path, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def serving(project, port=0):
    """The address of a running page, and its process."""
    with process_of(project, "pytest_aiopt", "live", "--port", str(port)) as process:
        yield re.search(r"http://\S+/", process.stdout.readline())[0], process


def running(project, *options, cells="one and track_C and seed_1"):
    """A campaign in a process of its own."""
    return process_of(project, "pytest", "experiments", "-k", cells, "-q", *options)


class WatchedLive(Watched):
    """A live page."""

    def __init__(self, browser, address, **options):
        super().__init__(browser, **options)
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.goto(address)

    def shows(self, cell, words):
        """Wait until the square of a cell says ``words``."""
        self.page.wait_for_selector(f'.square[data-cell="mini/one/{cell}"][aria-label*="{words}"]')


def test_the_page_follows_a_campaign_that_is_killed_and_resumed(slow, browser):
    (slow.path / "results").mkdir()
    with serving(slow) as (address, _):
        watched = WatchedLive(browser, address)
        page = watched.page
        watched.shows("C/seed_1", "waiting")
        with running(slow) as campaign:
            watched.shows("C/seed_1", "running, asking, call 1 of 3, best 1.")
            page.wait_for_selector(".mutation .verdict.best")
            page.wait_for_selector("#panels svg")
            os.kill(campaign.pid, signal.SIGKILL)
        watched.shows("C/seed_1", "stopped")
        assert "Run the same command again to resume" in page.inner_text("#notices")
        assert watched.violations() == []
        (slow.path / "go").touch()
        with running(slow) as campaign:
            assert campaign.wait(timeout=120) == 0
        watched.shows("C/seed_1", "finished, call 3 of 3")
        page.wait_for_selector("#notices:empty", state="attached")
        assert page.locator(".mutation").count() == 3
        assert watched.troubles == []
        watched.context.close()


def test_the_page_follows_workers_side_by_side(slow, browser):
    (slow.path / "results").mkdir()
    with serving(slow) as (address, _):
        watched = WatchedLive(browser, address)
        page = watched.page
        watched.shows("D/seed_1", "waiting")
        page.evaluate(SEEN)
        with running(slow, "-n", "2", cells="one and seed_1") as campaign:
            page.locator('.square[aria-label*="running"]').nth(1).wait_for()
            assert watched.violations() == []
            (slow.path / "go").touch()
            assert campaign.wait(timeout=120) == 0
        for track in "ABCD":
            watched.shows(f"{track}/seed_1", "finished, call 3 of 3")
        page.locator(".mutation").nth(11).wait_for()
        seen = page.evaluate("window.seen")
        assert watched.troubles == []
        watched.context.close()
    delays = {}
    for path in slow.journals():
        track = path.parts[-3]
        written = json.loads(path.read_bytes().splitlines()[-1])["time"]
        (shown,) = [when for text, when in seen.items() if f"track {track}, seed 1: finished" in text]
        delays[track] = shown / 1000 - written
    print("seconds from the last line of a journal to the page:", delays)
    assert all(-0.1 < delay < PATIENCE_MS / 1000 for delay in delays.values())


def test_a_killed_server_is_shown_until_it_is_back(slow, browser):
    (slow.path / "go").touch()
    slow.run("-k", "one and track_C and seed_1")
    with serving(slow) as (address, server):
        watched = WatchedLive(browser, address)
        page = watched.page
        page.wait_for_selector("#connection[data-state=live]")
        os.kill(server.pid, signal.SIGKILL)
        page.wait_for_selector("#connection[data-state=lost]")
        assert page.inner_text("#connection") == "connection lost, retrying"
        assert watched.violations() == []
        watched.shows("C/seed_1", "finished")
    slow.run("-k", "one and track_A and seed_1")
    with serving(slow, int(address.rsplit(":", 1)[1].strip("/"))):
        page.wait_for_selector("#connection[data-state=live]")
        watched.shows("A/seed_1", "finished")
    watched.context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 400)])
def test_by_keyboard_to_a_mutation_whose_text_does_nothing(slow, browser, scheme, width):
    (slow.path / "go").touch()
    slow.run("-k", "one and seed_1")
    with serving(slow) as (address, _):
        watched = WatchedLive(browser, address, color_scheme=scheme, viewport={"width": width, "height": 800})
        page = watched.page
        watched.shows("D/seed_1", "finished")
        assert watched.violations() == []
        assert watched.overflow() <= 0
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.locator(".square[tabindex='0']").focus()
        for key in ("End", "ArrowUp", "ArrowRight", "Home", "ArrowRight"):
            page.keyboard.press(key)
        focused = page.evaluate("document.activeElement.dataset.cell")
        page.keyboard.press("Enter")
        page.wait_for_selector("#cell h3")
        assert page.evaluate("document.activeElement.dataset.cell") == focused == "mini/one/A/seed_2"
        page.locator(".square[data-cell='mini/one/C/seed_1']").press("Enter")
        page.locator(".mutation").nth(2).wait_for()
        page.locator(".mutation > summary").last.press("Enter")
        page.wait_for_selector(".mutation pre.diff")
        assert "+int f" in page.inner_text("pre.diff")
        assert HOSTILE in page.inner_text("pre.diff")
        assert "measured on the current program" in page.inner_text(".body")
        assert page.locator("main img, main script").count() == 0
        assert watched.violations() == []
        assert watched.overflow() <= 0
        assert page.title() != "harmed"
        assert watched.troubles == []
        watched.context.close()
