from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_aiopt.report.document import Report, build_report
from pytest_aiopt.report.names import short_names
from pytest_aiopt.report.summary import summary
from pytest_aiopt.report.text.terminal import chosen, first_screens, render

GOLDEN = """\
Study four: 12 of 13 cells finished, 2 tasks, 2 tracks

Does a profile in the prompt raise the number of effective structural mutations per model call,
  compared with a placebo text?
There is no answer: no track shows a placebo, so the effect of a profile's content cannot be
  isolated.

26 proposals, 13 correct; their changes are not all classed.
How much is possible is unknown: no known program is measured here (aiopt task frontier).
26 model calls: tokens not counted, 26 s of answering, cost unknown (no price on record:
  docs/how-to/models.md).

proposals by track, and by depth from 0 (no effect) to 4 (algorithm)
track  model  feedback  calls  0  1  2  3  4  valid  faster  effective  per call
-----  -----  --------  -----  -  -  -  -  -  -----  ------  ---------  --------
A      small  none         12  -  -  -  -  -      6       6          -         -
C      small  profile      14  -  -  -  -  -      7       7          -         -

confirmed speedup by task (median of seeds; start: unchanged)
task       A      C  best cell  known
-----  -----  -----  ---------  -----
alpha  1.15x  1.46x      1.68x      -
beta   1.23x  start      1.23x      -

! not finished, so without a confirmed speedup: beta-track_C-seed_2 (2 of 20 calls); the same
  command again goes on with them

ANSWER IN DETAIL
Question: Does a profile in the prompt raise the number of effective structural mutations per model
  call, compared with a placebo text?
Answer: There is no answer: no track shows a placebo, so the effect of a profile's content cannot be
  isolated.
Profile against no text (content and presence together): nothing to compare (no task has comparable
  cells of both tracks)
Without the outcome, because classes or noise floor are not on record: alpha-track_A-seed_1,
  alpha-track_A-seed_2, alpha-track_A-seed_3 and 9 more

confirmed speedups
task   track  seeds  calls  valid  speedup        spread  faster  floor  known  share
-----  -----  -----  -----  -----  -------  ------------  ------  -----  -----  -----
alpha  A        5/5     10  50.0%    1.149  1.000..1.320     3/5  1.021      -      -
alpha  C        5/5     10  50.0%    1.464  1.275..1.682     5/5  1.021      -      -
beta   A        1/1      2  50.0%    1.231   1.172-1.293     1/1  1.021      -      -
beta   C        1/2      4  50.0%  = 1.000             -     0/1  1.021      -      -

seeds: finished of started. valid: share of the calls that gave a correct program with new tokens
and new machine code. speedup: how many times faster the champion is than the starting program on
held-out workloads, median over seeds. spread: a-b is the 95 % interval of one seed, a..b the range
over several. faster: cells whose whole interval lies above the noise floor, of those where both are
known. floor: speedup that the starting program shows against itself by noise. known: speedup of the
best program known for the scored workload, as measured on this machine; a..b over several
workloads. share: of its confirmed log2 speedup that the champions reach, mean over seeds. =: the
champion of a seed is the starting program, which is 1 by definition and not measured.

contrasts of the confirmed speedup
contrast  over           n  ratio             interval   A12  delta            p     adj
--------  ---------  -----  -----  -------------------  ----  -----  -----------  ------
C - A     all tasks  6 v 6  1.275  1.035-1.464 (95.6%)  0.92  +0.85       0.0238  0.0714
C - A     alpha      5 v 5  1.275  1.035-1.569 (96.8%)  0.96  +0.92       0.0159  0.0476
C - A     beta       1 v 1      -                    -     -      -  n too small       -
C - A: feedback profile instead of none, both with model small: undecided (rank model p 0.0527)
B - A: nothing to compare (no task has comparable cells of both tracks)
D - B: nothing to compare (no task has comparable cells of both tracks)
left out (not finished): beta-track_C-seed_2

ratio: speedup of the first track over that of the second (Hodges-Lehmann) with its exact interval;
above 1 the first is faster. A12: chance that a cell of the first beats a cell of the second on the
same task; delta = 2 A12 - 1. p: exact, two-sided, blocked by task. adj: p adjusted over the planned
contrasts (Holm), or over the exploratory ones (Benjamini and Hochberg, marked *). equal: within 10
%, by two one-sided tests. undecided: no conclusion, not even equality. Only rows over all tasks are
tests; rows of one task describe.

pace of improvement
task   track  area/call  area/token  area/second  area/money       floor  25%  50%  75%  rungs
-----  -----  ---------  ----------  -----------  ----------  ----------  ---  ---  ---  -----
alpha  A              -           -            -           -  5/5 in 1.0    -    -    -      -
alpha  C              -           -            -           -  5/5 in 1.0    -    -    -      -
beta   A              -           -            -           -  1/1 in 1.0    -    -    -      -
beta   C              -           -            -           -  2/2 in 1.0    -    -    -      -
The known programs of these tasks are not measured on this machine (aiopt task frontier): alpha,
  beta

area: the best speedup so far (log2), averaged over the calls, tokens, seconds or money spent, as a
share of the log2 speedup of the best known program (the frontier); at most 1.25. floor: cells in
which a program became faster than the start beyond noise. 25%, 50%, 75%: cells that reached this
share of the frontier. Behind each, the mean number of calls until then; a cell that did not get
there counts with all its calls. rungs: steps of the ladder that the best program equals or beats,
median over cells. These figures are the search's own measurements, whose maximum is too high. -:
not recorded.

tracks
track  model  feedback  strategy   hint  cells  description
-----  -----  --------  ---------  ----  -----  -----------
A      small  none      evolution  none      6  -
C      small  profile   evolution  none      7  -

models and costs
model  answered as  calls  prompt tokens  reply tokens  seconds  cost
-----  -----------  -----  -------------  ------------  -------  ----
small  -               26              -             -     26.0     -

Tokens as the endpoint counts them (-: some call was not counted). Seconds of answered requests.
Cost by the price table (-: no price).

machines
machine  cells  facts
-------  -----  -----
unknown     13  -

noise floors
task   machine  cells  evaluations     sd  faster from  drift
-----  -------  -----  -----------  -----  -----------  -----
alpha  machine     10            0  0.70%        1.021      -
beta   machine      3            0  0.70%        1.021      -

The starting program measured against itself: number of evaluations, their standard deviation, the
smallest speedup that counts as faster, and the difference between slowest and fastest evaluation
(drift).

Every number above comes from results/four/*/journal.jsonl
"""


