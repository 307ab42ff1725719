"""How long Lull goes on with programs whose every run is one experiment."""

import random

import pytest

from pytest_aiopt.profiling.addresses import Site
from pytest_aiopt.profiling.line_table import Row
from pytest_aiopt.profiling.lull.profiler import MOST_STRETCHED, stretched
from pytest_aiopt.profiling.lull.session import BUDGET_S, SHORT_BUDGET_S, Session

RUN_S = 0.05
SAVES = {"p.cpp:9": 0.6, "p.cpp:12": 0.0}
ROWS = [Row(0x401000, Site(12, "f")), Row(0x401010, Site(9, "g")), Row(0x401020, None)]


class Program:
    """A program of 50 ms, whose runs differ by ``noise`` (a relative standard deviation)."""

    def __init__(self, noise: float) -> None:
        self.now_s = 0.0
        self._noise = noise
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
                experiment = f"selected={name}\tspeedup={faster}\tduration={took_s * 1e9:.0f}"
                made.append(f"experiment\t{experiment}\tselected-samples=50")
                made.append("throughput-point\tname=end-to-end\tdelta=1")
        made += [f"samples\tlocation={name}\tcount=100" for name in names]
        made.append(f"runtime\ttime={took_s * 1e9:.0f}")
        self.now_s += RUN_S
        return RUN_S, "\n".join(made) + "\n"


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


def test_the_time_of_a_run_without_a_speedup_is_known():
    assert studied(0.002).base_s == pytest.approx(RUN_S, rel=0.01)


def test_a_run_that_takes_much_longer_under_lull_is_not_judged():
    assert stretched(base_s=0.030, alone_s=0.0267) == ""
    assert stretched(base_s=MOST_STRETCHED * 0.01, alone_s=0.01) == ""
    assert "3.6 ms alone, 10.4 ms" in stretched(base_s=0.0104, alone_s=0.0036)
