"""``aiopt report`` and ``pytest --aiopt-report``: compare the tracks of stored studies."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_aiopt.cli.base import stored
from pytest_aiopt.cli.base.command import Command, Invocation, UsageError

if TYPE_CHECKING:
    from pytest_aiopt.analysis.readings import Reader, Told
    from pytest_aiopt.analysis.trajectory import Trajectory
    from pytest_aiopt.journal.store import Store
    from pytest_aiopt.report.document import Beside, Report

FORMATS = ("terminal", "html", "md", "json", "csv", "parquet")
Write = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Reporting:
    """What is reported: studies whose folder matches ``pattern``, or all; files go to ``folder``."""

    store: Store
    prices: Path
    pattern: str | None = None
    folder: Path | None = None

    def write(self, formats: Sequence[str], write: Write) -> int:
        """Report in some formats; return 1 where a journal is damaged."""
        from pytest_aiopt.report.text import terminal

        reader, read = self._read()
        if "terminal" in formats:
            for line in terminal.render(self._report(read)):
                write(line)
        files = [name for name in formats if name != "terminal"]
        for study in sorted({t.study for t in read.trajectories}) if files else ():
            own = [t for t in read.trajectories if t.study == study]
            for path in self._files(reader, own, files):
                write(f"aiopt report: {os.path.relpath(path)}")
        for line in read.damaged:
            write(f"left out: {line}")
        return int(bool(read.damaged))

    def document(self) -> dict[str, object]:
        """Return the report of all chosen studies as plain data."""
        from pytest_aiopt.report.files import as_json

        _, read = self._read()
        return as_json(self._report(read)) | {"damaged": read.damaged}

    def _read(self) -> tuple[Reader, Told]:
        from pytest_aiopt.analysis.readings import Reader

        reader = Reader(self.store)
        read = reader.told(self._chosen())
        if not read.trajectories and not read.damaged:
            raise stored.nothing(self.store)
        return reader, read

    def _report(self, read: Told) -> Report:
        from pytest_aiopt.report.document import build_report

        root = os.path.relpath(self.store.root)
        return build_report(read.trajectories, root, self._beside(read.trajectories))

    def _chosen(self) -> Sequence[Path]:
        """Return the journals of the chosen studies; raises UsageError where the pattern matches none."""
        journals = self.store.journals()
        if self.pattern is None:
            return journals
        names = {path: path.relative_to(self.store.root).parts[0] for path in journals}
        chosen = [path for path, name in names.items() if fnmatch(name, self.pattern)]
        if journals and not chosen:
            problem = f"no study under {os.path.relpath(self.store.root)} matches {self.pattern}"
            raise UsageError(problem, f"there are {', '.join(sorted(set(names.values())))}")
        return chosen

    def _beside(self, trajectories: Sequence[Trajectory]) -> Beside:
        from pytest_aiopt.design import registration
        from pytest_aiopt.models import prices
        from pytest_aiopt.report.document import Beside
        from pytest_aiopt.tasks import ladders

        studies = {t.study for t in trajectories}
        return Beside(
            ladders=ladders.stored(self.store.ladders),
            prices=prices.load(self.prices),
            registration={study: registration.lines(self.store, study) for study in studies},
        )

    def _files(self, reader: Reader, own: Sequence[Trajectory], formats: Sequence[str]) -> list[Path]:
        from pytest_aiopt.report import files

        study = own[0].study
        folder = self.store.report(study) if self.folder is None else self.folder / study
        return files.write(folder, own, formats, reader, self._beside(own))


def formats(text: str) -> list[str]:
    """Return the formats in a list separated by commas, in their order here; raises UsageError."""
    asked = {name.strip() for name in text.split(",")}
    unknown = sorted(asked - set(FORMATS))
    if unknown:
        raise UsageError(f"unknown report format {unknown[0]!r}", f"choose from {', '.join(FORMATS)}")
    return [name for name in FORMATS if name in asked]


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format", metavar="FORMATS", help=f"{', '.join(FORMATS)}; several separated by commas"
    )
    parser.add_argument(
        "--output", metavar="DIR", help="where files go (default: report/ in the study's results)"
    )
    parser.add_argument("--run", metavar="GLOB", help="only studies whose folder matches")
    parser.add_argument("--prices", metavar="PATH", help="price table of the models")


def _run(call: Invocation) -> int:
    args = call.args
    folder = None if args.output is None else Path.cwd() / args.output
    reporting = Reporting(call.store, call.project.prices, args.run, folder)
    if not args.json:
        return reporting.write(formats(args.format or "terminal"), call.out.line)
    if args.format is not None:
        raise UsageError("--json and --format exclude each other", "--format json writes report.json")
    if args.output is not None:
        raise UsageError("--json writes no files", "leave out --output, or choose --format json")
    document = reporting.document()
    call.out.result(document)
    return int(bool(document["damaged"]))


COMMAND = Command(
    "report",
    "compare the tracks of the stored studies",
    "aiopt report --format html,csv --run 'tracks-*'",
    _run,
    (_arguments,),
    "In the terminal unless --format names files. pytest --aiopt-report does the same.",
)
