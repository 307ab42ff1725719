"""``aiopt label``: mutations rated blind by people on a local page or by models, and their agreement."""

from __future__ import annotations

import argparse
import contextlib
import itertools
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_aiopt.cli.base import options, stored
from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.cli.base.output import Output
from pytest_aiopt.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_aiopt.codebook.raters.agreement import Kappa, Pair
    from pytest_aiopt.codebook.raters.ratings import Place
    from pytest_aiopt.labelling.rating import Ratings
    from pytest_aiopt.labelling.sample import Mutation

    Found = list[tuple[Place, Mutation]]

SAMPLE, CALLS = 60, 100


def _run(call: Invocation) -> int:
    from pytest_aiopt.labelling.rating import FILE, Ratings
    from pytest_aiopt.labelling.sample import drawn, mutations

    args, ratings = call.args, Ratings(call.store.root / FILE)
    read = stored.journals(call.store)
    stored.write_damaged(read.damaged, call.out)
    found = [each for record in read.journals.values() for each in mutations(record)]
    if args.export:
        return _export(args.export, ratings, call.out)
    if args.take:
        return _import(args.take, ratings, found, call.out)
    sample = drawn(found, args.sample, args.seed)
    if args.rater is None:
        return _status(ratings, found, sample, call.out)
    if not sample:
        raise StoreError("no valid mutation is on record", "run a study first, or import one")
    if ":" in args.rater:
        return _ask(call, args.rater, sample, ratings)
    return _serve(call, args.rater, sample, ratings)


def _status(ratings: Ratings, found: Found, sample: list[Mutation], out: Output) -> int:
    """Write the ratings of each rater and the agreement of every pair, the codebook included."""
    from pytest_aiopt.codebook.raters.agreement import pair
    from pytest_aiopt.labelling.agreement import CODEBOOK, judged

    rated = judged(ratings, found)
    raters = sorted({name for each in rated for name in each.ratings} - {CODEBOOK})
    latest = ratings.latest()
    left = {name: sum((one.id, name) not in latest for one in sample) for name in raters}
    counts = {name: sum(name in each.ratings for each in rated) for name in raters}
    for name in raters:
        out.line(f"{name}: {counts[name]} rated, {left[name]} of the sample of {len(sample)} left")
    pairs = [pair(rated, one, other) for one, other in itertools.combinations([*raters, CODEBOOK], 2)]
    for each in pairs if raters else ():
        for line in _agreement(each):
            out.line(line)
    if not raters:
        out.line(f"nobody has rated yet; {len(sample)} mutations are drawn: aiopt label --rater YOUR_NAME")
    agreement = [
        {
            "raters": [each.first, each.second],
            "mutations": each.n,
            "depth_kappa": each.depth.value,
            "confusion": [[*depths, n] for depths, n in sorted(each.confusion.items())],
            "labels": {name: kappa.value for name, kappa in each.labels.items()},
        }
        for each in pairs
    ]
    out.result({"sample": len(sample), "rated": counts, "left": left, "agreement": agreement})
    return 0


def _agreement(found: Pair) -> Iterator[str]:
    """Write the agreement of two raters: depth, where their depths differ, and each label."""
    kappa = _kappa(found.depth)
    yield f"{found.first}, {found.second}: {found.n} mutations, quadratic kappa of depth {kappa}"
    apart = {depths: n for depths, n in sorted(found.confusion.items()) if depths[0] != depths[1]}
    if apart:
        counts = ", ".join(f"{a} and {b}: {n}" for (a, b), n in apart.items())
        yield f"  mutations with different depths ({found.first} and {found.second}): {counts}"
    for name, label in found.labels.items():
        yield f"  kappa of {name}: {_kappa(label)}"


def _kappa(found: Kappa) -> str:
    if found.value is None:
        return "cannot be estimated"
    return f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"


def _serve(call: Invocation, rater: str, sample: list[Mutation], ratings: Ratings) -> int:
    from pytest_aiopt.labelling.page import HOST, Session, server

    session = Session(sample, ratings, rater)
    with server(session, call.args.port) as running:
        call.out.line(f"open http://{HOST}:{running.server_port}/ in a browser; Ctrl-C ends")
        with contextlib.suppress(KeyboardInterrupt):
            running.serve_forever()
    left = len(session.open_places())
    call.out.line(f"{len(sample) - left} of {len(sample)} rated, {left} left; the same command goes on")
    call.out.result({"rater": rater, "sample": len(sample), "left": left})
    return 0


