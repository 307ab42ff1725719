"""Noise floors as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tabulate import tabulate

from pytest_aiopt.model import NoiseFloor

HEADERS = ("task", "evaluations", "pairs", "sd %", "faster from %", "machine drift %", "seconds")


def floors_table(floors: Sequence[NoiseFloor], machine: Mapping[str, str]) -> str:
    """Return one row per task, followed by the machine and every refused floor."""
    rows = [
        [
            floor.task,
            len(floor.log2_ratios),
            floor.pairs,
            _percent(floor.sd),
            _percent(floor.delta),
            _percent(floor.drift),
            floor.seconds,
        ]
        for floor in floors
    ]
    described = ", ".join(f"{key} {value}" for key, value in machine.items())
    notes = [note for floor in floors for note in floor.notes]
    return "\n".join(
        [tabulate(rows, HEADERS, floatfmt=".2f", missingval="-"), f"machine: {described}", *notes]
    )


def _percent(log2_value: float | None) -> float | None:
    return None if log2_value is None else 100 * (2**log2_value - 1)
