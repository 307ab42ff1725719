"""The contract of a source, and a source of given objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pytest_aiopt.campaign.sources.instruments import Instruments
from pytest_aiopt.model import Cell
from pytest_aiopt.models.base import LanguageModel

OWN_MODEL = "own model"
"""Name in a cell's identity: the model that answered in place of the one that the study names."""


class Source(Protocol):
    """Gives every cell its model and its instruments."""

    @property
    def live(self) -> bool:
        """Whether models are called and programs are built; False if a recording answers everything."""

    def model(self, cell: Cell) -> LanguageModel:
        """Return the model of a cell."""

    def instruments(self, cell: Cell) -> Instruments:
        """Return the instruments of a cell."""

    def identity(self, cell: Cell) -> Mapping[str, str]:
        """Return what identifies a cell's model beyond the study file."""


@dataclass(frozen=True, slots=True)
class Given:
    """A source of a caller's own model or instruments; ``base`` gives the part that is None."""

    base: Source
    own_model: LanguageModel | None = None
    own_instruments: Instruments | None = None

    @property
    def live(self) -> bool:
        """A caller's own objects do real work."""
        return True

    def model(self, cell: Cell) -> LanguageModel:
        """Return the given model, or that of the base."""
        return self.base.model(cell) if self.own_model is None else self.own_model

    def instruments(self, cell: Cell) -> Instruments:
        """Return the given instruments, or those of the base."""
        return self.base.instruments(cell) if self.own_instruments is None else self.own_instruments

    def identity(self, cell: Cell) -> Mapping[str, str]:
        """Name the given model, so that the cell's record shows who answered."""
        return self.base.identity(cell) if self.own_model is None else {OWN_MODEL: self.own_model.name}
