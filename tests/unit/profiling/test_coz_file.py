"""Coz's profile format: what it means, and that damage is an error and never a wrong number."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.profiling.coz.coz_file import CozFormatError, parse

TEXT = """\
startup\ttime=1795413496826751449
experiment\tselected=/a/pc.cpp:18\tspeedup=0.65\tduration=377894733\tselected-samples=188
throughput-point\tname=item\tdelta=1930
throughput-point\tname=other\tdelta=2
experiment\tselected=/a/pc.cpp:15\tspeedup=0.00\tduration=500000000\tselected-samples=20
throughput-point\tname=item\tdelta=2400
latency-point\tname=wait\tarrivals=1\tdepartures=1\tdifference=0
runtime\ttime=700000000
samples\tlocation=/a/pc.cpp:18\tcount=600
runtime\ttime=932007760
samples\tlocation=/a/pc.cpp:18\tcount=800
samples\tlocation=/a/pc.cpp:15\tcount=90
"""

JSON = """\
{"type":"startup","time":1}
{"type":"experiment","selected":"pc.cpp:18","speedup":0.65,"duration":377894733,"selected_samples":188}
{"type":"throughput_point","name":"item","delta":1930}
"""


def test_text():
    (run,) = parse(TEXT)
    first, second = run.experiments
    assert (first.selected, first.speedup, first.duration_ns) == ("/a/pc.cpp:18", 0.65, 377894733)
    assert first.visits == {"item": 1930, "other": 2}
    assert (first.on_line, first.delay_ns) == (188, None)
    assert second.visits == {"item": 2400}
    assert run.runtime_ns == 932007760
    assert run.samples == {"/a/pc.cpp:18": 800, "/a/pc.cpp:15": 90}  # cumulative: the last ones


def test_json_lines():
    (run,) = parse(JSON)
    assert run.experiments[0].visits == {"item": 1930}
    assert run.experiments[0].on_line == 188


def test_runs_are_kept_apart():
    assert [len(run.experiments) for run in parse(TEXT + TEXT)] == [2, 2]


def test_experiments_on_the_macros_of_coz_itself_are_dropped():
    (run,) = parse(TEXT.replace("/a/pc.cpp:15", "/usr/include/coz.h:90"))
    assert len(run.experiments) == 1


def test_the_delay_of_bcoz_and_lull():
    (run,) = parse(TEXT.replace("selected-samples=188", "selected-samples=188\tdelay=99"))
    assert run.experiments[0].delay_ns == 99


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("speedup=0.65", "speedup=1.65"),
        ("speedup=0.65", "speedup=nan"),
        ("duration=377894733", "duration=-1"),
        ("duration=377894733", "duration=37e4"),
        ("\tduration=377894733", ""),
        ("delta=1930", "delta="),
        ("throughput-point", "throughput"),
        ("startup\ttime=1795413496826751449\n", ""),
        ("selected=/a/pc.cpp:18", "selected"),
        ("time=932007760", "time=soon"),
    ],
)
def test_damage_is_an_error_that_names_the_line(old, new):
    with pytest.raises(CozFormatError, match=r"line \d+ of the profile"):
        parse(TEXT.replace(old, new, 1) if old != "time=932007760" else TEXT.replace(old, new))


@given(st.text() | st.binary().map(lambda data: data.decode(errors="replace")))
def test_anything_else_is_an_error_or_empty(text):
    with contextlib.suppress(CozFormatError):
        assert all(not run.experiments for run in parse(text))


@given(st.integers(0, len(TEXT.splitlines())), st.randoms())
def test_shuffled_and_shortened_files_never_change_a_number(kept, draw):
    lines = TEXT.splitlines()
    draw.shuffle(lines)
    known = {(each.selected, each.speedup, each.duration_ns) for each in parse(TEXT)[0].experiments}
    with contextlib.suppress(CozFormatError):
        for run in parse("\n".join(lines[:kept])):
            assert {(each.selected, each.speedup, each.duration_ns) for each in run.experiments} <= known
