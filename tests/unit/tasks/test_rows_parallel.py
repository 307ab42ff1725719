"""rows_parallel: its oracle, its inputs and its workloads."""

import struct
from itertools import pairwise

import helpers
import numpy as np
from hypothesis import given, settings

TASK = helpers.task("rows_parallel")


def parts(request):
    """The crew, and for each sheet its rows as lists of plans (balance, payment, rate, basis)."""
    count, crew = struct.unpack_from("<II", request)
    sheets, at = [], 64
    for _ in range(count):
        (rows,) = struct.unpack_from("<I", request, at)
        starts = struct.unpack_from(f"<{rows + 1}I", request, at + 8)
        at += 8 + (rows + 2) // 2 * 8
        plans = list(struct.iter_unpack("<4I", request[at : at + 16 * starts[-1]]))
        at += 16 * starts[-1]
        sheets.append([plans[a:b] for a, b in pairwise(starts)])
    assert at == len(request)
    return crew, sheets


def course(plan, levy):
    """Periods, interest, what is left and whether it is stuck, period by period."""
    balance, payment, rate, basis = plan
    if balance and balance * (rate + levy) // basis >= payment:
        return 0, 0, 0, 1
    periods = total = 0
    while balance and periods < 1200:
        interest = balance * (rate + levy) // basis
        balance = max(balance + interest - payment, 0)
        periods, total = periods + 1, total + interest
    return periods, total, balance, 0


def by_hand(request):
    levy, reply = 0, b""
    for rows in parts(request)[1]:
        sheet = 0
        for plans in rows:
            courses = sorted(course(plan, levy) for plan in plans)
            interest, left, stuck = (sum(each[i] for each in courses) for i in (1, 2, 3))
            middle = courses[len(courses) // 2][0] if courses else 0
            reply += struct.pack("<QQII", interest, left, middle, stuck)
            sheet += interest
        levy = sheet % 512
    return reply


@settings(max_examples=25, deadline=None)
@given(TASK.cases())
def test_the_oracle_agrees_with_plans_followed_one_by_one(request_):
    assert TASK.answer(request_) == by_hand(request_)


def test_the_cases_reach_what_matters():
    drawn = [parts(case) for case in helpers.cases("rows_parallel", 300)]
    plans = [plan for _, sheets in drawn for rows in sheets for row in rows for plan in row]
    assert {crew for crew, _ in drawn} == {1, 2, 3, 4}
    assert {0, 1, 4, 5, 65} <= {len(row) for _, sheets in drawn for rows in sheets for row in rows}
    assert any(rate >= basis and course((b, p, rate, basis), 0)[0] > 1 for b, p, rate, basis in plans[::5])
    assert any(balance + balance * rate // basis > 2**32 for balance, _, rate, basis in plans)
    assert any(course(plan, 0)[2] for plan in plans[::5])


def test_the_workloads_differ_by_seed_and_have_their_long_plans_where_they_should():
    first, again, other = (TASK.requests(TASK.scored, seed) for seed in (1, 1, 2))
    assert first == again != other
    _, sheets = parts(first[0])
    terms = np.array([[plan[0] / plan[1] for plan in row[:20]] for row in sheets[0]]).mean(axis=1)
    assert terms[:60].min() > 20 * terms[60:].max()
