"""How much of each task's frontier the first valid reply of a recorded study takes, and eight calls.

The frontier is what ``aiopt task frontier`` measured where the cells ran, or the best speedup in the
recording where that is more or nothing was measured. Nothing is compiled or timed.
Usage: python benchmarks/saturation.py [--quick] [--track NAME]... RESULTS_OR_RECORDING
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path

from tabulate import tabulate

from pytest_aiopt.analysis.outcomes.saturation import LATE, Curve, curve_of, known_log2, saturation
from pytest_aiopt.journal.archive import directory
from pytest_aiopt.journal.record import read_cell
from pytest_aiopt.tasks import ladders

QUICK_CELLS = 12


def main() -> None:
    """Print one row per task and scored workload."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("source", type=Path, metavar="RESULTS_OR_RECORDING")
    parser.add_argument("--quick", action="store_true", help=f"the first {QUICK_CELLS} cells alone")
    parser.add_argument("--track", action="append", default=[], help="only cells of this track")
    options = parser.parse_args()
    curves: dict[str, list[Curve]] = defaultdict(list)
    known: dict[str, float] = defaultdict(float)
    with directory(options.source) as folder:
        stored = [one for place in sorted(folder.rglob("ladders")) for one in ladders.stored(place)]
        paths = [path for path in sorted(folder.rglob("*.jsonl")) if path.name == "journal.jsonl"]
        for path in paths[: QUICK_CELLS if options.quick else None]:
            record = read_cell(path)
            if not options.track or record.opened.track.name in options.track:
                name = ".".join(filter(None, (record.cell.task, record.opened.scored)))
                curves[name].append(curve_of(record))
                known[name] = max(known[name], known_log2(record, stored) or 0.0)
    if not curves:
        raise SystemExit(f"{options.source} holds no cell; name a results directory or a recording")
    found = {
        name: one for name, own in sorted(curves.items()) if (one := saturation(own, known[name])) is not None
    }
    rows = [(name, s.cells, s.frontier_log2, s.first_share, s.late_share) for name, s in found.items()]
    print(
        tabulate(
            rows, ("task", "cells", "frontier log2", "first valid reply", f"call {LATE}"), floatfmt=".2f"
        )
    )
    keys = {
        name: {
            "first_call_share": s.first_share,
            "after_8_share": s.late_share,
            "frontier_log2": s.frontier_log2,
        }
        for name, s in found.items()
    }
    print(json.dumps({"tasks": keys}))


if __name__ == "__main__":
    main()
