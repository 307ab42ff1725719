"""Agreement of the codebook's depth with people who rated mutations blind.

The rules of depth have no fitted number, so agreement per task is shown instead of refitting them without it.
``--programs``: folder of unpacked recordings, one folder per study. Labels are compared by no rule here yet.
Usage: python benchmarks/labels.py RATINGS --programs DIR [--quick]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from tabulate import tabulate

from pytest_aiopt.codebook.character import character, read
from pytest_aiopt.codebook.depth import depth
from pytest_aiopt.codebook.validation.agreement import quadratic_kappa
from pytest_aiopt.journal.events import Edited, Opened, Proposed
from pytest_aiopt.journal.events import read as read_journal
from pytest_aiopt.model import Candidate

Key = tuple[str, str, str, int]
Row = tuple[str, int, int, int]


def main() -> None:
    """Print the table and one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ratings", type=Path)
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    pairs = dict(_pairs(options.programs))
    rows = [_row(pairs, each) for each in json.loads(options.ratings.read_text())]
    tasks = sorted({row[0] for row in rows})
    table = [(name, *_kappas([row for row in rows if name in ("all", row[0])])) for name in ("all", *tasks)]
    print(tabulate(table, headers=["task", "n", "codebook, 1", "codebook, 2", "raters"], floatfmt=".2f"))
    n, one, two, raters = _kappas(rows)
    lower = None if one is None or two is None else min(one, two)
    print(json.dumps({"mutations": n, "depth_kappa": lower, "raters_kappa": raters, "labels": {}}))


def _pairs(folder: Path) -> Iterator[tuple[Key, tuple[str, str]]]:
    for root in sorted(each for each in folder.iterdir() if each.is_dir()):
        for path in sorted(root.rglob("journal.jsonl")):
            events = read_journal(path)
            opened = events[0]
            if not isinstance(opened, Opened):
                continue
            sources, parents = {Candidate(opened.program).sha: opened.program}, dict[int, str]()
            for event in events:
                if isinstance(event, Proposed):
                    parents[event.step] = event.parent
                elif isinstance(event, Edited) and event.candidate and event.source is not None:
                    sources[event.candidate] = event.source
                    key = (root.name, opened.cell.task, path.parts[-3], event.step)
                    yield key, (sources[parents[event.step]], event.source)


def _row(pairs: dict[Key, tuple[str, str]], rated: dict[str, object]) -> Row:
    key = (str(rated["study"]), str(rated["task"]), str(rated["track"]), int(str(rated["step"])))
    parent, child = pairs[key]
    found = depth(character(parent, child), read(parent).structure, read(child).structure).depth
    one, two = rated["rater_1"], rated["rater_2"]
    assert isinstance(one, dict)
    assert isinstance(two, dict)
    return key[1], int(found), one["depth"], two["depth"]


def _kappas(rows: Sequence[Row]) -> tuple[int, float | None, float | None, float | None]:
    ours = [(row[1], row[2]) for row in rows], [(row[1], row[3]) for row in rows]
    between = quadratic_kappa([(row[2], row[3]) for row in rows])
    return len(rows), quadratic_kappa(ours[0]), quadratic_kappa(ours[1]), between


if __name__ == "__main__":
    main()
