"""``aiopt baseline``: noise floors from many A/A evaluations of each task, spread over time in rounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pytest_aiopt.cli.base import options
from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.cli.base.output import Output
from pytest_aiopt.model import Measurement, NoiseFloor

if TYPE_CHECKING:
    from pytest_aiopt.campaign.bench import Bench
    from pytest_aiopt.campaign.laboratory import Laboratory

ROUNDS = 6
EVALUATIONS = 30


def calibrate(
    benches: Sequence[Bench], write: Callable[[str], None], *, evaluations: int = EVALUATIONS
) -> list[NoiseFloor]:
    """Measure and store the floor of each task; at least ``evaluations`` each, in rounds over all tasks.

    ``write`` gets one line per round. Floors stored before are replaced, except where a task fails.
    """
    each = -(-evaluations // ROUNDS)
    measured: dict[str, list[Measurement]] = {bench.task.label: [] for bench in benches}
    for number in range(1, ROUNDS + 1):
        for bench in benches:
            measured[bench.task.label] += bench.equals(each)
        write(f"round {number}/{ROUNDS}: {each} A/A evaluations of {', '.join(measured)}")
    return [bench.keep_floor(measured[bench.task.label]) for bench in benches]


def baseline(laboratory: Laboratory, out: Output) -> int:
    """Measure and store the noise floor of every task of the study, for each workload that scores."""
    from pytest_aiopt.report.text.floors import floors_table

    laboratory.prepare()
    benches = laboratory.benches()
    floors = calibrate(benches, out.line)
    machine = dict(benches[0].machine)
    out.line(floors_table(floors, machine))
    out.result({"machine": machine, "floors": floors})
    return 0


def _run(call: Invocation) -> int:
    return baseline(call.laboratory, call.out)


COMMAND = Command(
    "baseline",
    "measure and store the noise floor of every task of the study on this machine",
    "aiopt baseline --tasks record_scan,key_index",
    _run,
    (options.study, options.sandbox),
)
