"""One line a step while a cell runs, and the hook for other listeners."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pytest_aiopt.model import Cell, Status
from pytest_aiopt.study.events import Built, Confirmed, Edited, Event, Floored, Judged, Measured, Paused


def teller(config: pytest.Config, cell: Cell, iterations: int) -> Callable[[Event], None]:
    """Return the listener of a cell: forwards to ``pytest_aiopt_event`` and writes to the terminal."""

    def tell(event: Event) -> None:
        config.hook.pytest_aiopt_event(cell=cell, event=event)
        text = describe(event)
        if text:
            step = getattr(event, "step", None)
            _write(config, f"{cell.id} {'' if step is None else f'{step}/{iterations} '}{text}")

    return tell


def describe(event: Event) -> str | None:
    """Return what a person wants to know of ``event``, if anything."""
    match event:
        case Floored(floor=floor):
            measured = f"noise floor {100 * (2**floor.delta - 1):.1f} % (A/A, n={len(floor.log2_ratios)})"
            return "; ".join([measured, *floor.notes])
        case Edited(candidate=None, detail=detail):
            return f"edit_error: {detail[:70]}"
        case Built(ok=False):
            return "compile_error"
        case Judged(verdict=verdict) if verdict.status is not Status.PASSED:
            return f"{verdict.status.value}: {verdict.detail[:70]}"
        case Measured(measurement=measurement) if measurement is not None:
            return f"{measurement.speedup:.3f}x {measurement.counted}".rstrip()
        case Measured(verdict=verdict) if verdict is not None:
            return f"{verdict.status.value} {verdict.detail}"
        case Paused(detail=detail):
            return f"paused: {detail}"
        case Confirmed(measurements=found) if found:
            return "held-out: " + ", ".join(f"{one.workload} {one.speedup:.3f}x" for one in found)
    return None


def _write(config: pytest.Config, text: str) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput") or config.get_verbosity() < 0:
        return
    capture = config.pluginmanager.get_plugin("capturemanager")
    if capture is None:
        reporter.write_line(text)
        return
    with capture.global_and_fixture_disabled():
        reporter.ensure_newline()
        reporter.write_line(f"  {text}")
