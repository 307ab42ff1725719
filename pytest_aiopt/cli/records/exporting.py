"""``aiopt records export``: publishes the records of a study, or writes them for another tool."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from pytest_aiopt.cli.base import options
from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.cli.base.output import Output
from pytest_aiopt.design.study import Study
from pytest_aiopt.errors import StoreError
from pytest_aiopt.journal.store import Store

TO = ("csv", "parquet", "inspect")


def export(study: Study, store: Store, tasks_dir: Path, target: Path, out: Output) -> int:
    """Write the records of ``study`` to a directory or a file."""
    from pytest_aiopt.journal import archive
    from pytest_aiopt.verify import recording

    with archive.written(target) as folder:
        written = recording.export(study, store, tasks_dir, folder)
    where = os.path.relpath(target)
    use = f"add it to other results: aiopt records import {where}"
    if folder == target:
        use = f"replay: cd {where} && pytest --aiopt-replay {recording.JOURNALS}"
    out.line(f"{written.study}: {written.cells} cells, {written.finished} finished, in {where}; {use}")
    out.result(
        {"study": written.study, "cells": written.cells, "finished": written.finished, "path": str(target)}
    )
    return 0


def export_to(name: str, study: str, store: Store, target: Path, out: Output) -> int:
    """Write the cells of ``study`` to a directory in the format of another tool."""
    from pytest_aiopt.analysis.readings import Reader
    from pytest_aiopt.report.exports import export as exports

    reader = Reader(store)
    read = reader.summaries([path for path in store.journals() if path.is_relative_to(store.study(study))])
    if not read.trajectories and not read.damaged:
        raise StoreError(f"study {study} has no records under {store.root}", "run some of its cells first")
    files = exports.write(target, name, read.trajectories, reader)
    cells, finished = len(read.trajectories), sum(t.finished for t in read.trajectories)
    out.line(f"{study}: {cells} cells, {finished} finished: {len(files)} files in {os.path.relpath(target)}")
    for line in read.damaged:
        out.line(f"left out: {line}")
    names = [path.name for path in files]
    result = {"study": study, "cells": cells, "finished": finished, "path": str(target), "files": names}
    out.result({**result, "damaged": read.damaged})
    return int(bool(read.damaged))


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="TARGET", help="new directory, or new file NAME.tar.xz")
    parser.add_argument(
        "--to",
        choices=TO,
        help="write a directory for another tool: csv and parquet tables of cells, calls and mutations, or "
        "logs of inspect_ai",
    )


def _run(call: Invocation) -> int:
    from pytest_aiopt.design.study_file import ALL

    if call.args.to is not None:
        return export_to(call.args.to, call.study.id, call.store, Path.cwd() / call.args.target, call.out)
    study = call.study if call.args.tracks else call.study.with_tracks((ALL,))
    return export(study, call.store, call.project.tasks_dir, Path.cwd() / call.args.target, call.out)


COMMAND = Command(
    "export",
    "publish the records of the study as a directory or file that anyone can replay",
    "aiopt records export my-study.tar.xz",
    _run,
    (_arguments, options.study),
)
