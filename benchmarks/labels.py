"""Agreement of the codebook with people who rated mutations blind: depth and methodologies.

Programs come from the recordings of the rated studies, ``<study>.tar.xz`` or a folder ``<study>``, in
``--recordings``: where the ratings lie or in the results directory unless given. The rules have no fitted
number, so agreement is shown by task instead of refitting them without it.
Usage: python benchmarks/labels.py [RATINGS] [--recordings DIR] [--quick]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tabulate import tabulate

from pytest_aiopt.codebook.character import character
from pytest_aiopt.codebook.raters.agreement import Kappa, Pair, pair
from pytest_aiopt.codebook.raters.ratings import Place, Rated, Rating, load, raters
from pytest_aiopt.journal.archive import SUFFIX, directory
from pytest_aiopt.journal.record import find_cell
from pytest_aiopt.model.methodology import NAMES

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "recordings"
CODEBOOK = "codebook"
QUICK = 12
"""Mutations of the quick run."""
Programs = dict[Place, tuple[str, str]]


def main() -> None:
    """Print the tables and one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("ratings", nargs="?", type=Path, default=SHARED / "ratings.json")
    parser.add_argument("--recordings", type=Path)
    parser.add_argument("--quick", action="store_true", help=f"the first {QUICK} mutations alone")
    options = parser.parse_args()
    rated = load(options.ratings)[: QUICK if options.quick else None]
    beside = [options.ratings.parent, ROOT / "results", SHARED]
    folders = [options.recordings] if options.recordings else beside
    programs = {
        place: pair_ for study in {r.place.study for r in rated} for place, pair_ in of_study(study, folders)
    }
    judged = [with_codebook(each, programs) for each in rated]
    people = raters(rated)
    show(judged, people)
    print(f"unclassed by the codebook: {sum(CODEBOOK not in each.ratings for each in judged)}\n")
    ours = [pair(judged, CODEBOOK, name) for name in people]
    names = sorted({name for each in ours for name in each.labels})
    labels = {name: lowest([each.labels[name] for each in ours if name in each.labels]) for name in names}
    print(
        json.dumps(
            {
                "mutations": len(judged),
                "depth_kappa": lowest([each.depth for each in ours]),
                "raters_kappa": lowest([each.depth for each in between(judged, people)]),
                "labels": labels,
            }
        )
    )


def of_study(study: str, folders: Sequence[Path]) -> Iterator[tuple[Place, tuple[str, str]]]:
    """Yield the mutations of a recorded study, each as parent and child."""
    places = [folder / name for folder in folders for name in (study, f"{study}{SUFFIX}")]
    source = next((place for place in places if place.exists()), None)
    if source is None:
        raise SystemExit(f"no recording of study {study}: name its folder with --recordings")
    with directory(source) as root:
        for path in sorted(root.rglob("journal.jsonl")):
            record = find_cell(path)
            for step in record.steps if record else ():
                edited = step.edited
                if record is None or edited is None or edited.source is None:
                    continue
                cell = record.cell
                place = Place(study, cell.task, cell.track, cell.seed, step.number)
                yield place, (record.sources[step.proposed.parent], edited.source)


def with_codebook(rated: Rated, programs: Programs) -> Rated:
    """Add what the rules say; nothing where they cannot class the mutation."""
    found = character(*programs[rated.place])
    if found.depth is None:
        return rated
    labels = tuple(NAMES[code] for code in sorted(found.names))
    own = Rating(int(found.depth), found.kind.value == "structural", labels)
    return replace(rated, ratings={**rated.ratings, CODEBOOK: own})


def between(judged: Sequence[Rated], people: Sequence[str]) -> list[Pair]:
    """Compare the people with each other."""
    return [pair(judged, a, b) for at, a in enumerate(people) for b in people[at + 1 :]]


def lowest(kappas: Sequence[Kappa]) -> float | None:
    """The smallest of some kappas; None where one cannot be estimated."""
    values = [each.value for each in kappas]
    return None if not values or None in values else round(min(v for v in values if v is not None), 4)


def show(judged: Sequence[Rated], people: Sequence[str]) -> None:
    """Print depth by task, labels, and where depths differ."""
    tasks = sorted({each.place.task for each in judged})
    for name in ["all", *tasks]:
        part = [each for each in judged if name in ("all", each.place.task)]
        pairs = [*(pair(part, CODEBOOK, person) for person in people), *between(part, people)]
        rows = [[f"{p.first}, {p.second}", p.n, text(p.depth)] for p in pairs]
        print(tabulate(rows, headers=[f"depth, {name}", "n", "quadratic kappa"]), "\n")
    pairs = [*(pair(judged, CODEBOOK, person) for person in people), *between(judged, people)]
    names = sorted({name for each in pairs for name in each.labels})
    rows = [[name, *(text(p.labels.get(name, Kappa(0, None))) for p in pairs)] for name in names]
    print(tabulate(rows, headers=["label", *(f"{p.first}, {p.second}" for p in pairs)]), "\n")
    ours = pairs[: len(people)]
    confused = [[p.second, *depths, n] for p in ours for depths, n in sorted(p.confusion.items())]
    print(tabulate(confused, headers=["rater", "codebook", "rater's depth", "mutations"]), "\n")


def text(kappa: Kappa) -> str:
    """A kappa with its interval."""
    if kappa.value is None:
        return "-"
    return f"{kappa.value:.2f} ({kappa.low:.2f} to {kappa.high:.2f})"


if __name__ == "__main__":
    main()
