"""One model call: reserved before it is made, recorded where it stops or is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from pytest_aiopt.errors import BudgetReached, ModelError
from pytest_aiopt.journal.events import Event, Faulted, Lost, Note, Paused
from pytest_aiopt.journal.journal import Recorder
from pytest_aiopt.model import Completion, PauseReason, Prompt
from pytest_aiopt.models.base import Billed, LanguageModel

Reserve = Callable[[int, Prompt, int], Note | None]
"""Records that a call (step, prompt, seed) is about to be made, if it costs; raises BudgetReached."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Makes the calls of a cell. ``on_event`` gets the notes that it records."""

    model: LanguageModel
    recorder: Recorder
    reserve: Reserve
    on_event: Callable[[Event], None]

    def call(self, step: int, prompt: Prompt, seed: int) -> Completion:
        """Return the reply; raises BudgetReached or ModelError, with the pause on record."""
        try:
            if self._reserved(step, prompt, seed) and isinstance(self.model, Billed):
                self.model.on_lost = partial(self._lost, step, prompt, seed)
                self.model.on_fault = partial(self._faulted, step)
            return self.model.complete(prompt, seed=seed)
        except (BudgetReached, ModelError) as stop:
            self._pause(step, stop)
            raise

    def _reserved(self, step: int, prompt: Prompt, seed: int) -> bool:
        asked = self.reserve(step, prompt, seed)
        if asked is not None:
            self.on_event(asked)
        return asked is not None

    def _lost(self, step: int, prompt: Prompt, seed: int, again: bool) -> None:
        """Record an attempt that timed out, and make room for the next one."""
        self._note(Lost(step))
        if again:
            self._reserved(step, prompt, seed)

    def _faulted(self, step: int, text: str, wait_s: float) -> None:
        self._note(Faulted(step, text, wait_s))

    def _pause(self, step: int, stop: BudgetReached | ModelError) -> None:
        reason = PauseReason.BUDGET if isinstance(stop, BudgetReached) else PauseReason.ENDPOINT
        paused = Paused(step, reason, str(stop))
        if self.recorder.journal.events[-1] != paused:
            self._note(paused)

    def _note(self, note: Note) -> None:
        self.recorder.note(note)
        self.on_event(note)
