"""``aiopt records import``: adds published records to the results."""

from __future__ import annotations

import argparse
from pathlib import Path

from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.cli.base.output import Output
from pytest_aiopt.journal.store import Store


def add(source: Path, store: Store, out: Output) -> int:
    """Add the records of a published directory or file to ``store``."""
    from pytest_aiopt.journal import archive
    from pytest_aiopt.verify import recording

    store.prepare()
    with archive.directory(source) as folder:
        added = recording.import_(folder, store)
    new = added.cells - added.known
    out.line(
        f"{added.study}: {new} cells added, {added.known} there already, {added.finished} finished; "
        "compare the tracks with: aiopt report"
    )
    out.result({"study": added.study, "added": new, "known": added.known, "finished": added.finished})
    return 0


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="directory or file that records export wrote")


def _run(call: Invocation) -> int:
    return add(Path.cwd() / call.args.source, call.store, call.out)


COMMAND = Command(
    "import",
    "add the records of a published directory or file to the results",
    "aiopt records import my-study.tar.xz --results other-results",
    _run,
    (_arguments,),
)
