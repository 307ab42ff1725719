"""slot_desk: its oracle, its inputs and its workloads."""

import struct

import helpers
import numpy as np

TASK = helpers.task("slot_desk")
TAKE, CANCEL, BOOK, DROP, BUSIEST, HOLD, RELEASE, EXPIRE, JOIN, LEAVE = range(10)
START, STOP, CLASHES, RESERVED, SIT, RISE, AGENDA, SIMILAR = range(10, 18)
ACTIVITIES = [[1, 5], [5], [7]]
SESSIONS = [(10, 20, 3), (20, 30, 40)]
VISITS = [(9, 1), (8, 2), (9, 0), (8, 2)]
NAMES = [b"steady", b"study"]


def answers(*events):
    """What the oracle answers to events of two or three values, with the register above."""
    filled = [(*event, 0)[:3] for event in events]
    request = struct.pack("<5I", len(filled), len(ACTIVITIES), len(SESSIONS), len(VISITS), len(NAMES))
    request += np.array(filled, "<u4").tobytes() + np.array(SESSIONS, "<u4").tobytes()
    request += np.array(VISITS, "<u2").tobytes()
    request += b"".join(struct.pack("<I64s", len(name), name) for name in NAMES)
    request += b"".join(struct.pack(f"<{1 + len(needs)}I", len(needs), *needs) for needs in ACTIVITIES)
    return list(struct.unpack(f"<{len(filled)}I", TASK.answer(request)))


def test_the_oracle_answers_each_event_as_by_hand():
    assert answers((TAKE, 5), (TAKE, 5), (TAKE, 5), (CANCEL, 5), (TAKE, 4), (TAKE, 5)) == [5, 5, 6, 1, 4, 5]
    assert answers((TAKE, 2047), (TAKE, 2047), (TAKE, 2047), (CANCEL, 0)) == [2047, 2047, 2048, 0]
    assert answers((BOOK, 3), (BOOK, 2), (BUSIEST, 0, 9), (DROP, 2), (BUSIEST, 0, 9)) == [0, 0, 2, 0, 3]
    assert answers((HOLD, 7, 4), (HOLD, 8, 5), (EXPIRE, 4), (RELEASE, 8), (RELEASE, 8)) == [0, 0, 7, 1, 0]
    assert answers((LEAVE, 0), (JOIN, 4), (JOIN, 2), (JOIN, 2), (LEAVE, 0)) == [0, 0, 1, 1, 4]
    assert answers((START, 0), (START, 0), (CLASHES, 1), (STOP, 0), (CLASHES, 1), (CLASHES, 2))[2:] == [
        2,
        0,
        1,
        0,
    ]
    assert answers((RESERVED, 0, 10), (RESERVED, 19, 20), (RESERVED, 19, 21)) == [0, 3, 43]
    assert answers((SIT, 16, 0), (SIT, 0, 1), (SIT, 16, 0), (RISE, 16), (RISE, 64)) == [64, 16, 65, 1, 1]
    assert answers((SIT, 2047, 3), (SIT, 2047, 3)) == [8191, 8192]
    assert answers((AGENDA, 0, 3), (AGENDA, 2, 2)) == [((1 * 31 + 3) * 31 + 2) * 31 + 0, 2]
    assert answers((SIMILAR, 0, 1), (SIMILAR, 0, 0)) == [4, 6]


def test_the_cases_reach_every_kind_of_event_in_numbers_that_matter():
    drawn = helpers.cases("slot_desk", 200)
    counts = [struct.unpack_from("<I", case)[0] for case in drawn]
    kinds = {kind for case, count in zip(drawn, counts, strict=True) for kind in _kinds(case, count)}
    assert kinds == set(range(18))
    assert {0, 700} <= set(counts)


def _kinds(case, count):
    return np.frombuffer(case, "<u4", 3 * count, 20)[::3].tolist()


def test_nothing_shown_to_a_model_says_what_takes_time():
    assert not helpers.revealing(TASK)
