"""Sources that answer from the journals of an earlier run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pytest_aiopt.campaign.sources.instruments import Instruments
from pytest_aiopt.campaign.sources.recorded import Recording, ReplayedMeasurements, ReplayedModel
from pytest_aiopt.campaign.sources.source import OWN_MODEL, Source
from pytest_aiopt.journal import store
from pytest_aiopt.model import Cell
from pytest_aiopt.models.base import LanguageModel


@dataclass(frozen=True, slots=True)
class Replay:
    """Answers everything from journals: ``replies`` and ``measurements`` are the folders that hold them."""

    replies: Path
    measurements: Path

    @property
    def live(self) -> bool:
        """Nothing is called, built or measured."""
        return False

    def model(self, cell: Cell) -> LanguageModel:
        """Return the recorded replies of a cell."""
        return ReplayedModel(store.recorded(self.replies, cell))

    def instruments(self, cell: Cell) -> Instruments:
        """Return the recorded answers of a cell's instruments."""
        return Recording(store.recorded(self.measurements, cell))

    def identity(self, cell: Cell) -> Mapping[str, str]:
        """Return the recorded identity."""
        recorded = store.recorded(self.replies, cell).opened.identity
        return {name: value for name, value in recorded.items() if name == OWN_MODEL}


@dataclass(frozen=True, slots=True)
class ReplayMeasurements:
    """Takes measurements and profiles from the journals in a folder, and the rest from ``base``."""

    base: Source
    measurements: Path

    @property
    def live(self) -> bool:
        """Models are called and programs are built."""
        return self.base.live

    def model(self, cell: Cell) -> LanguageModel:
        """Return the model of the base."""
        return self.base.model(cell)

    def instruments(self, cell: Cell) -> Instruments:
        """Return instruments that build and judge like the base and measure like the recording."""
        return ReplayedMeasurements(store.recorded(self.measurements, cell), self.base.instruments(cell))

    def identity(self, cell: Cell) -> Mapping[str, str]:
        """Return that of the base."""
        return self.base.identity(cell)
