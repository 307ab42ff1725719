"""All profiles of one program, as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tabulate import tabulate

from pytest_aiopt.model import Profile, ProfileItem, ProfileState, ThreadTime

_WIDTH = 48
_COLUMNS = ("line", "function", "kind", "value", "95 % interval", "n", "call", "source")
_THREAD_COLUMNS = ("thread", "wall s", "on CPU", "I/O", "lock", "ready", "other")


def lines(profiles: Sequence[Profile], source: str, refused: Mapping[str, str]) -> Iterator[str]:
    """Yield one table per profile, its threads if it follows them, and why other profilers did not run."""
    text = source.split("\n")
    for profile in profiles:
        yield _title(profile)
        if profile.items:
            rows = [_row(item, profile, text) for item in profile.items]
            yield tabulate(rows, _COLUMNS, disable_numparse=True, colalign=("right",))
        if profile.threads:
            yield ""
            yield tabulate(map(_thread, profile.threads), _THREAD_COLUMNS, disable_numparse=True)
        yield from (f"not seen: {reason}" for reason in profile.lost)
        yield ""
    yield from (f"no {name}: {reason}" for name, reason in refused.items())


def _title(profile: Profile) -> str:
    tool = f"{profile.profiler} {profile.version}".strip()
    if profile.state is not ProfileState.TAKEN:
        return f"{tool}: {profile.state.value}: {profile.detail}"
    facts = [f"workload {profile.workload}", f"{profile.samples} observations", f"{profile.seconds:.2f} s"]
    facts += [f"{100 * profile.outside:.1f} % outside the program"] if profile.outside else []
    return f"{tool}: {', '.join([*facts, *([profile.detail] if profile.detail else [])])}"


def _row(item: ProfileItem, profile: Profile, source: Sequence[str]) -> tuple[str, ...]:
    share = bool(item.line) or not item.unit
    unit = item.unit or profile.unit
    value = f"{100 * item.value:.1f} % of {unit}" if share else f"{item.value:g} {unit}"
    scale, digits = (100, ".1f") if share else (1, "g")
    interval = f"{scale * item.low:{digits}} - {scale * item.high:{digits}}"
    quoted = source[item.line - 1].strip()[:_WIDTH] if 0 < item.line <= len(source) else ""
    curve = "; ".join(f"{100 * p.at:.0f} % -> {100 * p.value:.1f} %" for p in item.curve)
    line = str(item.line or "-")
    return (
        line,
        item.function,
        item.kind.value,
        curve or value,
        interval,
        str(item.samples),
        item.site,
        quoted,
    )


def _thread(thread: ThreadTime) -> tuple[str, ...]:
    parts = (thread.cpu_s, thread.io_s, thread.lock_s, thread.scheduling_s, thread.other_s)
    shares = (f"{100 * part / thread.wall_s:.1f} %" if thread.wall_s else "-" for part in parts)
    return (thread.name, f"{thread.wall_s:.4f}", *shares)
