"""``aiopt report`` and ``pytest --aiopt-report``: compare the tracks of stored studies."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_aiopt.cli.base import stored, studies
from pytest_aiopt.cli.base.command import Command, Invocation, UsageError
from pytest_aiopt.cli.base.studies import Chosen

if TYPE_CHECKING:
    from pytest_aiopt.analysis.readings import Reader, Summaries
    from pytest_aiopt.analysis.trajectory import Trajectory
    from pytest_aiopt.journal.store import Store
    from pytest_aiopt.report.document import Beside, Report

FORMATS = ("terminal", "html", "md", "json", "csv", "parquet", "latex", "pdf")
Write = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Reporting:
    """The studies to report: those with a folder like ``pattern``, ``study`` alone, or all but short trials.

    Files go to ``folder``. ``also``: results of the same studies from other machines.
    """

    store: Store
    prices: Path
    pattern: str | None = None
    folder: Path | None = None
    study: str | None = None
    also: tuple[Path, ...] = ()

    def write(self, formats: Sequence[str], write: Write, *, verbose: bool = False) -> int:
        """Report in some formats; return 1 if a journal is damaged.

        Names of sections show these in the terminal; ``verbose`` shows all of them there.
        """
        chosen = self._chosen()
        reader, read = self._read(chosen)
        for line in self._lines(read, formats, verbose=verbose):
            write(line)
        files = [name for name in formats if name in FORMATS and name != "terminal"]
        for study in sorted({t.study for t in read.trajectories}) if files else ():
            own = [t for t in read.trajectories if t.study == study]
            for path in self._files(reader, own, files):
                write(f"aiopt report: {os.path.relpath(path)}")
        if chosen.apart:
            write(f"not shown: {', '.join(chosen.apart)} (aiopt report --run {chosen.apart[0]})")
        for line in read.damaged:
            write(f"left out: {line}")
        return int(bool(read.damaged))

    def _lines(self, read: Summaries, formats: Sequence[str], *, verbose: bool) -> Sequence[str]:
        from pytest_aiopt.report.text import terminal

        named = [name for name in formats if name not in FORMATS]
        if "terminal" not in formats and not named:
            return ()
        report = self._report(read)
        if verbose:
            return terminal.render(report)
        screens = terminal.first_screens(report) if "terminal" in formats else []
        return [*screens, *(terminal.chosen(report, named) if named else [])]

    def document(self) -> dict[str, object]:
        """Return the report of all chosen studies as plain data."""
        from pytest_aiopt.report.files import as_json

        _, read = self._read(self._chosen())
        return as_json(self._report(read)) | {"damaged": read.damaged}

    def _read(self, chosen: Chosen) -> tuple[Reader, Summaries]:
        from pytest_aiopt.analysis.readings import Reader

        reader = Reader(self.store)
        read = reader.summaries(chosen.journals)
        if not read.trajectories and not read.damaged:
            raise stored.nothing(self.store)
        return reader, read

    def _report(self, read: Summaries) -> Report:
        from pytest_aiopt.report.document import build_report

        root = os.path.relpath(self.store.root)
        return build_report(read.trajectories, root, self._beside(read.trajectories))

    def _chosen(self) -> Chosen:
        return studies.choose(self.store.journals(), self.store.root, pattern=self.pattern, study=self.study)

    def _beside(self, trajectories: Sequence[Trajectory]) -> Beside:
        import pytest_aiopt
        from pytest_aiopt.design import registration
        from pytest_aiopt.models import prices
        from pytest_aiopt.report.document import Beside, Registered
        from pytest_aiopt.tasks import information, ladders

        chosen = {t.study for t in trajectories}
        used = {(t.cell.task, t.identity.get("task", "")) for t in trajectories}
        checked = {study: registration.checked(self.store, study) for study in chosen}
        return Beside(
            ladders=ladders.stored(self.store.ladders),
            prices=prices.load(self.prices),
            registration={study: registration.lines(state) for study, state in checked.items()},
            registered={
                study: Registered(state.when, state.found.sha256, state.found.packages, state.deviations)
                for study, state in checked.items()
                if state.found is not None
            },
            elsewhere=self._elsewhere(chosen),
            unfit={each: information.unfit(self.store.information, *each) or () for each in used},
            versions={"pytest-aiopt": pytest_aiopt.__version__, **registration.packages()},
        )

    def _elsewhere(self, studies: Collection[str]) -> list[Trajectory]:
        from pytest_aiopt.analysis.readings import Reader
        from pytest_aiopt.errors import StoreError
        from pytest_aiopt.journal.store import Store

        found: list[Trajectory] = []
        for folder in self.also:
            store = Store(folder)
            read = Reader(store).summaries(store.journals())
            if read.damaged:
                raise StoreError(read.damaged[0], "restore the journal, or leave that directory out")
            own = [t for t in read.trajectories if t.study in studies]
            if not own:
                raise StoreError(f"{folder} holds no cell of {', '.join(sorted(studies))}", "check --also")
            found += own
        return found

    def _files(self, reader: Reader, own: Sequence[Trajectory], formats: Sequence[str]) -> list[Path]:
        from pytest_aiopt.report import files

        study = own[0].study
        folder = self.store.report(study) if self.folder is None else self.folder / study
        return files.write(folder, own, formats, reader, self._beside(own))


def formats(text: str) -> list[str]:
    """Return the formats and sections in a list separated by commas, in their order; raises UsageError."""
    from pytest_aiopt.report.sections import NAMES

    asked = {name.strip() for name in text.split(",")}
    unknown = sorted(asked - {*FORMATS, *NAMES})
    if unknown:
        raise UsageError(
            f"unknown report format {unknown[0]!r}",
            f"choose from {', '.join(FORMATS)}, or a section: {', '.join(NAMES)}",
        )
    return [name for name in (*FORMATS, *NAMES) if name in asked]


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format",
        metavar="FORMATS",
        help=f"{', '.join(FORMATS)}, or the name of a section such as pace; several separated by commas",
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="show all sections in the terminal")
    parser.add_argument(
        "--output", metavar="DIR", help="where files go (default: report/ in the study's results)"
    )
    parser.add_argument(
        "--run",
        metavar="GLOB",
        help="only studies whose folder matches (default: all but smoke and sanity runs)",
    )
    parser.add_argument(
        "--also",
        metavar="DIR",
        action="append",
        default=[],
        help="results of the same study from another machine: shows what holds on all; may be repeated",
    )
    parser.add_argument("--prices", metavar="PATH", help="price table of the models")


def _run(call: Invocation) -> int:
    args = call.args
    folder = None if args.output is None else Path.cwd() / args.output
    named = None if args.study is None or args.run else call.study.id
    also = tuple(Path.cwd() / each for each in args.also)
    reporting = Reporting(call.store, call.project.prices, args.run, folder, named, also)
    if not args.json:
        return reporting.write(formats(args.format or "terminal"), call.out.line, verbose=args.verbose)
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
    "The report goes to the terminal unless --format names files. pytest --aiopt-report does the same.",
)
