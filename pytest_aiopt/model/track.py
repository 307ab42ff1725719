"""The vocabulary of tracks; exported by ``model``. No I/O, no imports of this package."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Feedback(StrEnum):
    """Feedback that a track shows the model beyond the score.

    PLACEBO: the profile of the same program on another workload, in the shape and length of the true one.
    FLAT_CPU: of the profile, where CPU time goes; COUNTERS: of it, counts alone. ADVICE: general advice, no
    measurement, as long as the profile's text.
    """

    NONE = "none"
    PROFILE = "profile"
    PLACEBO = "placebo"
    FLAT_CPU = "flat_cpu"
    COUNTERS = "counters"
    ADVICE = "advice"


class Guidance(StrEnum):
    """Guidance on optimisation in the system message: none, or SysGPT's eight methodologies."""

    NONE = "none"
    SYSGPT = "sysgpt"


class Verbosity(StrEnum):
    """The amount of a profile that the feedback shows."""

    BRIEF = "brief"
    STANDARD = "standard"
    FULL = "full"


class EditFormat(StrEnum):
    """The form of a model's answer: SEARCH/REPLACE blocks, or the whole program."""

    DIFF = "diff"
    REWRITE = "rewrite"


class Frame(StrEnum):
    """The text around programs and scores: OpenEvolve's, or without its sentences that steer an edit.

    OPEN leaves out "Do not rewrite the entire program" and the sentences on diversity.
    """

    OPENEVOLVE = "openevolve"
    OPEN = "open"


class Strategy(StrEnum):
    """The start of proposals: evolved parents, or always the original program (best of N)."""

    EVOLUTION = "evolution"
    BEST_OF_N = "best_of_n"


class Hint(StrEnum):
    """Hint that a track gives the model in words, besides its feedback.

    ORACLE: a rung of the task's ladder. WORKLOAD: the scored workload, the most that a profile can reveal.
    """

    NONE = "none"
    ORACLE = "oracle"
    WORKLOAD = "workload"


@dataclass(frozen=True, slots=True)
class Track:
    """One combination of factor levels. ``model``: a role of the study.

    ``edit_budget``: new tokens that one reply may add to the current program; 0 for no limit.
    """

    name: str
    model: str
    """Role of the model, a key of `[models]`."""
    feedback: Feedback
    """What the prompt says about the parent beside its score; `profile` is the treatment."""
    description: str = ""
    """Text for tables."""
    strategy: Strategy = Strategy.EVOLUTION
    """`best_of_n` draws every proposal from the original program, without evolution."""
    hint: Hint = Hint.NONE
    """`oracle` names a rung of the ladder; `workload` describes the scored workload."""
    guidance: Guidance = Guidance.NONE
    """`sysgpt` adds SysGPT's eight methodologies to the system message."""
    verbosity: Verbosity = Verbosity.STANDARD
    """Length of the feedback."""
    edit_format: EditFormat = EditFormat.DIFF
    """SEARCH/REPLACE blocks, or whole programs."""
    frame: Frame = Frame.OPEN
    """As at the top of the file; the study's where absent."""
    edit_budget: int = 0
    """As at the top of the file; the study's where absent."""

    @property
    def variant(self) -> str:
        """Name the factors beside model and feedback that are not at their defaults; "" if all are."""
        plain = Track("", "", self.feedback)
        names = ("strategy", "hint", "guidance", "verbosity", "edit_format", "frame", "edit_budget")
        return ", ".join(f"{n} {getattr(self, n)}" for n in names if getattr(self, n) != getattr(plain, n))


class Primary(StrEnum):
    """The outcome of a cell that decides a study; the others explore.

    GAIN: the confirmed log2 speedup as a share of the frontier's. AREA: the mean of the best so far over the
    calls, as such a share. DEPTH: the mean depth of valid mutations. EFFECTIVE: effective structural
    mutations per call.
    """

    GAIN = "gain"
    AREA = "area"
    DEPTH = "depth"
    EFFECTIVE = "effective"


@dataclass(frozen=True, slots=True)
class Declared:
    """A contrast that the study file names: treated tracks against control tracks.

    ``primary``: in the family of confirmatory contrasts; the others explore.
    """

    name: str
    treated: tuple[str, ...]
    control: tuple[str, ...]
    primary: bool = False
