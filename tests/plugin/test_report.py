"""The report in every format: the same numbers everywhere, as they follow from the tidy tables."""

import csv
import io
import json
import math
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest
import typeset

import pytest_aiopt
from pytest_aiopt.journal.store import Store
from pytest_aiopt.tasks import information

FASTER = "testing.FakeInstruments(speed=lambda s: 1 + len(s) / 99)"


@pytest.fixture
def done(project):
    """A project of eight finished cells whose champions are faster than the start."""
    path = project.path / "experiments/conftest.py"
    path.write_text(path.read_text().replace("testing.FakeInstruments()", FASTER))
    project.run("-k", "seed_1 or (seed_2 and one)")
    return project


ELSEWHERE = """
class Elsewhere(testing.FakeInstruments):
    def surroundings(self):
        here = super().surroundings()
        identity = here.identity | {"machine": "other"}
        return dataclasses.replace(here, identity=identity, machine={"cpu": "other"})
"""


def elsewhere(project, speed="1 + len(s) / 99"):
    """Run four of the cells on another machine, into other results."""
    path = project.path / "experiments/conftest.py"
    text = "import dataclasses\n" + path.read_text().replace(FASTER, f"Elsewhere(speed=lambda s: {speed})")
    path.write_text(text + ELSEWHERE)
    assert project.run("-k", "seed_1 and one", "--aiopt-results", "elsewhere").ret == 0


class Tables(HTMLParser):
    """The tables of a page by the name of the region they stand in: rows of texts."""

    def __init__(self, page):
        super().__init__()
        self.found, self.name, self.text = {}, None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if attrs.get("role") == "region" and attrs.get("aria-label"):
            self.name = attrs["aria-label"]
            self.found.setdefault(self.name, [])
        elif tag == "tr" and self.name:
            self.found[self.name].append([])
        elif tag in ("td", "th") and self.name:
            self.text = ""

    def handle_data(self, data):
        if self.text is not None:
            self.text += data

    def handle_endtag(self, tag):
        if tag in ("td", "th") and self.text is not None:
            self.found[self.name][-1].append(self.text)
            self.text = None
        elif tag == "table":
            self.name = None


def in_terminal(lines, title):
    """Rows of the table under a title; entries that go over several lines are joined."""
    start = lines.index(title) + 1
    rule = lines[start + 1]
    edges = [(m.start(), m.end()) for m in re.finditer("-+", rule)]
    rows = []
    for line in (lines[start], *lines[start + 2 :]):
        if not line.strip() or (line[0] == " " and not rows) or not fits(line, edges):
            break
        entries = [line[a:b].strip() for a, b in edges]
        if not entries[0] and rows:
            rows[-1] = [f"{old} {new}".strip() for old, new in zip(rows[-1], entries, strict=True)]
        else:
            rows.append(entries)
    return rows


def fits(line, edges):
    """Whether nothing stands between the columns."""
    between = [line[b:c] for (_, b), (c, _) in pairwise(edges)]
    return not any(text.strip() for text in between)


def in_markdown(text):
    """Every table of a Markdown text: rows of texts."""
    found, now = [], []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            now.append([re.sub(r"\\(.)", r"\1", each) for each in line.strip("| ").split(" | ")])
        elif now:
            found.append([now[0], *now[2:]])
            now = []
    return found


def rows_of(path):
    return list(csv.DictReader(io.StringIO(path.read_text())))


def numbers_in(shown):
    return re.findall(r"\d+\.?\d*", shown)


def forms(value):
    """How a value may be written: as it is, rounded, in per cent."""
    if value is None or isinstance(value, str | bool):
        return set(numbers_in(value)) if isinstance(value, str) else set()
    rounded = {f"{abs(value):.{digits}f}" for digits in range(5)} | {f"{abs(value):g}"}
    return rounded | {f"{100 * abs(value):.{digits}f}" for digits in range(3)}


