"""``aiopt records export``: publishes the records of a study."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from pytest_aiopt.cli.base import options
from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.cli.base.output import Output
from pytest_aiopt.design.study import Study
from pytest_aiopt.journal.store import Store


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


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("target", metavar="TARGET", help="new directory, or new file NAME.tar.xz")


def _run(call: Invocation) -> int:
    from pytest_aiopt.design.study_file import ALL

    study = call.study if call.args.tracks else call.study.with_tracks((ALL,))
    return export(study, call.store, call.project.tasks_dir, Path.cwd() / call.args.target, call.out)


COMMAND = Command(
    "export",
    "publish the records of the study as a directory or file that anyone can replay",
    "aiopt records export my-study.tar.xz",
    _run,
    (_arguments, options.study),
)
