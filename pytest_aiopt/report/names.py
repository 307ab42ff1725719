"""Short names of models for tables; the section on models gives their full specs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pytest_aiopt.analysis.trajectory import Trajectory


def short_names(specs: Iterable[str]) -> dict[str, str]:
    """Return a short name by spec: the model's name without its endpoint, if that is unambiguous."""
    known = sorted(set(specs))
    names = {
        spec: spec.rpartition("#")[2].removeprefix("openai:").rpartition("/")[2] or spec for spec in known
    }
    used = Counter(names.values())
    return {spec: name if used[name] == 1 else spec for spec, name in names.items()}


def named(trajectories: Sequence[Trajectory]) -> list[Trajectory]:
    """Return the cells with the short names of their models."""
    names = short_names(t.model for t in trajectories)
    return [replace(t, model=names[t.model]) for t in trajectories]