def test_every_number_is_the_same_in_every_format(done):
    elsewhere(done)
    formats = "terminal,html,md,json,csv,latex"
    shown = done.aiopt("report", "-v", "--format", formats, "--also", "elsewhere").outlines
    (folder,) = (done.path / "results").glob("mini*/report")
    page = Tables((folder / "report.html").read_text()).found
    markdown = in_markdown((folder / "report.md").read_text())
    latex = typeset.tables((folder / "paper/paper.tex").read_text())
    (study,) = json.loads((folder / "report.json").read_text())["studies"]
    tables = [table for section in study["sections"] for table in section["tables"]]
    names = {table["name"] for table in tables}
    assert {"speedups", "funnel", "mutations", "contrasts", "models", "floors", "strata"} <= names
    assert {"everywhere", "everywhere_faster"} <= names
    walked = 0
    for table in tables:
        rows = [table["columns"], *table["shown"]]
        assert in_terminal(shown, table["title"]) == [[" ".join(e.split()) for e in row] for row in rows]
        assert page[table["title"]][: len(rows)] == rows
        assert rows in markdown
        if table["shown"]:
            assert latex[table["title"]] == [[" ".join(e.split()) for e in row] for row in rows]
        exported = rows_of(folder / "tables" / f"{table['name']}.csv")
        assert len(exported) == len(table["rows"]) == len(table["shown"])
        for written, values, entries in zip(exported, table["rows"], table["shown"], strict=True):
            assert written == {k: "" if v is None else str(v) for k, v in values.items()}
            known = set().union(*map(forms, values.values()))
            for entry in entries:
                assert set(numbers_in(entry)) <= known, (table["name"], entry, values)
                walked += len(numbers_in(entry))
    assert walked > 100


def test_the_tables_follow_from_the_tidy_ones(done):
    done.run("--aiopt-report=json,csv", where=None)
    (folder,) = (done.path / "results").glob("mini*/report")
    cells, calls, mutations = (rows_of(folder / f"{name}.csv") for name in ("cells", "calls", "mutations"))
    assert len(cells) == 12
    for row in rows_of(folder / "tables/speedups.csv"):
        if row["task"] != "one":
            continue
        own = [c for c in cells if (c["task"], c["track"]) == ("one", row["track"])]
        made = [c for c in calls if (c["task"], c["track"]) == ("one", row["track"])]
        logs = [float(c["confirmed_log2"]) for c in own]
        assert int(row["calls"]) == len(made) == sum(int(c["calls"]) for c in own)
        assert float(row["valid"]) == pytest.approx(sum(int(c["passed"]) for c in own) / len(made))
        assert float(row["speedup"]) == pytest.approx(2 ** median(logs))
        assert float(row["spread_low"]) == pytest.approx(2 ** min(logs))
    for row in rows_of(folder / "tables/mutations.csv"):
        own = [m for m in mutations if m["track"] == row["track"]]
        assert int(row["structural"]) == sum(m["kind"] == "structural" for m in own)
        assert int(row["effective"]) == sum(m["effective"] == "True" for m in own)
        assert float(row["rate"]) == pytest.approx(
            int(row["effective"]) / sum(c["track"] == row["track"] for c in calls)
        )
    for row in calls:
        so_far = [
            float(m["log2_speedup"])
            for m in mutations
            if m["journal"] == row["journal"] and int(m["step"]) <= int(row["step"]) and m["log2_speedup"]
        ]
        assert float(row["best_log2"]) == pytest.approx(max([0.0, *so_far]))


def test_parquet_holds_the_rows_of_csv(done):
    parquet = pytest.importorskip("pyarrow.parquet")
    done.run("--aiopt-report=csv,parquet", "--aiopt-report-dir", "out", where=None)
    (folder,) = (done.path / "out").iterdir()
    for name in ("cells", "calls", "mutations"):
        written = rows_of(folder / f"{name}.csv")
        stored = parquet.read_table(folder / f"{name}.parquet").to_pylist()
        assert written == [{k: "" if v is None else str(v) for k, v in row.items()} for row in stored]


def test_formats_are_checked_and_files_are_named(done):
    result = done.run("--aiopt-report=docx", where=None)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: unknown report format 'docx'; choose from terminal, html, md, json, csv, *"]
    )
    result = done.run("--aiopt-report=md", where=None)
    result.stdout.fnmatch_lines(["aiopt report: results/mini/report/report.md"])
    result.stdout.no_fnmatch_line("Study mini*")


def test_studies_are_chosen_by_a_pattern(done):
    done.run("--aiopt-smoke")
    lines = done.run("--aiopt-report", "--aiopt-run", "mini-s*", where=None).outlines
    studies = [line for line in lines if line.startswith("Study ")]
    assert studies == ["Study mini-smoke: 4 of 4 cells finished, 1 task, 4 tracks"]
    result = done.run("--aiopt-report", "--aiopt-run", "other*", where=None)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: no study under results matches other*; there are mini, mini-smoke"])


def studies_in(result):
    return [line.split(":")[0] for line in result.outlines if line.startswith("Study ")]


