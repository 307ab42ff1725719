"""The laboratory of a pytest session and what is known about its cells; kept in ``config.stash``."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import pytest

from pytest_aiopt.design import study as design
from pytest_aiopt.errors import AioptError
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import Cell
from pytest_aiopt.models import prices
from pytest_aiopt.plugin.options import Settings

if TYPE_CHECKING:
    from pytest_aiopt.campaign.cluster.scheduler import Cluster
    from pytest_aiopt.campaign.laboratory import Laboratory

KEY = pytest.StashKey["AioptSession"]()


@dataclass
class AioptSession:
    """``fault``: why the grid could not be made; raised as a usage error once collection is over."""

    settings: Settings
    fault: AioptError | None = None
    cells: list[Cell] = field(default_factory=list)
    cluster: Cluster | None = None
    _laboratory: Laboratory | None = None

    @cached_property
    def known(self) -> dict[str, Cell]:
        """The cells of the study by their ids; none where the study file is at fault."""
        try:
            return {cell.id: cell for cell in self.laboratory.study.grid()}
        except AioptError:
            return {}

    @property
    def laboratory(self) -> Laboratory:
        """The laboratory of this session's options; raises AioptError for a bad study file."""
        if self._laboratory is None:
            from pytest_aiopt.campaign.laboratory import Laboratory

            settings = self.settings
            self._laboratory = Laboratory(
                study(settings),
                tasks_dir=settings.tasks_dir,
                results=Store(settings.results),
                unsafe=settings.unsafe,
                sanitize=settings.sanitize,
                replay=settings.replay,
                replay_measurements=settings.replay_measurements,
                prices=prices.load(settings.prices),
            )
        return self._laboratory


def of(config: pytest.Config) -> AioptSession:
    """Return the session object of ``config``, made on first use."""
    if KEY not in config.stash:
        config.stash[KEY] = AioptSession(Settings.from_config(config))
    return config.stash[KEY]


def study(settings: Settings) -> design.Study:
    """Return the study as the options shape it."""
    return settings.selection.of(design.load(settings.study))


def store(config: pytest.Config) -> Store:
    """Return the results directory of ``config``, which may not exist."""
    return Store(of(config).settings.results)


def reporter(config: pytest.Config) -> pytest.TerminalReporter:
    """Return what writes to the terminal; raises pytest.UsageError where there is none."""
    found = config.pluginmanager.get_plugin("terminalreporter")
    if not isinstance(found, pytest.TerminalReporter):
        raise pytest.UsageError("this command writes to the terminal; run it without -p no:terminal")
    return found
