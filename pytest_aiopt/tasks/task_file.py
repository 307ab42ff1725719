"""The file task.toml: its keys, and constraints between them."""

from __future__ import annotations

import difflib
import re
from enum import Enum
from pathlib import Path
from typing import get_args, get_type_hints

import msgspec

from pytest_aiopt.errors import TaskError
from pytest_aiopt.model import Metric, Split, Stratum
from pytest_aiopt.model.methodology import NAMES


class Criteria(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The author's one-sentence answer to each of the five task criteria."""

    self_contained: str
    """Which files and libraries the program needs."""
    fast_evaluation: str
    """How long a run and the corpus take."""
    non_obvious: str
    """Which line leads the profile on each workload."""
    rich: str
    """How many steps the ladder has and how much each gains."""
    not_circular: str
    """Why prompt, names and comments do not name the bottleneck."""


class _WorkloadSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    """Name of the workload."""
    split: Split
    """`visible` may be scored; `held_out` only confirms champions."""
    params: dict[str, int | float | str] = {}
    """Arguments of `workload()` in inputs.py."""
    twin_of: str | None = None
    """The workload whose bottleneck this one moves; absent on the scored one."""
    words: str = ""
    """One sentence on the inputs, for tracks with `hint = "workload"`."""


class _LimitsSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cpu_s: float = 10.0
    """CPU seconds per run."""
    memory_mb: int = 1024
    """Address space in MB."""
    output_mb: int = 16
    """Output in MB."""
    threads: int = 1
    """Threads, including the main one."""
    wall_s: float | None = None
    """Wall time in seconds; left to the sandbox where absent."""
    cpu_ratio: float = 20.0
    """Largest CPU time of measured runs, as a multiple of the original program's (metric `cost` alone)."""


class _PlausibleSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    ns_per_byte: float = 0.0
    """Fewest nanoseconds per byte of a request."""
    ns_per_request: float = 0.0
    """Fewest nanoseconds per request."""


class _RungSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    file: str
    """File in `ladder/`."""
    structural: bool
    """Whether the step changes the structure of the program."""
    labels: tuple[str, ...] = ()
    """Methodology codes of the codebook."""
    decoy: bool = False
    """Whether it looks like an improvement and gains nothing."""
    note: str = ""
    """What it does better, for tracks with `hint = "oracle"`."""


class TaskFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of task.toml."""

    title: str
    """The subject in a few words."""
    entry: str
    """Name of the exported C function."""
    prompt: str
    """What the program must do; never what is slow."""
    criteria: Criteria
    """The author's answers to the five task criteria."""
    workloads: tuple[_WorkloadSpec, ...]
    """Timed input families."""
    ladder: tuple[_RungSpec, ...] = ()
    """Known versions, each built on those before it."""
    metric: Metric = Metric.CPU
    """What the score compares: CPU time, wall time, or the cost of decisions."""
    flags: tuple[str, ...] = ("-O2",)
    """Compiler flags."""
    limits: _LimitsSpec = _LimitsSpec()
    """What one run may use."""
    plausible: _PlausibleSpec | None = None
    """Speed that no correct program can exceed; faster ones are flagged."""
    unit: str = ""
    """Workload parameter that counts work, such as tokens."""
    counted: str = ""
    """What a cost counts, such as "misses" (metric `cost` alone)."""
    stratum: Stratum | None = None
    """Kind of bottleneck; derived from metric and threads where absent."""
    domain_words: tuple[str, ...] = ()
    """Words of the subject that the lexicon would refuse."""


def read(path: Path) -> TaskFile:
    """Read and validate a task.toml; raises TaskError with the key, or the line of a syntax error."""
    try:
        spec = msgspec.toml.decode(path.read_bytes(), type=TaskFile)
    except msgspec.ValidationError as error:
        raise TaskError(f"{path}: {error}", _remedy(str(error))) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise TaskError(f"{path}{line_of(error)}: {error}", "correct the TOML there") from error
    _check(spec, path.parent)
    return spec


def line_of(error: Exception) -> str:
    """Return ``:LINE`` of a TOML syntax error, as far as the parser names one."""
    found = re.search(r"\(at line (\d+)", str(error))
    return f":{found[1]}" if found else ""


def _remedy(said: str) -> str:
    """Suggest the nearest key for one that msgspec does not know, or the values that a key takes."""
    if values := values_of(said, *_TABLES):
        return values
    found = re.search(r"unknown field `([^`]+)`", said)
    close = difflib.get_close_matches(found[1], _KEYS, 1) if found else []
    return f"did you mean {close[0]!r}?" if close else f"the keys are {', '.join(_KEYS)}"


def values_of(said: str, *tables: type) -> str:
    """Return the values of the key whose value msgspec refuses; "" for another error."""
    found = re.search(r"Invalid enum value .* - at `\$.*\.(\w+)`", said)
    for table in tables if found else ():
        kind = get_type_hints(table).get(found[1] if found else "")
        for one in (kind, *get_args(kind)):
            if isinstance(one, type) and issubclass(one, Enum):
                return f"one of {', '.join(str(each.value) for each in one)}"
    return ""


_TABLES = (TaskFile, Criteria, _WorkloadSpec, _LimitsSpec, _PlausibleSpec, _RungSpec)
_KEYS = sorted({name for table in _TABLES for name in table.__struct_fields__})


def _check(spec: TaskFile, folder: Path) -> None:
    path = folder / "task.toml"
    for name, limit in msgspec.structs.asdict(spec.limits).items():
        if limit is not None and limit <= 0:
            raise TaskError(f"{path}: {name} = {limit:g} in [limits]", "give a number above 0")
    names = [w.name for w in spec.workloads]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise TaskError(f"{path}: two workloads are called {twice!r}", "give each its own name")
    scored = [w for w in spec.workloads if w.split is Split.VISIBLE and w.twin_of is None]
    if len(scored) != 1:
        raise TaskError(
            f"{path}: {len(scored)} scored workloads", 'one with split = "visible" and no twin_of'
        )
    if not any(w.split is Split.HELD_OUT and w.twin_of is None for w in spec.workloads):
        raise TaskError(f"{path}: no held-out workload", 'add one with split = "held_out"')
    unknown = [w.name for w in spec.workloads if w.twin_of is not None and w.twin_of not in names]
    if unknown:
        raise TaskError(
            f"{path}: twin_of of {', '.join(unknown)} names no workload", f"one of {', '.join(names)}"
        )
    if spec.unit and spec.unit not in scored[0].params:
        raise TaskError(f"{path}: unit {spec.unit!r} is no parameter of {scored[0].name}", "name one of them")
    absent = [r.file for r in spec.ladder if not (folder / "ladder" / r.file).is_file()]
    if absent:
        raise TaskError(
            f"{path}: ladder files {', '.join(absent)} are not in {folder / 'ladder'}", "add them"
        )
    for rung in spec.ladder:
        if strange := [label for label in rung.labels if label not in NAMES]:
            raise TaskError(
                f"{path}: label {strange[0]!r} of {rung.file} is no methodology", f"one of {', '.join(NAMES)}"
            )
    if bool(spec.counted) != (spec.metric is Metric.COST):
        raise TaskError(
            f'{path}: "counted" goes with metric = "cost" alone',
            'say what is counted, as in counted = "misses"',
        )
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", spec.entry):
        raise TaskError(f"{path}: entry {spec.entry!r} is not a C identifier", "name the extern function")


def stratum(spec: TaskFile) -> Stratum:
    """Return the stratum of a task that names none."""
    if spec.metric is Metric.COST:
        return Stratum.NOISE_FREE
    return Stratum.CONFIRMATORY if spec.limits.threads > 1 else Stratum.CPU
