"""``aiopt register``: freezes the study before it runs."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from pytest_aiopt.cli.base import options
from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.cli.base.output import Output

if TYPE_CHECKING:
    from pytest_aiopt.campaign.laboratory import Laboratory


def register(laboratory: Laboratory, out: Output, *, again: bool = False) -> int:
    """Write the registration of the study and its hash."""
    from pytest_aiopt.analysis.thresholds import thresholds
    from pytest_aiopt.design import registration

    study, store = laboratory.study, laboratory.store
    store.prepare()
    tracks = [(track.name, study.model_of(track), track.feedback) for track in study.tracks]
    digests = {name: laboratory.task(name).digest for name in study.tasks}
    made = registration.make(study, digests, thresholds(tracks, study.outcome))
    stored, new = registration.register(store, made, again=again)
    path = store.study(study.id) / registration.FILE
    cells = len(study.grid())
    state = "registered" if new else "were registered"
    out.line(f"{study.id}: {cells} cells {state} in {os.path.relpath(path)}")
    out.line("publish this hash before the first cell runs:")
    out.line(f"sha256 {stored.sha256}")
    out.result({"study": study.id, "cells": cells, "new": new, "path": str(path), "sha256": stored.sha256})
    return 0


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--again",
        action="store_true",
        help="replace a registration whose cells have begun; the report will say so",
    )


def _run(call: Invocation) -> int:
    return register(call.laboratory, call.out, again=call.args.again)


COMMAND = Command(
    "register",
    "freeze design, tasks, thresholds and analysis into one file with a hash",
    "aiopt register --study experiments/tracks.toml --tracks all",
    _run,
    (_arguments, options.study),
)
