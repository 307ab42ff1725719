"""The keys of a study file, read strictly: an unknown key is an error that suggests the right one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path

import msgspec

from pytest_aiopt.errors import DesignError
from pytest_aiopt.evaluation.build.placement import BLOCK
from pytest_aiopt.evaluation.meter.sides import FEWEST, MOST
from pytest_aiopt.model import Frame, Primary, Scored, Track
from pytest_aiopt.models.base import ModelSpec
from pytest_aiopt.models.budget import Allowance, Budget
from pytest_aiopt.search.settings import SearchSettings
from pytest_aiopt.tasks.task_file import line_of, values_of

ALL = "all"
ALIKE = 0.75
"""From this similarity on, an unknown key is taken for a mistyped one."""

NAME = r"[A-Za-z0-9_][A-Za-z0-9_+.-]*"
"""Valid names of studies, tasks and tracks: they occur in folders, node ids, -k and -m."""


LEAST_BUDGET = 10
"""The smallest edit budget in tokens: less makes no statement."""


class MeterSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds of timed runs spent on a candidate, on each A/A evaluation and on each confirmation.

    ``placements`` of the code in which each program of a comparison is measured; with 1 as it was compiled.
    ``instructions``: also count the instructions of both programs, for machines too noisy to time.
    """

    budget_s: float = 2.0
    """Seconds of timed runs per candidate."""
    confirm_s: float = 4.0
    """Seconds of timed runs per held-out workload when a champion is confirmed."""
    floor_evaluations: int = 30
    """Comparisons of the baseline with itself that make up a noise floor."""
    placements: int = BLOCK
    """Code placements in which each program is measured; 1 measures it as compiled."""
    instructions: bool = False
    """Whether to count the instructions of both programs as well, for machines too noisy to time."""


class ContrastSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A contrast that is declared before the study is run."""

    treated: tuple[str, ...]
    """Tracks with the treatment."""
    control: tuple[str, ...]
    """Tracks that they are compared with."""
    primary: bool = False
    """Whether it belongs to the confirmatory family (Holm); other contrasts explore."""


class StudySpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The document. ``tracks``: tables of factors, which ``tracks_of`` reads."""

    name: str
    """Name of the study and of its folder of records."""
    tasks: tuple[str, ...]
    """Names of its task folders."""
    seeds: tuple[int, ...]
    """Seeds of the first stage; each adds one cell per task and track."""
    models: dict[str, str | ModelSpec]
    """Models by role: a spec such as `"openai:NAME"`, or a table `[models.ROLE]`."""
    tracks: dict[str, dict[str, object]]
    """Tracks by name: combinations of factor levels."""
    iterations: int = 20
    """Model calls per cell."""
    frame: Frame = Frame.OPEN
    """`"openevolve"` adds the sentences of its prompts that steer how far an edit goes."""
    edit_budget: int = 0
    """New tokens that one reply may add to the current program; 0 is no limit."""
    scored: Scored = Scored.FIRST
    """Which workload scores a cell: the first one, or another one for each seed."""
    start: str = "program"
    """Start of campaigns: `"program"`, `"rung:NAME"` of the ladder, or `"frontier"`."""
    outcome: Primary = Primary.GAIN
    """The outcome of a cell that decides the question; it is registered and recorded."""
    second_stage: tuple[int, ...] = ()
    """Further seeds, declared in advance and run with `--aiopt-stage 2`."""
    contrasts: dict[str, ContrastSpec] = {}
    """Comparisons that the report makes, declared before the study runs."""
    default_tracks: tuple[str, ...] = ()
    """Tracks that have cells unless `--aiopt-tracks` names others; all where empty."""
    order_seed: int = 0
    """Determines the order of tracks within a block and the twin of each placebo."""
    search: dict[str, int | float] = {}
    """Settings of the search."""
    meter: MeterSpec = MeterSpec()
    """Time spent on measurements."""
    profilers: tuple[str, ...] = ()
    """Names of the profilers to use, as the session header shows them; all where empty."""
    budget: Budget = Budget()
    """Limits on tokens, money and time."""


