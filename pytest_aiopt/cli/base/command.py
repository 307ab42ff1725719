"""The definition of a subcommand, and the project that it works on."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pytest_aiopt.cli.base.output import Output
from pytest_aiopt.cli.base.project import Project
from pytest_aiopt.errors import AioptError, DesignError

if TYPE_CHECKING:
    from pytest_aiopt.campaign.laboratory import Laboratory
    from pytest_aiopt.design.study import Study
    from pytest_aiopt.journal.store import Store


class UsageError(AioptError):
    """A command line that asks for something that does not exist or contradicts itself."""


@dataclass
class Invocation:
    """One call of a subcommand: its arguments, the project it works on, and where it writes.

    ``make_laboratory`` replaces the class Laboratory, for tests.
    """

    args: argparse.Namespace
    project: Project
    out: Output
    make_laboratory: Callable[..., Laboratory] | None = None

    @cached_property
    def store(self) -> Store:
        """The results directory, which may not exist."""
        from pytest_aiopt.journal.store import Store

        return Store(self.project.results)

    @cached_property
    def study(self) -> Study:
        """The study as the options shape it; raises DesignError, or UsageError where an option is wrong."""
        from pytest_aiopt.cli.base.options import selection
        from pytest_aiopt.design import study as design

        loaded = design.load(self.project.study)
        try:
            return selection(self.args).of(loaded)
        except DesignError as error:
            raise UsageError(error.problem, error.remedy) from error

    @cached_property
    def laboratory(self) -> Laboratory:
        """The study on this machine."""
        from pytest_aiopt.campaign.laboratory import Laboratory
        from pytest_aiopt.models import prices

        return (self.make_laboratory or Laboratory)(
            self.study,
            tasks_dir=self.project.tasks_dir,
            results=self.store,
            unsafe=getattr(self.args, "unsafe_no_sandbox", False),
            prices=prices.load(self.project.prices),
        )

    def tasks(self) -> list[str]:
        """Return the tasks that the arguments name, all tasks of the project where they name none."""
        from pytest_aiopt.tasks import loader

        known = loader.discover(self.project.tasks_dir)
        unknown = [name for name in self.args.task if name not in known]
        if unknown:
            problem = f"no task {unknown[0]!r} under {self.project.tasks_dir}"
            raise UsageError(problem, f"known tasks: {', '.join(known) or 'none'}")
        return list(dict.fromkeys(self.args.task)) or known


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand: the text of its help, its own arguments, and its action.

    ``run`` returns the exit code: 0, or 1 where something is wrong.
    """

    name: str
    summary: str
    example: str
    run: Callable[[Invocation], int]
    arguments: tuple[Callable[[argparse.ArgumentParser], None], ...] = ()
    details: str = ""