def test_a_named_study_is_reported_alone_and_smoke_runs_apart(done):
    done.run("--aiopt-smoke")
    other = done.path / "experiments/other.toml"
    other.write_text((done.path / "experiments/tracks.toml").read_text().replace('"mini"', '"other"'))
    done.run("--aiopt-study", "experiments/other.toml", "-k", "one and track_A and seed_1")
    result = done.run("--aiopt-report", where=None)
    assert studies_in(result) == ["Study mini", "Study other"]
    result.stdout.fnmatch_lines(["not shown: mini-smoke (aiopt report --run mini-smoke)"])
    result = done.run("--aiopt-study", "experiments/other.toml", "--aiopt-report", where=None)
    assert studies_in(result) == ["Study other"]


def test_the_report_is_one_screen_until_more_is_asked_for(done):
    short = done.run("--aiopt-report", where=None).outlines
    start = short.index(next(line for line in short if line.startswith("Study ")))
    end = short.index(next(line for line in short if line.startswith("More: -v")))
    assert end - start < 40
    pace = done.run("--aiopt-report=pace", where=None).outlines
    assert "pace of improvement" in pace
    assert "confirmed speedups" not in pace
    assert len(done.run("-v", "--aiopt-report", where=None).outlines) > len(short) + 20


def test_a_full_disk_is_one_line(done):
    (done.path / "out").write_text("a file where the folder should be")
    result = done.run("--aiopt-report=md", "--aiopt-report-dir", "out", where=None)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: cannot write *out*; free space or choose another *"])


def test_a_session_leaves_summaries_so_that_the_first_report_reads_none(done):
    from pytest_aiopt.analysis.readings import Reader
    from pytest_aiopt.journal.store import Store

    store = Store(done.path / "results")
    reader = Reader(store)
    assert len(reader.summaries(store.journals()).trajectories) == 12
    assert reader.read == 0


def test_load_for_notebooks(done):
    tables = pytest_aiopt.load(done.path / "results")
    assert (len(tables.cells), len(tables.calls)) == (12, 36)
    assert all(math.isfinite(cell["confirmed_log2"]) for cell in tables.cells)
    with pytest.raises(pytest_aiopt.AioptError, match="no cell is stored under"):
        pytest_aiopt.load(done.path / "nowhere")


def test_the_documented_notebook_runs(done, monkeypatch, capsys):
    text = (Path(__file__).parents[2] / "docs/how-to/report.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    monkeypatch.chdir(done.path)
    found = {}
    exec(code, found)
    assert found["best"]["confirmed_log2"] == max(c["confirmed_log2"] for c in found["tables"].cells)
    assert set(found["shares"]) == set("ABCD")
    assert found["best"]["task"] in capsys.readouterr().out


def test_a_study_that_has_only_begun_has_a_report_in_every_format(project):
    project.run("-k", "one and track_A and seed_1")
    (journal,) = project.journals()
    journal.write_bytes(journal.read_bytes().split(b"\n")[0] + b"\n")
    journal.with_suffix(".head").unlink()
    result = project.run("--aiopt-report=terminal,html,md,json,csv", where=None)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["Study mini: 0 of 1 cells finished*", "! not finished, *one-track_A-seed_1 (0 of 3 calls)*"]
    )
    page = (journal.parents[3] / "report/report.html").read_text()
    assert "one-track_A-seed_1 (0 of 3 calls)" in page


def test_records_of_two_machines_show_what_holds_on_both(done):
    elsewhere(done, speed="1.0")
    alone = done.aiopt("report", "-v").outlines
    assert "WHAT HOLDS ON EVERY MACHINE" not in alone
    assert "comparisons on each machine" not in alone
    shown = done.aiopt("report", "-v", "--also", "elsewhere").outlines
    faster = {
        tuple(row[:2]): row[2:] for row in in_terminal(shown, "cells faster than the start, by machine")[1:]
    }
    assert faster["one", "A"] == ["2/2", "0/1", "0/1"]
    assert faster["two", "A"] == ["1/1", "-", "-"]
    machines = in_terminal(shown, "machines")
    assert [row[:2] for row in machines[1:]] == [["fake", "12"], ["other", "4"]]
    rows = in_terminal(shown, "comparisons on each machine")
    assert [row[2] for row in rows[1:3]] == ["fake", "other"]


def test_results_of_another_study_are_refused(done):
    result = done.aiopt("report", "--also", "nowhere")
    assert result.ret == 1
    assert "nowhere holds no cell of mini; check --also" in result.errlines[0]


def test_tasks_that_their_last_check_found_unfit_are_named(done):
    digest = next((done.path / "results").rglob("journal.jsonl")).read_text()
    digest = json.loads(digest.partition("\n")[0])["event"]["identity"]["task"]
    information.store_fitness(Store(done.path / "results").information, "one", digest, ["12 cases, too few"])
    warning = "! task one is not fit by its last check: 12 cases, too few"
    done.pytester.runpytest("--aiopt-report").stdout.fnmatch_lines([warning])