def read(path: Path) -> StudySpec:
    """Return the checked document; raises DesignError naming the file, the key and the remedy."""
    try:
        spec = msgspec.toml.decode(path.read_bytes(), type=StudySpec)
    except FileNotFoundError as error:
        raise DesignError(
            f"no study file {path}",
            '"aiopt task new NAME" begins one; or name one with --study, in pytest with --aiopt-study',
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        remedy = _hint(str(error)) if isinstance(error, msgspec.ValidationError) else "correct the TOML there"
        raise DesignError(f"{path}{line_of(error)}: {error}", remedy) from error
    _check(spec, path)
    return spec


def tracks_of(spec: StudySpec, path: Path) -> tuple[Track, ...]:
    """Return the tracks; one without ``frame`` or ``edit_budget`` has the study's. Raises DesignError."""
    return tuple(_track(name, table, spec, path) for name, table in spec.tracks.items())


def _track(name: str, table: dict[str, object], spec: StudySpec, path: Path) -> Track:
    _refuse_unknown(table, ".tracks[]", f"{path}: track {name}")
    inherited = {"frame": spec.frame, "edit_budget": spec.edit_budget}
    try:
        return msgspec.convert({"name": name, **inherited, **table}, type=Track)
    except msgspec.ValidationError as error:
        remedy = values_of(str(error), Track) or "see docs/how-to/studies.md for the keys"
        raise DesignError(f"{path}: track {name}: {error}", remedy) from error


def search_settings(values: dict[str, int | float], path: Path) -> SearchSettings:
    """Return the settings of ``[search]``; raises DesignError for an unknown or unfit one."""
    _refuse_unknown(values, ".search", f"{path}: [search]")
    return SearchSettings(**values)  # type: ignore[arg-type]


def _refuse_unknown(table: Mapping[str, object], where: str, what: str) -> None:
    unknown = table.keys() - set(_KEYS[where])
    if unknown:
        name = min(unknown)
        raise DesignError(f"{what} has an unknown key {name!r}", _suggestion(name, where))


def _hint(message: str) -> str:
    """Return the remedy for an error of msgspec."""
    found = re.search(r"unknown field `([^`]+)`(?: - at `\$([^`]*)`)?", message)
    if found is None:
        return values_of(message, StudySpec) or "see docs/how-to/studies.md for the keys"
    return _suggestion(found[1], re.sub(r"\[[^]]*\]", "[]", found[2] or ""))


def _suggestion(name: str, where: str) -> str:
    """Return the remedy for a key that is unknown in a table."""
    close = difflib.get_close_matches(name, _KEYS.get(where, ()), 1, cutoff=ALIKE)
    if close:
        return f"did you mean {close[0]!r}?"
    other = next((text for place, text in _PLACES.items() if place != where and name in _KEYS[place]), None)
    return (
        f"{name!r} belongs {other}"
        if other
        else "see docs/how-to/studies.md and docs/how-to/models.md for the keys"
    )


_SETTINGS = tuple(field.name for field in fields(SearchSettings))
_KEYS: dict[str, tuple[str, ...]] = {
    "": StudySpec.__struct_fields__,
    ".models[]": ModelSpec.__struct_fields__,
    ".tracks[]": tuple(field.name for field in fields(Track) if field.name != "name"),
    ".contrasts[]": ContrastSpec.__struct_fields__,
    ".meter": MeterSpec.__struct_fields__,
    ".budget": Budget.__struct_fields__,
    ".budget.cell": Allowance.__struct_fields__,
    ".budget.study": Allowance.__struct_fields__,
    ".search": _SETTINGS,
}
_PLACES = {
    ".models[]": "into the table of a model, [models.ROLE]",
    ".tracks[]": "into the table of a track, [tracks.NAME]",
    ".meter": "into [meter]",
    ".search": "into [search]",
    ".budget.cell": "into [budget.cell] or [budget.study]",
    "": "at the top of the file",
}


def _check(spec: StudySpec, path: Path) -> None:
    for name, values in (("tasks", spec.tasks), ("seeds", spec.seeds), ("tracks", tuple(spec.tracks))):
        if not values or len(set(values)) != len(values):
            raise DesignError(f"{path}: {name} must be a list of distinct entries", "remove the repeats")
    if len({*spec.seeds, *spec.second_stage}) != len(spec.seeds) + len(spec.second_stage):
        raise DesignError(f"{path}: second_stage repeats a seed", "its seeds are new ones, each once")
    if spec.iterations < 1:
        raise DesignError(f"{path}: iterations = {spec.iterations}", "at least 1")
    if spec.meter.placements != 1 and not FEWEST <= spec.meter.placements <= MOST:
        raise DesignError(
            f"{path}: placements = {spec.meter.placements} in [meter]", f"{FEWEST} to {MOST}, or 1"
        )
    tracks = tracks_of(spec, path)
    budgets = [spec.edit_budget, *(track.edit_budget for track in tracks)]
    small = [budget for budget in budgets if budget != 0 and budget < LEAST_BUDGET]
    if small:
        raise DesignError(f"{path}: edit_budget = {small[0]}", f"0 for no limit, or at least {LEAST_BUDGET}")
    for track in tracks:
        if track.model not in spec.models:
            known = ", ".join(spec.models)
            raise DesignError(
                f"{path}: track {track.name} uses unknown model {track.model!r}", f"one of {known}"
            )
    odd = [t for t in (spec.name, *spec.tracks) if not re.fullmatch(NAME, t)]
    if odd:
        raise DesignError(f"{path}: name {odd[0]!r} cannot be part of a test id", "use letters and digits")
    if ALL in spec.tracks:
        raise DesignError(f"{path}: a track is called {ALL!r}, which means every track", "rename it")
    _check_tracks(spec.default_tracks, "default_tracks", spec, path)
    _check_aliases(spec, path)
    for name, contrast in spec.contrasts.items():
        _check_contrast(name, contrast, spec, path)


def _check_aliases(spec: StudySpec, path: Path) -> None:
    named = [model.alias for model in spec.models.values() if isinstance(model, ModelSpec) and model.alias]
    twice = next((alias for alias in named if named.count(alias) > 1), None)
    if twice:
        raise DesignError(f"{path}: two models have the alias {twice!r}", "give each an alias of its own")


def _check_tracks(names: Iterable[str], where: str, spec: StudySpec, path: Path) -> None:
    unknown = [name for name in names if name not in spec.tracks]
    if unknown:
        close = difflib.get_close_matches(unknown[0], spec.tracks, 1)
        remedy = f"did you mean {close[0]!r}?" if close else f"one of {', '.join(spec.tracks)}"
        raise DesignError(f"{path}: {where} names unknown track {unknown[0]!r}", remedy)


def _check_contrast(name: str, contrast: ContrastSpec, spec: StudySpec, path: Path) -> None:
    _check_tracks((*contrast.treated, *contrast.control), f"contrast {name}", spec, path)
    sides = set(contrast.treated), set(contrast.control)
    if not all(sides) or sides[0] & sides[1]:
        problem = f"{path}: contrast {name} must set some tracks against others"
        raise DesignError(problem, "give treated and control, without a track in both")
