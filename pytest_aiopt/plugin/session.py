"""The state of a pytest session: its laboratory and its cells. It is kept in ``config.stash``."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING

import pytest

from pytest_aiopt.design import study as design
from pytest_aiopt.errors import AioptError
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import Cell
from pytest_aiopt.models import prices
from pytest_aiopt.plugin import injection, progress
from pytest_aiopt.plugin.options import Settings

if TYPE_CHECKING:
    from pytest_aiopt.campaign.cluster.scheduler import Cluster
    from pytest_aiopt.campaign.laboratory import Laboratory
    from pytest_aiopt.models.base import LanguageModel

KEY = pytest.StashKey["AioptSession"]()


@dataclass
class AioptSession:
    """The state. ``fault``: why there is no grid; raised as a usage error after collection.

    ``model``: the last one that the fixture aiopt_model has made. ``sanity``: after a sanity run, per cell
    its model, whether it passed, and the lines to show.
    """

    config: pytest.Config
    settings: Settings
    fault: AioptError | None = None
    cells: list[Cell] = field(default_factory=list)
    cluster: Cluster | None = None
    model: LanguageModel | None = None
    sanity: list[tuple[str, bool, list[str]]] = field(default_factory=list)
    _laboratory: Laboratory | None = None

    @cached_property
    def known(self) -> dict[str, Cell]:
        """The cells of the study by id; empty if the study file has a fault."""
        try:
            return {cell.id: cell for cell in self.laboratory.study.grid()}
        except AioptError:
            return {}

    @property
    def uses_this_machine(self) -> bool:
        """Whether cells run here and with this package's instruments, not with those of a conftest.py."""
        own = injection.replaced(self.config, injection.INSTRUMENTS)
        return self.settings.scheduler is None and not own

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
                make_model=injection.model_maker(self.config),
                further_profilers=injection.further_profilers(self.config),
            )
            self._laboratory.warn = partial(progress.notice, self.config)
        return self._laboratory


def of(config: pytest.Config) -> AioptSession:
    """Return the session object of ``config``, made on first use."""
    if KEY not in config.stash:
        config.stash[KEY] = AioptSession(config, Settings.from_config(config))
    return config.stash[KEY]


def study(settings: Settings) -> design.Study:
    """Return the study with the options applied."""
    return settings.selection.of(design.load(settings.study))


def store(config: pytest.Config) -> Store:
    """Return the results directory of ``config``; it may not exist."""
    return Store(of(config).settings.results)


def reporter(config: pytest.Config) -> pytest.TerminalReporter:
    """Return the terminal reporter; raises pytest.UsageError without one."""
    found = config.pluginmanager.get_plugin("terminalreporter")
    if not isinstance(found, pytest.TerminalReporter):
        raise pytest.UsageError("this command writes to the terminal; run it without -p no:terminal")
    return found