def table(lines: list[str], first_word: str) -> list[list[str]]:
    """Cells of the rows under the header that starts with this word; columns stand two spaces apart."""
    start = next(i for i, line in enumerate(lines) if line.startswith(first_word + " ")) + 2
    rows = []
    for line in lines[start:]:
        if not line or ":" in line:
            break
        rows.append(re.split(r"\s{2,}", line))
    return rows


@pytest.mark.parametrize(
    ("share", "words"), [(None, "on held-out workloads is not measured"), (0.4, "gets 40% of that gain")]
)
def test_known_programs_are_named_with_what_champions_reach(
    study: Any, share: float | None, words: str
) -> None:
    report = build_report(study("alpha", A=[0.1], C=[0.2]))
    (found,) = report.studies
    rows = [
        replace(row, cells=tuple(replace(cell, share=share) for cell in row.cells))
        for row in found.tables[0].rows
    ]
    known = replace(found, tables=(replace(found.tables[0], rows=tuple(rows), known=(9.9,)),))
    (said,) = [text for text in summary(known, report).found if "Known programs" in text]
    assert said.startswith("Known programs reach 9.9x (alpha); ")
    assert words in said


def test_golden(make: Any, study: Any) -> None:
    cells = [
        *study("alpha", A=[0.0, 0.1, 0.2, 0.3, 0.4], C=[0.35, 0.45, 0.55, 0.65, 0.75]),
        make.trajectory("A", 1, "beta", model="small", confirmed=[0.25, 0.35]),
        make.trajectory("C", 1, "beta", champion=None, confirmed=[]),
        make.trajectory("C", 2, "beta", finished=False, confirmed=[], iterations=20),
    ]
    assert "\n".join(render(build_report(cells, "results"))) == GOLDEN


def test_one_seed_is_too_small_for_p(study: Any) -> None:
    lines = render(build_report(study(A=[0.1], C=[0.5])))
    assert table(lines, "contrast") == [
        ["C - A", "all tasks", "1 v 1", "-", "-", "-", "-", "n too small", "-"]
    ]


def test_missing_numbers_are_dashes(make: Any) -> None:
    cell = make.trajectory(confirmed=[], floor=None, attempts=())
    (row,) = table(render(build_report([cell])), "task   track")
    assert row == ["alpha", "A", "1/1", "0", "-", "-", "-", "-", "-", "-", "-"]


def test_tracks_that_are_absent_are_named(study: Any) -> None:
    text = "\n".join(render(build_report(study(A=[0.1]))))
    assert "D - B: nothing to compare (no task has comparable cells of both tracks)" in text
    assert "contrast " not in text


