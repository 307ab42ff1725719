"""Models, instruments and profilers from conftest files: fixtures that are replaced, and hooks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from pytest_aiopt.errors import DesignError
from pytest_aiopt.model import Cell

if TYPE_CHECKING:
    from pytest_aiopt.campaign.sources.instruments import Instruments
    from pytest_aiopt.campaign.sources.live import MakeModel
    from pytest_aiopt.models.base import LanguageModel, ModelSpec
    from pytest_aiopt.profiling.base import Profiler

MODEL, INSTRUMENTS, PROFILERS = "aiopt_model", "aiopt_instruments", "aiopt_profilers"
HOOKS = ("pytest_aiopt_make_model", "pytest_aiopt_profilers")


def replaced(config: pytest.Config, fixture: str) -> bool:
    """Whether a conftest.py or a plugin defines a function with the name of one of our fixtures.

    This is known before collection, also in the controller of pytest-xdist, which collects nothing.
    """
    modules = [plugin for plugin in config.pluginmanager.get_plugins() if isinstance(plugin, ModuleType)]
    return sum(fixture in vars(module) for module in modules) > 1  # one is ours


def refuse_on_workers(config: pytest.Config) -> None:
    """Raise DesignError if a conftest.py replaces parts that workers of a scheduler cannot load."""
    own = [name for name in (MODEL, INSTRUMENTS, PROFILERS) if replaced(config, name)]
    own += [name for name in HOOKS if getattr(config.hook, name).get_hookimpls()]
    if own:
        raise DesignError(
            f"{own[0]} is defined in a conftest.py, which workers of a scheduler do not load",
            "leave out --aiopt-scheduler (pytest -n runs cells in parallel on this machine), or remove it",
        )


def model_maker(config: pytest.Config) -> MakeModel:
    """Return the function that makes a model from its spec: the hook's, or this package's."""

    def make(spec: ModelSpec) -> LanguageModel:
        from pytest_aiopt.campaign.sources.live import make_model

        made: LanguageModel | None = config.hook.pytest_aiopt_make_model(spec=spec)
        return make_model(spec) if made is None else made

    return make


def further_profilers(config: pytest.Config) -> Callable[[], Iterable[Profiler]]:
    """Return the function that collects the profilers of the hooks."""
    return lambda: [one for several in config.hook.pytest_aiopt_profilers() for one in several]


@dataclass(frozen=True, slots=True)
class FixtureSource:
    """The source of ``campaign``: the fixtures aiopt_model and aiopt_instruments, which may be replaced.

    ``usual``: the model that this package's own fixture has made, if it was used.
    A fixture is set up when a cell needs it: a stored cell needs none.
    """

    request: pytest.FixtureRequest
    usual: Callable[[], LanguageModel | None]

    @property
    def live(self) -> bool:
        """Fixtures do real work."""
        return True

    def model(self, cell: Cell) -> LanguageModel:
        """Return the model of the fixture."""
        model: LanguageModel = self.request.getfixturevalue(MODEL)
        return model

    def instruments(self, cell: Cell) -> Instruments:
        """Return the instruments of the fixture."""
        instruments: Instruments = self.request.getfixturevalue(INSTRUMENTS)
        return instruments

    def identity(self, cell: Cell) -> Mapping[str, str]:
        """Name the model if it is not the one of the study file."""
        from pytest_aiopt.campaign.sources.source import OWN_MODEL

        model = self.model(cell)
        return {} if model is self.usual() else {OWN_MODEL: model.name}
