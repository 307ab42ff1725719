"""The contrasts of a study: declared in its file, else derived from the factors of its tracks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pytest_aiopt.analysis.trajectory import Trajectory

NONE, PROFILE, PLACEBO = "none", "profile", "placebo"
"""Levels of the feedback factor with a fixed role in the plan; any other is contrasted with none."""

CLASSICAL = (("C", "A"), ("B", "A"), ("D", "B"))
"""(treated, control) for studies with the four tracks A to D, whether or not all of them have cells yet."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A contrast of tracks. ``confirms``: part of Holm's family; other contrasts are exploratory (BH).

    ``across_models``: the tracks differ in the model, so blocks are tasks; else blocks are pairs of task and
    model. ``name``: name of a contrast declared in the study file.
    """

    treated: tuple[str, ...]
    control: tuple[str, ...]
    confirms: bool = True
    across_models: bool = False
    name: str = ""

    @property
    def declared(self) -> bool:
        """Whether the contrast is declared in the study file."""
        return bool(self.name)


def plan(trajectories: Sequence[Trajectory]) -> tuple[Planned, ...]:
    """Return a study's contrasts: declared ones, else the classical ones of A to D, else by factors.

    By factors, two kinds are confirmatory: profile against none for each model, and profile against placebo
    over all models (the effect of the profile's content, not of a text as such). All others are exploratory.
    """
    found = declared(trajectories)
    if found:
        return found
    tracks = _tracks(trajectories)
    if {t.cell.track for t in trajectories} <= set("ABCD"):
        return tuple(Planned((t,), (c,), across_models=(t, c) == ("B", "A")) for t, c in CLASSICAL)
    models = sorted({model for model, _ in tracks}, key=lambda m: min(_names_of(tracks, m)))
    return (
        *_feedback(tracks, models, PROFILE, NONE, confirms=True),
        *profile_against_placebo(trajectories),
        *(
            _feedback(tracks, models, PROFILE, PLACEBO, confirms=False)
            if len(_with_both(tracks, models, PROFILE, PLACEBO)) > 1
            else ()
        ),
        *(
            planned
            for level in sorted({level for _, level in tracks} - {NONE, PROFILE})
            for planned in _feedback(tracks, models, level, NONE, confirms=False)
        ),
        *_models(tracks, models),
        *_variants(trajectories, tracks),
    )


def declared(trajectories: Sequence[Trajectory]) -> tuple[Planned, ...]:
    """Return the declared contrasts with cells on both sides; () if none is declared.

    A contrast within models uses only the models with cells on both sides. If cells were started under
    different declarations, the declaration of most cells applies.
    """
    said = Counter(t.declared for t in trajectories if t.declared)
    models = {t.cell.track: t.model for t in trajectories}
    found = []
    for each in max(said, key=lambda contrasts: (said[contrasts], len(contrasts)), default=()):
        sides = [[name for name in side if name in models] for side in (each.treated, each.control)]
        shared = {models[name] for name in sides[0]} & {models[name] for name in sides[1]}
        if shared:
            sides = [[name for name in side if models[name] in shared] for side in sides]
        if all(sides):
            treated, control = map(tuple, sides)
            found.append(Planned(treated, control, each.primary, across_models=not shared, name=each.name))
    return tuple(found)


def profile_against_placebo(trajectories: Sequence[Trajectory]) -> tuple[Planned, ...]:
    """Return the contrast that isolates a profile's content, pooled over models; none without placebo."""
    levels = {t.cell.track: str(t.feedback) for t in trajectories}
    for each in declared(trajectories):
        sides = ({levels[n] for n in each.treated}, {levels[n] for n in each.control})
        if sides == ({PROFILE}, {PLACEBO}):
            return (each,)
    tracks = _tracks(trajectories)
    models = _with_both(tracks, sorted({model for model, _ in tracks}), PROFILE, PLACEBO)
    if not models:
        return ()
    treated = tuple(sorted(name for model in models for name in tracks[model, PROFILE]))
    control = tuple(sorted(name for model in models for name in tracks[model, PLACEBO]))
    return (Planned(treated, control),)


def profile_against_none(trajectories: Sequence[Trajectory]) -> tuple[Planned, ...]:
    """Return profile against no text, pooled over models: the effect of content and presence of a text."""
    tracks = _tracks(trajectories)
    models = _with_both(tracks, sorted({model for model, _ in tracks}), PROFILE, NONE)
    treated = tuple(sorted(name for model in models for name in tracks[model, PROFILE]))
    control = tuple(sorted(name for model in models for name in tracks[model, NONE]))
    return (Planned(treated, control, confirms=False),) if models else ()


_Tracks = dict[tuple[str, str], list[str]]


def _tracks(trajectories: Sequence[Trajectory]) -> _Tracks:
    """Names of the tracks by (model, feedback), with all other factors at their defaults."""
    found: _Tracks = {}
    for t in (t for t in trajectories if not t.variant):
        names = found.setdefault((t.model, str(t.feedback)), [])
        if t.cell.track not in names:
            names.append(t.cell.track)
    return {factors: sorted(names) for factors, names in found.items()}


def _names_of(tracks: _Tracks, model: str) -> list[str]:
    return [name for (of, _), names in tracks.items() if of == model for name in names]


def _with_both(tracks: _Tracks, models: Sequence[str], one: str, other: str) -> list[str]:
    return [model for model in models if (model, one) in tracks and (model, other) in tracks]


def _feedback(
    tracks: _Tracks, models: Sequence[str], treated: str, control: str, *, confirms: bool
) -> list[Planned]:
    return [
        Planned((new,), (tracks[model, control][0],), confirms)
        for model in _with_both(tracks, models, treated, control)
        for new in tracks[model, treated]
    ]


def _models(tracks: _Tracks, models: Sequence[str]) -> list[Planned]:
    """Contrast each model with every earlier one, without feedback."""
    plain = [model for model in models if (model, NONE) in tracks]
    return [
        Planned((tracks[new, NONE][0],), (tracks[old, NONE][0],), confirms=False, across_models=True)
        for at, old in enumerate(plain)
        for new in plain[at + 1 :]
    ]


def _variants(trajectories: Sequence[Trajectory], tracks: _Tracks) -> list[Planned]:
    """Contrast tracks with another changed factor with the plain track of the same model and feedback."""
    varied = {t.cell.track: (t.model, str(t.feedback)) for t in trajectories if t.variant}
    return [
        Planned((name,), (tracks[factors][0],), confirms=False)
        for name, factors in sorted(varied.items())
        if factors in tracks
    ]