def test_results_directory_and_journals_are_named(make: Any) -> None:
    lines = render(build_report([make.trajectory()], results="elsewhere/results"))
    assert "Every number above comes from elsewhere/results/four/*/journal.jsonl" in lines


def test_each_study_shows_its_own_warnings(make: Any) -> None:
    one, two = make.trajectory(model="mutator"), make.trajectory(study="second")
    first, second = "\n".join(render(build_report([one, two]))).split("Study second")
    assert "! mutator: embedded" in first
    assert "! mutator: embedded" not in second


def test_models_go_by_short_names_and_are_named_in_full_once(make: Any) -> None:
    name = "http://127.0.0.1:8911/v1#meta-llama/Llama-3.3-70B"
    lines = render(build_report([make.trajectory(model=name)]))
    assert max(map(len, lines)) <= 100
    text = "\n".join(lines)
    assert text.count("http://127.0.0.1") == 1
    assert "Llama-3.3-70B" in text.split("confirmed speedup by task")[0]


def test_the_same_name_at_two_endpoints_stays_in_full() -> None:
    specs = ["http://a/v1#m", "http://b/v1#m", "openai:gpt-5", "rewriter-local"]
    assert short_names(specs) == {
        "http://a/v1#m": "http://a/v1#m",
        "http://b/v1#m": "http://b/v1#m",
        "openai:gpt-5": "gpt-5",
        "rewriter-local": "rewriter-local",
    }


@pytest.mark.parametrize(("tasks", "tracks"), [(1, 1), (6, 4), (14, 4), (14, 12)])
def test_the_first_screen_is_one_screen(make: Any, tasks: int, tracks: int) -> None:
    cells = [
        make.trajectory(
            f"T{track}", 1, f"task_{task}", model=f"http://h/v1#m{track}", notes=("a note " * 30, "b")
        )
        for task in range(tasks)
        for track in range(tracks)
    ]
    lines = first_screens(build_report(cells))
    assert len(lines) <= 40
    assert lines[0].startswith("Study four: ")
    assert any(line.startswith("There is no answer") for line in lines)
    assert any(line.startswith("! ") for line in lines)
    assert any(line.startswith("More: -v") for line in lines)


def test_sections_are_shown_by_name(study: Any) -> None:
    text = "\n".join(chosen(build_report(study(A=[0.1], C=[0.5])), ["contrasts"]))
    assert "contrasts of the confirmed speedup" in text
    assert "confirmed speedups" not in text


def test_empty_report_has_no_lines() -> None:
    assert render(build_report([])) == []


def numbers(data: object) -> Iterator[float]:
    """Every number in the report's data, and how many things each of its tuples holds."""
    if isinstance(data, bool):
        return
    if isinstance(data, int | float):
        yield data
    elif isinstance(data, tuple):
        yield len(data)
        for item in data:
            yield from numbers(item)
    elif is_dataclass(data):
        for field in fields(data):
            yield from numbers(getattr(data, field.name))


def printed_forms(report: Report) -> set[str]:
    forms = set()
    for x in numbers(report):
        forms |= {f"{x}", f"{x:.2f}", f"{x:+.2f}".strip("+-"), f"{x:.3f}", f"{x:.4f}", f"{x:.1%}".strip("%")}
        forms.add(f"{2.0 ** min(x, 64):.3f}")
        if 0 <= x < 0.0001:  # a chance, "<0.0001"
            forms.add("0.0001")
    return forms


outcome = st.floats(-2, 2)
seeds = st.lists(outcome, max_size=6)


@settings(max_examples=40, deadline=None)
@given(st.fixed_dictionaries(dict.fromkeys("ABCD", seeds)), st.booleans())
def test_every_number_in_the_tables_is_in_the_data(
    study: Any, values: dict[str, list[float]], two_tasks: bool
) -> None:
    cells = study("alpha", **values) + (study("beta", **values) if two_tasks else [])
    report = build_report(cells)
    lines = render(report)
    assert max(map(len, lines), default=0) <= 100
    forms = printed_forms(report)
    for word in ("task   track", "contrast"):
        if any(line.startswith(word + " ") for line in lines):
            printed = {
                n for row in table(lines, word) for cell in row for n in re.findall(r"\d+\.?\d*", cell)
            }
            assert printed <= forms


@pytest.mark.parametrize("width", [72, 100, 140])
def test_width_is_kept_by_running_text(make: Any, width: int) -> None:
    cells = [
        make.trajectory(t, s, finished=s < 4, notes=("a note " * 30,)) for t in "AC" for s in range(1, 6)
    ]
    lines = render(build_report(cells), width)
    assert all(len(line) <= width for line in lines if not re.search(r"\S  +\S|---", line))
