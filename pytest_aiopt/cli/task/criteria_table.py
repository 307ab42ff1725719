"""``aiopt task check``: the criteria of each task as a table, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan

from pytest_aiopt.cli.task.rewrites import Places
from pytest_aiopt.tasks.criteria import Evidence, step_gains

HEADERS = (
    "task",
    "base ms",
    "spread",
    "steps",
    "headroom",
    "idle rungs",
    "top lines",
    "evaluation s",
    "mutants",
    "tries",
    "",
)


def table(found: Sequence[Evidence]) -> str:
    """Return one row per task."""
    from tabulate import tabulate

    return tabulate([_row(seen) for seen in found], HEADERS, disable_numparse=True)


def _row(seen: Evidence) -> list[str]:
    idle = [gain for gain in seen.gains if not gain.is_step]
    return [
        seen.task,
        f"{seen.base_ms:.0f}",
        "n/a" if seen.counted else f"{seen.base_cv:.1%}",
        " ".join(f"{gain:.2f}" for _, gain in step_gains(seen.steps)),
        _headroom(seen),
        " ".join(f"{gain.speedup:.2f}" for gain in idle),
        " ".join(_top(seen, name) for name in seen.tops),
        f"{seen.evaluation_s:.1f}",
        f"{seen.mutants - len(seen.accepted)}/{seen.mutants}",
        str(len(seen.before) + 1),
        outcome(seen),
    ]


def outcome(seen: Evidence, *, again: bool = False) -> str:
    """Return whether a task is fit, and whether it will be tried again, in words."""
    if not seen.failures:
        return "fit"
    return "not fit, to be tried again" if again else "not fit"


def _top(seen: Evidence, name: str) -> str:
    """Return the top line of a workload, with that of CPU time in brackets where it is another."""
    line, on_cpu = seen.tops[name], seen.tops_on_cpu.get(name)
    return f"{name}:{line or '-'}" + (f"({on_cpu})" if on_cpu not in (None, line) else "")


def _headroom(seen: Evidence) -> str:
    best = max(seen.gains, key=lambda gain: -1.0 if isnan(gain.speedup) else gain.speedup, default=None)
    if best is None:
        return "-"
    digits = 2 if seen.counted else 1
    return f"{best.speedup:.{digits}f} ({best.low:.{digits}f}-{best.high:.{digits}f})"


def notes(found: Sequence[Evidence]) -> list[str]:
    """Return one line per criterion that is not met, or was not met in an earlier try, and one per rate."""
    lines = [f"{seen.task}: {failure}" for seen in found for failure in seen.failures]
    lines += [
        f"{seen.task}, try {number}: {failure}"
        for seen in found
        for number, failures in enumerate(seen.before, 1)
        for failure in failures
    ]
    lines += [_of_costs(seen) for seen in found if seen.counted]
    return lines + [
        f"{seen.task}: {seen.per_second[0]:.0f} {seen.unit} per second, best rung {seen.per_second[1]:.0f}"
        for seen in found
        if seen.unit
    ]


def _of_costs(seen: Evidence) -> str:
    """Explain the row of a task whose decisions have a cost."""
    return (
        f"{seen.task}: ratios of {seen.counted}; spread n/a, as there is no clock; top lines n/a, as a "
        f"profile of time says nothing of {seen.counted}: the step that gains most; the best rung goes "
        f"{seen.closed:.0%} of the way to the least possible"
    )


def as_json(found: Sequence[Evidence], sites: Mapping[str, Places]) -> dict[str, dict[str, object]]:
    """Return by task: passed, base_ms, base_cv, headroom, failures and more."""
    return {seen.task: _object(seen) | _sites(sites[seen.task]) for seen in found}


def _sites(found: Places) -> dict[str, object]:
    return {"rewriter_sites": {"structural": found.structural, "local": found.local}}


def _object(seen: Evidence) -> dict[str, object]:
    document: dict[str, object] = {
        "passed": not seen.failures,
        "base_ms": round(seen.base_ms, 2),
        "base_cv": round(seen.base_cv, 4),
        "headroom": _number(seen.headroom),
        "failures": seen.failures,
        "failures_before": [list(failures) for failures in seen.before],
        "rungs": {
            gain.file: {
                "status": gain.status.value,
                "speedup": _number(gain.speedup),
                "low": _number(gain.low),
                "high": _number(gain.high),
            }
            for gain in seen.gains
        },
        "tops": dict(seen.tops),
        "tops_on_cpu": dict(seen.tops_on_cpu),
        "evaluation_s": round(seen.evaluation_s, 2),
        "mutants": seen.mutants,
        "mutants_accepted": list(seen.accepted),
    }
    if seen.counted:
        document |= {"counted": seen.counted, "closed": _number(seen.closed)}
    if seen.unit:
        document[f"{seen.unit}_per_s"] = [round(rate) for rate in seen.per_second]
    return document


def _number(value: float) -> float | None:
    """Return a rounded number, None for one that was not measured."""
    return None if isnan(value) else round(value, 3)
