"""Embedded models share this machine with measurements."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_aiopt.evaluation.host import sharing
from pytest_aiopt.model import Completion, Prompt
from pytest_aiopt.models.base import LanguageModel


@dataclass(frozen=True, slots=True)
class OnThisMachine:
    """An embedded model, which works here and so waits while somebody measures on all cores."""

    model: LanguageModel

    @property
    def name(self) -> str:
        """The model's."""
        return self.model.name

    def complete(self, prompt: Prompt, *, seed: int) -> Completion:
        """Ask the model."""
        with sharing.work():
            return self.model.complete(prompt, seed=seed)
