"""Whether form tells a placebo from a true text: a classifier tries on recorded profiles, rendered today.

``accuracy``: each program twice, as either of its workloads may be the scored one; programs in ten folds.
``unseen_task``: each program once, the scored workload as recorded, and each task judged by the others.
``known_task``: once and in ten folds, so that other versions of a program were learned from. What is told
apart then is content, as which lines of a task are hot on which workload.
Usage: python benchmarks/placebo_form.py [--quick] [RECORDING...]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Hashable, Iterator
from dataclasses import replace
from pathlib import Path

from tabulate import tabulate

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT))
from pytest_aiopt.journal.archive import directory  # noqa: E402
from pytest_aiopt.journal.events import Edited, Opened, Profiled, read  # noqa: E402
from pytest_aiopt.prompts.notes import locates  # noqa: E402
from pytest_aiopt.prompts.placebo import placebo  # noqa: E402
from pytest_aiopt.prompts.render import render  # noqa: E402
from tests.form import Pair, Seen, accuracy, recorded  # noqa: E402, shared with the tests

EXAMPLE = ROOT / "results" / "example.tar.xz"


def main() -> None:
    """Print one row per way of judging and the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("recordings", nargs="*", type=Path, metavar="RECORDING", help="default: the example")
    parser.add_argument("--quick", action="store_true", help="the programs of tests/data alone")
    options = parser.parse_args()
    programs = recorded()
    for recording in () if options.quick else options.recordings or (EXAMPLE,):
        programs += seen_in(recording)
    programs = list({each.program: each for each in programs}.values())
    once = [_pair(each, each.task) for each in programs]
    by_program = [replace(pair, group=n) for n, pair in enumerate(once)]
    turned = [Seen(each.task, each.program, each.twin, each.profiles) for each in programs]
    both = by_program + [_pair(each, n) for n, each in enumerate(turned)]
    found = {
        "pairs": len(both),
        "accuracy": accuracy(both),
        "unseen_task": accuracy(once, folds=len({pair.group for pair in once})),
        "known_task": accuracy(by_program),
    }
    names = (
        "either workload scored",
        "one workload scored, unseen tasks",
        "one workload scored, known tasks",
    )
    shares = [found["accuracy"], found["unseen_task"], found["known_task"]]
    sizes = [len(both), len(once), len(once)]
    rows = [(name, size, f"{share:.1%}") for name, size, share in zip(names, sizes, shares, strict=True)]
    print(tabulate(rows, ("judged", "pairs", "recognized")))
    print(json.dumps(found))


def seen_in(recording: Path) -> Iterator[Seen]:
    """Yield the programs of a recording that were profiled on two workloads."""
    with directory(recording) as folder:
        for path in sorted(folder.rglob("journal.jsonl")):
            events = read(path)
            opened = events[0]
            if not isinstance(opened, Opened):
                raise SystemExit(f"{path} does not start with an opened event; name a recording of campaigns")
            sources = {e.candidate: e.source for e in events if isinstance(e, Edited)}
            for event in events:
                if isinstance(event, Profiled) and locates(event.profiles) and locates(event.twin):
                    source = sources.get(event.candidate) or opened.program
                    yield Seen(opened.cell.task, source, event.profiles, event.twin)


def _pair(seen: Seen, group: Hashable) -> Pair:
    true = render(seen.profiles, seen.program)
    return Pair(true, placebo(seen.profiles, seen.twin, seen.program), group)


if __name__ == "__main__":
    main()
