"""How long Lull goes on with programs whose every run is one experiment."""

import random

import pytest

from pytest_aiopt.profiling.addresses import Site
from pytest_aiopt.profiling.line_table import Row
from pytest_aiopt.profiling.lull.session import BUDGET_S, SHORT_BUDGET_S, Session
from pytest_aiopt.profiling.lull.stretch import MOST_STRETCHED, stretch

RUN_S = 0.05
SAVES = {"p.cpp:9": 0.6, "p.cpp:12": 0.0}
ROWS = [Row(0x401000, Site(12, "f")), Row(0x401010, Site(9, "g")), Row(0x401020, None)]


class Program:
    """A program of 50 ms, whose runs differ by ``noise`` (a relative standard deviation)."""

    def __init__(self, noise: float, own_s: float = 0.0, noise_alone: float = 0.0) -> None:
        self.now_s = 0.0
        self._noise, self._own_s, self._noise_alone = noise, own_s, noise_alone
        self._draw = random.Random(1)

    def launch(self, plan):
        """Run as Lull's plan says, and return what Lull would write."""
        words = [line.split() for line in plan.splitlines()]
        names = [rest[0] for kind, *rest in words if kind == "line"]
        made = ["startup\ttime=0"]
        took_s = RUN_S * max(0.2, self._draw.gauss(1, self._noise))
        for kind, *rest in words:
            if kind == "step":
                name = names[int(rest[0])] if int(rest[0]) >= 0 else names[0]
                faster = int(rest[1]) / 1000
                took_s *= 1 - SAVES[name] * faster
                took_s += self._own_s
                experiment = f"selected={name}\tspeedup={faster}\tduration={took_s * 1e9:.0f}"
                made.append(f"experiment\t{experiment}\tselected-samples=50")
                made.append("throughput-point\tname=end-to-end\tdelta=1")
        made += [f"samples\tlocation={name}\tcount=100" for name in names]
        made.append(f"runtime\ttime={took_s * 1e9:.0f}")
        self.now_s += RUN_S
        return RUN_S, "\n".join(made) + "\n"

    def alone(self):
        """Run without Lull."""
        self.now_s += RUN_S
        return RUN_S, RUN_S * self._draw.gauss(1, self._noise_alone)


def studied(noise, budget_s=BUDGET_S):
    program = Program(noise)
    return Session(ROWS, "p.cpp", program.launch, clock=lambda: program.now_s).study(budget_s)


def test_half_the_time_will_do_where_runs_agree():
    study = studied(0.002)
    assert study.seconds == pytest.approx(SHORT_BUDGET_S / 2, abs=2 * RUN_S)
    first, second = study.lines
    assert [first.name, second.name] == ["p.cpp:9", "p.cpp:12"]
    assert [each.value for each in first.curve] == pytest.approx([0.15, 0.3, 0.45], abs=0.01)
    assert all(each.low <= 0.005 and each.high >= -0.005 for each in second.curve)


def test_all_of_it_is_used_where_they_do_not():
    assert studied(0.3).seconds == pytest.approx(SHORT_BUDGET_S, abs=2 * RUN_S)


def test_less_than_it_may_be_asked_for():
    assert studied(0.3, budget_s=2.0).seconds == pytest.approx(2.0, abs=2 * RUN_S)


def first_line(own_s, noise_alone=0.0, *, alone=True):
    program = Program(0.002, own_s, noise_alone)
    made = Session(
        ROWS, "p.cpp", program.launch, clock=lambda: program.now_s, alone=program.alone if alone else None
    )
    return made.study().lines[0]


def test_a_saving_is_a_share_of_the_run_without_lull():
    # 60 % of 50 ms are the line's; Lull adds 20 ms to each run, so it sees 7.5, 15 and 22.5 of 70 ms go
    seen = [0.0075 / 0.070, 0.015 / 0.070, 0.0225 / 0.070]
    values = [each.value for each in first_line(0.020, alone=False).curve]
    assert values == pytest.approx(seen, abs=0.01)
    curve = first_line(0.020).curve
    assert [each.value for each in curve] == pytest.approx([0.15, 0.3, 0.45], abs=0.01)
    assert all(each.low <= true <= each.high for each, true in zip(curve, [0.15, 0.3, 0.45], strict=True))


def test_runs_without_lull_that_differ_widen_the_interval():
    def width(noise_alone):
        last = first_line(0.020, noise_alone).curve[-1]
        return last.high - last.low

    assert width(0.3) > 3 * width(0.0)


def test_the_times_with_and_without_lull_are_known():
    program = Program(0.002, own_s=0.020)
    made = Session(ROWS, "p.cpp", program.launch, clock=lambda: program.now_s, alone=program.alone).study()
    assert (made.stretch.base_s, made.stretch.alone_s) == pytest.approx((RUN_S + 0.020, RUN_S), rel=0.01)
    assert made.stretch.high == pytest.approx(1.4, abs=0.01)
    assert studied(0.002).stretch is None


def test_lulls_own_work_is_limited():
    alone = [10e6, 10.1e6, 9.9e6] * 20
    assert stretch([11.0e6, 11.1e6, 10.9e6] * 20, alone).refused == ""
    assert "10.0 ms alone, 12.0 ms" in stretch([12.0e6, 12.1e6, 11.9e6] * 20, alone).refused


def test_a_slowdown_that_is_uncertain_is_refused():
    # as measured on a program whose runs take 7 or 12 ms: 1.1 times as long in the mean, up to 1.3
    base, alone = [6.5e6, 11.7e6] * 20, [5.5e6, 11.0e6] * 20
    found = stretch(base, alone)
    ratios = []
    draw = random.Random(5)
    for _ in range(4000):  # the same by resampling
        ratios.append(sum(draw.choices(base, k=40)) / sum(draw.choices(alone, k=40)))
    assert found.high == pytest.approx(sorted(ratios)[3900], abs=0.02)
    assert found.base_s / found.alone_s < MOST_STRETCHED < found.high
    assert found.refused


def test_one_run_says_nothing_of_the_slowdown():
    assert stretch([10e6], [10e6, 10e6]).refused
    assert stretch([], [10e6]) is None
