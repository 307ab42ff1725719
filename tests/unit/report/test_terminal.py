from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_aiopt.report.document import Report, build_report
from pytest_aiopt.report.text.terminal import render

GOLDEN = """\
! not finished, so without a confirmed speedup: beta-track_C-seed_2 (2 of 20 calls)

study four: 12 of 13 cells finished

question: does profile beat placebo on effective structural mutations a model call?
answer: none: no track shows a placebo, so the content of a profile cannot be told from the presence
  of a text
profile against no text (content and presence together): not enough data: not estimable: no task has
  comparable cells of both tracks
without a rate, as classes or noise floor are not on record: alpha-track_A-seed_1,
  alpha-track_A-seed_2, alpha-track_A-seed_3 and 9 more

task alpha
track  model  feedback  seeds  calls  valid  speedup        spread  faster  floor
-----  -----  --------  -----  -----  -----  -------  ------------  ------  -----
A      small  none        5/5     10  50.0%    1.149  1.000..1.320     3/5  1.021
C      small  profile     5/5     10  50.0%    1.464  1.275..1.682     5/5  1.021

task beta
track  model  feedback  seeds  calls  valid  speedup       spread  faster  floor
-----  -----  --------  -----  -----  -----  -------  -----------  ------  -----
A      small  none        1/1      2  50.0%    1.231  1.172-1.293     1/1  1.021
C      small  profile     1/2      4  50.0%  = 1.000            -     0/1  1.021

seeds: finished/started. valid: programs of other tokens and machine code that passed the gate, of
all calls. speedup: time of the starting program over time of the champion, confirmed on held-out
workloads; the median over seeds. spread: a-b the 95 % interval of one seed, a..b the range over
several. faster: cells whose interval lies above the floor, of those where both are known. floor:
the noise of the starting program against itself. =: a champion is the starting program itself, 1 by
identity and not measured.

contrasts of the confirmed speedup
contrast  over           n  ratio             interval   A12  delta            p     adj
--------  ---------  -----  -----  -------------------  ----  -----  -----------  ------
C - A     all tasks  6 v 6  1.275  1.035-1.464 (95.6%)  0.92  +0.85       0.0238  0.0714
C - A     alpha      5 v 5  1.275  1.035-1.569 (96.8%)  0.96  +0.92       0.0159  0.0476
C - A     beta       1 v 1      -                    -     -      -  n too small       -
C - A: feedback profile instead of none, both with model small: undecided (rank model p 0.0527)
B - A: not estimable: no task has comparable cells of both tracks
D - B: not estimable: no task has comparable cells of both tracks
left out (not finished): beta-track_C-seed_2

ratio: Hodges-Lehmann shift of the first track over the second with its exact interval; above 1 the
first is faster. A12: chance that a cell of the first beats one of the second on the same task;
delta = 2 A12 - 1. p: exact, two-sided, blocked by task. adj: p adjusted over the planned contrasts
by Holm, marked * over the others by Benjamini and Hochberg. equal: within 10 %, by two one-sided
tests. undecided is no claim of equality. Only the rows over all tasks confirm; those of one task
describe.

pace on alpha
track  a call  a token  a second  a unit       floor  25%  50%  75%  rungs
-----  ------  -------  --------  ------  ----------  ---  ---  ---  -----
A           -        -         -       -  5/5 in 1.0    -    -    -      -
C           -        -         -       -  5/5 in 1.0    -    -    -      -

pace on beta
track  a call  a token  a second  a unit       floor  25%  50%  75%  rungs
-----  ------  -------  --------  ------  ----------  ---  ---  ---  -----
A           -        -         -       -  1/1 in 1.0    -    -    -      -
C           -        -         -       -  2/2 in 1.0    -    -    -      -
no ladder is measured of alpha, beta on this machine; measure it: aiopt task check

a call, token, second, unit of money: the area, mean of best-so-far over what was spent, as a share
of the log2 speedup of the task's ladder (1.25 at most). floor, 25%, 50%, 75%: cells whose best so
far got past the noise floor and to these shares of the ladder, and the mean number of calls until
then, a cell that did not get there counting with all its calls. rungs: steps of the ladder no
faster than the best so far, median over cells. All of it is by the search's own measurements, whose
best is biased upwards. -: not recorded.

tracks
track  model  feedback  strategy   hint  cells  description
-----  -----  --------  ---------  ----  -----  -----------
A      small  none      evolution  none      6  -
C      small  profile   evolution  none      7  -

models and costs
model  answered as  calls  prompt tokens  reply tokens  seconds  cost
-----  -----------  -----  -------------  ------------  -------  ----
small  -               26              -             -     26.0     -

Tokens as the endpoint counts them, - where some call was not counted; seconds of answered requests;
cost by the price table, - without a price.

machines
machine  cells  facts
-------  -----  -----
unknown     13  -

noise floors
task   machine  cells  evaluations     sd  faster from  drift
-----  -------  -----  -----------  -----  -----------  -----
alpha  machine     10            0  0.70%        1.021      -
beta   machine      3            0  0.70%        1.021      -

The starting program against itself: evaluations of it, their sd, the speedup from which on a
program is called faster, and how far the slowest evaluation lies from the fastest.

every number above comes from results/four/*/journal.jsonl
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
    (row,) = table(render(build_report([cell])), "track")
    assert row == ["A", "small", "none", "1/1", "0", "-", "-", "-", "-", "-"]


def test_tracks_that_are_absent_are_named(study: Any) -> None:
    text = "\n".join(render(build_report(study(A=[0.1]))))
    assert "D - B: not estimable: no task has comparable cells of both tracks" in text
    assert "contrast " not in text


def test_results_directory_and_journals_are_named(make: Any) -> None:
    lines = render(build_report([make.trajectory()], results="elsewhere/results"))
    assert "every number above comes from elsewhere/results/four/*/journal.jsonl" in lines


def test_caveats_come_first_and_name_their_study_when_there_are_several(make: Any) -> None:
    one = make.trajectory(model="scripted")
    assert render(build_report([one]))[0].startswith("! scripted: embedded")
    two = make.trajectory(study="second")
    assert render(build_report([one, two]))[0].startswith("! study four: scripted: embedded")


def test_long_model_names_are_shown_whole(make: Any) -> None:
    name = "meta-llama/Llama-3.3-70B-Instruct-Turbo"
    lines = render(build_report([make.trajectory(model=name)]))
    assert max(map(len, lines)) <= 100
    column = lines[next(i for i, line in enumerate(lines) if line.startswith("track ")) + 2 :][:2]
    assert "".join(line[7:27].strip() for line in column) == name


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
    for word in ("track", "contrast"):
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
