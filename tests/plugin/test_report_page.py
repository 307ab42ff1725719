"""The page in a real browser: no error, no request, nothing serious found by axe, no harm by replies."""

import pytest
from browsing import WatchedFile, opened

# What a model might write: it ends elements, loads, runs, and asks for a name of its own.
HOSTILE = (
    "</script><script>document.title = 'harmed'</script>"
    "<img src='http://example.invalid/x.png' onerror=\"document.title = 'harmed'\">"
    "<!-- <style>body { display: none }</style> ]]> &lt; {{ 7 * 7 }} ${7 * 7}"
)
REPLY = """
HOSTILE = {hostile!r}

def reply(prompt, seed):
    first = testing.current_program(prompt).splitlines()[0]
    return HOSTILE + testing.replace_line(first, f"int f{{seed}}() {{{{ return {{seed}}; }}}} // " + HOSTILE)
"""
PROGRAM = "int first() { return 1; }\n" + "".join(f"int f{n}() {{ return {n}; }}\n" for n in range(12))
FASTER = "testing.FakeInstruments(speed=lambda s: 1 + len(s) / 999)"

pytestmark = pytest.mark.needs("chromium")


MADE = {}


@pytest.fixture
def page_file(request, tmp_path_factory):
    """The page of eight cells whose replies and programs hold what HOSTILE says; made once."""
    if not MADE:
        project = request.getfixturevalue("project")
        path = project.path / "experiments/conftest.py"
        text = path.read_text().replace("testing.FakeInstruments()", FASTER)
        start, end = text.index("def reply("), text.index("def pytest_aiopt_make_model")
        path.write_text(text[:start] + REPLY.format(hostile=HOSTILE).strip() + "\n\n" + text[end:])
        for task in ("one", "two"):
            project.write(f"tasks/{task}/program.cpp", PROGRAM)
        project.run("-k", "seed_1")
        project.run("--aiopt-report=html", where=None)
        (found,) = (project.path / "results").glob("*/report/report.html")
        kept = tmp_path_factory.mktemp("page") / "report.html"
        kept.write_bytes(found.read_bytes())
        MADE["page"] = kept
    return MADE["page"]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 400)])
def test_from_the_answer_to_a_mutation(browser, page_file, scheme, width):
    watched = WatchedFile(browser, page_file, color_scheme=scheme, viewport={"width": width, "height": 800})
    page = watched.page
    assert "There is no answer: no track shows a placebo" in page.inner_text("#answer")
    assert page.locator("figure svg[role=img] title").count() >= 7
    assert watched.serious() == []
    assert watched.overflow() <= 0

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    link = page.locator(".evidence a").first
    name = link.inner_text()
    link.press("Enter")
    opened(watched, "#opened h1")
    assert page.inner_text("#opened h1") == name
    assert not page.is_visible("#report")
    assert "+int f" in page.inner_text("pre.diff")
    texts = page.locator("#opened pre.wrap").all_inner_texts()
    assert any("# Current Program" in text for text in texts)
    assert HOSTILE in texts[-1]
    assert page.locator("#opened img, #opened script").count() == 0
    assert watched.serious() == []
    assert watched.overflow() <= 0

    page.locator(".crumbs a").nth(1).click()
    opened(watched, ".lineage")
    assert page.locator(".lineage a").count() == 3
    assert watched.serious() == []
    assert watched.overflow() <= 0
    page.locator(".lineage a").first.click()
    opened(watched, "pre.diff")
    page.locator(".crumbs .up").click()
    page.wait_for_selector("#report", state="visible")
    assert page.title() != "harmed"
    assert watched.troubles == []
    watched.context.close()


def test_without_script_the_report_is_there(browser, page_file):
    watched = WatchedFile(browser, page_file, java_script_enabled=False)
    assert "needs JavaScript" in watched.page.inner_text("noscript")
    assert watched.page.locator("#funnel table").last.is_visible()
    watched.context.close()


def test_the_policy_stops_what_would_get_in(browser, page_file, tmp_path):
    """Were there a hole, the page's own policy would still let nothing run and nothing load."""
    holed = tmp_path / "holed.html"
    holed.write_text(page_file.read_text().replace("</main>", f"{HOSTILE}</main>", 1))
    watched = WatchedFile(browser, holed)
    watched.page.wait_for_timeout(100)
    assert watched.page.title() != "harmed"
    assert any("Content Security Policy" in trouble for trouble in watched.troubles)
    assert watched.page.is_visible("#answer")
    watched.context.close()


def test_filters_hide_what_is_of_other_tasks_and_tracks(browser, page_file):
    watched = WatchedFile(browser, page_file, viewport={"width": 1200, "height": 900})
    page = watched.page
    rows = "#speedups > .scroll tbody tr"
    every = page.locator(rows).count()
    page.select_option("#filter-task", "one")
    assert page.locator(f"{rows}:visible").count() == every // 2
    page.select_option("#filter-track", "C")
    assert page.locator(f"{rows}:visible").count() == every // 8
    assert page.locator("#cell-list tbody tr:visible").count() == 1
    page.select_option("#filter-task", "")
    page.select_option("#filter-track", "")
    assert page.locator(f"{rows}:visible").count() == every
    page.select_option("#filter-depth", "4 algorithm")
    page.locator("#cell-list tbody a").first.click()
    opened(watched, ".lineage")
    depths = page.locator("#opened tbody tr td:nth-child(5)").all_inner_texts()
    assert page.locator("#opened tbody tr:visible").count() == depths.count("4 algorithm") < len(depths)
    page.locator(".crumbs .up").click()
    page.wait_for_selector("#report", state="visible")
    page.select_option("#filter-depth", "")
    page.mouse.wheel(0, 4000)
    page.wait_for_function("scrollY > 500")
    assert page.locator(".contents").bounding_box()["y"] <= 1, "the contents stay in sight"
    assert not watched.troubles
    assert not watched.serious()
