"""The source of a usual run: the study's models and the instruments of this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pytest_aiopt.campaign.sources.instruments import Instruments
from pytest_aiopt.campaign.sources.workshop import Workshop
from pytest_aiopt.evaluation.host import sharing
from pytest_aiopt.model import Cell, Completion, Prompt
from pytest_aiopt.models import base as models
from pytest_aiopt.models import registry
from pytest_aiopt.models.base import LanguageModel, ModelSpec
from pytest_aiopt.profiling.base import Choice

MakeModel = Callable[[ModelSpec], LanguageModel]


@dataclass(frozen=True, slots=True)
class OnThisMachine:
    """An embedded model. It works on this machine, so it waits while a measurement has all cores."""

    model: LanguageModel

    @property
    def name(self) -> str:
        """The model's name."""
        return self.model.name

    def complete(self, prompt: Prompt, *, seed: int) -> Completion:
        """Return the model's reply."""
        with sharing.work():
            return self.model.complete(prompt, seed=seed)


def make_model(spec: ModelSpec) -> LanguageModel:
    """Return the model of a spec; raises ModelError for an unknown one or a missing key."""
    if models.is_embedded(spec.spec):
        return OnThisMachine(registry.make(spec.spec))
    return registry.make(spec)


@dataclass(frozen=True, slots=True)
class Live:
    """Makes models from the study's specs and instruments from this machine's tools.

    ``profilers``: those to use instead of the workshop's.
    """

    workshop: Workshop
    make: MakeModel = make_model
    profilers: Choice | None = None

    @property
    def live(self) -> bool:
        """Models are called and programs are built."""
        return True

    def model(self, cell: Cell) -> LanguageModel:
        """Return the model of a cell's track."""
        study = self.workshop.study
        return self.make(study.models[study.track(cell.track).model])

    def instruments(self, cell: Cell) -> Instruments:
        """Return the bench of a cell's task."""
        return self.workshop.bench(self.workshop.posed(cell), self.profilers)

    def identity(self, cell: Cell) -> Mapping[str, str]:
        """Return nothing: the study file identifies the model."""
        return {}
