"""The part of a study that a command line selects, and how it changes it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pytest_aiopt.design.study import Study


@dataclass(frozen=True, slots=True)
class Selection:
    """Options that shape a study before its grid is made."""

    tasks: tuple[str, ...] = ()
    tracks: tuple[str, ...] = ()
    stage: int = 1
    iterations: int | None = None
    models: tuple[str, ...] = ()
    budgets: tuple[str, ...] = ()
    smoke: bool = False
    sanity: bool = False

    def of(self, study: Study) -> Study:
        """Return ``study`` as these options shape it; raises DesignError for an unknown name."""
        chosen = study.restricted(self.tasks).with_tracks(self.tracks)
        chosen = chosen.with_stage(self.stage).with_models(self.models)
        for assignment in self.budgets:
            chosen = replace(chosen, budget=chosen.budget.changed(assignment))
        if self.smoke:
            chosen = self._smoke(chosen)
        if self.sanity:
            chosen = chosen.sanity()
        return replace(chosen, iterations=self.iterations or chosen.iterations)

    def _smoke(self, study: Study) -> Study:
        if self.tasks and len(study.tasks) > 1:
            return study.smoke_of_tasks(all_tracks=bool(self.tracks))
        return study.smoke()
