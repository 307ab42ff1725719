"""The text on the parent in a track's prompts, by level of feedback."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pytest_aiopt.model import Feedback, ItemKind, Profile, ProfileState, Track
from pytest_aiopt.prompts import advice
from pytest_aiopt.prompts.placebo import placebo
from pytest_aiopt.prompts.render import SIZES, render

_OUTSIDE = {ItemKind.START_UP, ItemKind.DRIVER, ItemKind.KERNEL, ItemKind.PAGE_FAULTS}
_FLAT = {ItemKind.CPU, ItemKind.INSTRUCTIONS, *_OUTSIDE}
_COUNTS = {ItemKind.COUNTER, ItemKind.D1_MISSES, ItemKind.LL_MISSES, ItemKind.MISPREDICTIONS}


def notes(
    track: Track, profiles: Sequence[Profile], twin: Sequence[Profile], source: str, version: int
) -> str:
    """Return the text; "" if the track shows none, or if no profile with locations was taken.

    ``profiles`` and ``twin`` are of ``source``, on the scored workload and on its twin.
    """
    size = SIZES[track.verbosity]
    shown = _shown(track.feedback, profiles)
    if not locates(shown):
        return ""
    match track.feedback:
        case Feedback.NONE:
            return ""
        case Feedback.PLACEBO:
            return placebo(profiles, twin, source, version, size) if locates(twin) else ""
        case Feedback.ADVICE:
            return advice.as_long_as(render(profiles, source, version, size))
    return render(shown, source, version, size)


def untaken(profiles: Sequence[Profile]) -> str:
    """Return why no profile has locations, from the messages of the profilers."""
    why = [f"{profile.profiler}: {profile.detail}" for profile in profiles if profile.detail]
    where = next((f" of {profile.workload}" for profile in profiles), "")
    return "; ".join([f"no profile{where} names a line", *why])


def missing(track: Track, profiles: Sequence[Profile], twin: Sequence[Profile]) -> str:
    """Return why a track has no text to show; "" if it has one, or by design shows none."""
    shown = _shown(track.feedback, profiles)
    if track.feedback is Feedback.NONE:
        return ""
    if not locates(shown):
        return untaken(profiles)
    return untaken(twin) if track.feedback is Feedback.PLACEBO and not locates(twin) else ""


def locates(profiles: Iterable[Profile]) -> bool:
    """Whether a profile with locations was taken; counters of the whole run alone are not a treatment."""
    taken = (profile for profile in profiles if profile.state is ProfileState.TAKEN)
    return any(item.line or item.function for profile in taken for item in profile.items)


def _shown(level: Feedback, profiles: Sequence[Profile]) -> Sequence[Profile]:
    """Return the profiles that a level shows: all, those of CPU time only, or counters only."""
    if level is Feedback.FLAT_CPU:
        return [p for p in profiles if p.items and {item.kind for item in p.items} <= _FLAT]
    if level is Feedback.COUNTERS:
        return [p for p in profiles if p.items and {item.kind for item in p.items} <= _COUNTS]
    return profiles