def _ask(call: Invocation, spec: str, sample: list[Mutation], ratings: Ratings) -> int:
    """Let a model rate the sample within ``--calls``; return 1 if a reply holds no rating."""
    from pytest_aiopt.labelling.model import FILE, Calls, rate
    from pytest_aiopt.models import registry
    from pytest_aiopt.models.base import ModelSpec

    model = registry.make(ModelSpec(spec))
    calls, rated, unread, tokens = Calls(call.store.root / FILE), 0, 0, 0
    given = ratings.latest()
    for made, rating in rate(sample, model, spec, calls, budget=call.args.calls):
        usage = made.completion.usage
        tokens += (usage.prompt_tokens or 0) + (usage.completion_tokens or 0)
        if rating is None:
            unread += 1
        else:
            rated += 1
            if given.get((rating.mutation, rating.rater)) != rating:
                ratings.append([rating])
    left = len(sample) - rated - unread
    call.out.line(f"{spec}: {rated} rated, {unread} replies without a rating, {left} left, {tokens} tokens")
    call.out.result(
        {
            "rater": spec,
            "rated": rated,
            "unread": unread,
            "left": left,
            "tokens": tokens,
            "calls": str(calls.path),
        }
    )
    return int(unread > 0)


def _export(path: Path, ratings: Ratings, out: Output) -> int:
    from pytest_aiopt.labelling.rating import to_csv

    found = list(ratings.latest().values())
    try:
        path.write_text(to_csv(found))
    except OSError as error:
        raise StoreError(f"cannot write {path}: {error.strerror}", "name another file") from error
    out.line(f"{len(found)} ratings written to {path}")
    out.result({"ratings": len(found), "file": str(path)})
    return 0


def _import(path: Path, ratings: Ratings, found: Found, out: Output) -> int:
    """Add the ratings of a CSV file, or of a JSON file of mutations by study, task, track and step."""
    from pytest_aiopt.labelling.agreement import placed
    from pytest_aiopt.labelling.rating import from_csv

    if path.suffix == ".json":
        given = placed(path, found)
    else:
        try:
            given = from_csv(path.read_text(), path)
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"cannot read {path}: {error}", "name a CSV or JSON file of ratings") from error
    latest = ratings.latest()
    new = [one for one in given if latest.get((one.mutation, one.rater)) != one]
    ratings.append(new)
    out.line(f"{len(new)} of {len(given)} ratings added to {ratings.path}")
    out.result({"read": len(given), "added": len(new)})
    return 0


def _rater(value: str) -> str:
    if not value.strip():
        raise argparse.ArgumentTypeError("a rater needs a name")
    return value.strip()


def _arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--rater",
        type=_rater,
        metavar="NAME",
        help="serve the page for this person, or let a model rate: openai:NAME, http://HOST/v1#NAME",
    )
    what.add_argument("--export", type=Path, metavar="CSV", help="write the ratings that count")
    what.add_argument(
        "--import", dest="take", type=Path, metavar="FILE", help="add ratings of a CSV or JSON file"
    )
    parser.add_argument(
        "--sample",
        type=options.positive,
        default=SAMPLE,
        metavar="N",
        help=f"mutations to draw (default: {SAMPLE})",
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="seed of the draw (default: 0)")
    parser.add_argument(
        "--port", type=int, default=0, metavar="N", help="port of the page (default: a free one)"
    )
    parser.add_argument(
        "--calls",
        type=options.positive,
        default=CALLS,
        metavar="N",
        help=f"maximum number of model calls (default: {CALLS})",
    )


COMMAND = Command(
    "label",
    "rate mutations blind, by a local page or a model, and show how far raters agree",
    "aiopt label --rater ann --results results",
    _run,
    (_arguments,),
    "Without --rater it shows who has rated what. Raters see two programs and the rubric, but no track, "
    "speed, reply or order.",
)
