"""``aiopt live``: a local page that follows running cells."""

from __future__ import annotations

import argparse
import contextlib
import os
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.errors import AioptError, StoreError

if TYPE_CHECKING:
    from pytest_aiopt.live.snapshot import Plan
    from pytest_aiopt.live.watch import Watch


def _run(call: Invocation) -> int:
    watch = _watch(call)
    if call.args.json:
        call.out.result(watch.snapshot())
        return 0
    from pytest_aiopt.live.server import HOST, server

    running = server(watch, call.args.port)
    call.out.line(f"open http://{HOST}:{running.server_port}/ in a browser; Ctrl-C ends")
    with contextlib.suppress(KeyboardInterrupt):
        running.serve_forever()
    return 0


def _watch(call: Invocation) -> Watch:
    from pytest_aiopt.journal.store import Store
    from pytest_aiopt.live.figures import Figures
    from pytest_aiopt.live.follower import Follower
    from pytest_aiopt.live.watch import Watch
    from pytest_aiopt.models import prices
    from pytest_aiopt.tasks import ladders

    store = Store(Path.cwd() / call.args.folder) if call.args.folder else call.store
    if not store.root.is_dir():
        where = os.path.relpath(store.root)
        raise StoreError(f"there is no directory {where}", "name the results directory: aiopt live results")
    pattern = call.args.run
    follower = Follower(
        store,
        prices.load(call.project.prices),
        wanted=lambda study: pattern is None or fnmatchcase(study, pattern),
    )
    figures = Figures(ladders.stored(store.ladders))
    here = store.root.is_relative_to(Path.cwd())
    name = os.path.relpath(store.root) if here else str(store.root)
    return Watch(name, follower, _plan(call), figures)


def _plan(call: Invocation) -> Plan:
    """Return the cells that the study file declares."""
    from pytest_aiopt.live.snapshot import Plan

    try:
        study = call.study
    except AioptError:
        if call.args.study is not None:
            raise
        return Plan()  # the page follows journals; the study file only says what has not begun
    return Plan.of(study, named=call.args.study is not None)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "folder", nargs="?", metavar="RESULTS", help="results directory (default: the project's)"
    )
    parser.add_argument("--run", metavar="GLOB", help="only studies whose folder matches (default: all)")
    parser.add_argument(
        "--port", type=int, default=0, metavar="N", help="port of the page (default: a free one)"
    )


COMMAND = Command(
    "live",
    "follow running cells on a local page",
    "aiopt live results --study experiments/demo.toml",
    _run,
    (_arguments,),
    "The page reads the journals and changes nothing; it works while cells run and afterwards. The study "
    "file says which cells have not begun. --json writes the state once.",
)
