"""The kernel's counters of a plain run: CPU time, faults, switches, memory, and system calls by kind."""

from __future__ import annotations

import functools
import re
import tempfile
from collections import Counter as Counts
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pytest_aiopt.evaluation.sandbox import wire
from pytest_aiopt.evaluation.sandbox.sandbox import RunOutcome
from pytest_aiopt.model import Counter, ItemKind, Profile, ProfileItem, ProfileState
from pytest_aiopt.profiling.base import WITHOUT_PLACES, Subject, blank, guarded, run_once
from pytest_aiopt.profiling.perf import tool as perf_tool

RUNS = 3
"""Number of plain runs; a counter's interval is its range over them."""

MOST_CALLS = 8
"""Maximum number of kinds of system calls in a profile, most frequent first."""

_NUMBER = re.compile(r"\bNR (\d+) \(")
_DEFINE = re.compile(r"^#define __NR_(\w+) (\d+)$", re.MULTILINE)
_STARTS = ("clone", "clone3")
"""The system calls that start a thread; candidates may not start processes."""

_HEADERS = "*/asm/unistd_64.h"


class Counters:
    """Reads the counters of candidates' runs; needs perf only for the system calls."""

    name = WITHOUT_PLACES
    version = "1"

    def available(self) -> str | None:
        """Return None: the kernel's counters are always available."""
        return None

    def profile(self, subject: Subject) -> Profile:
        """Count RUNS plain runs, and the system calls of one more; see Profiler.profile."""

        def take(binary: Path) -> Profile:
            runs = [run_once(subject, binary) for _ in range(RUNS - 1)]
            last, served = _served(subject, binary)
            items = [*served, *_counted([*runs, last])]
            if subject.limits.threads == 1:
                items.append(_item(Counter.THREADS, "count", [1]))
            lost: tuple[str, ...] = ()
            refusal = perf_tool.probe().wakeups
            if perf_tool.probe().refusal is None and refusal is None:
                calls = _calls(subject, binary.resolve())
                if subject.limits.threads != 1:
                    items.append(_item(Counter.THREADS, "count", [1 + sum(calls[name] for name in _STARTS)]))
                frequent = calls.most_common(MOST_CALLS)
                items += [_item(f"system call {name}", "count", [count]) for name, count in frequent]
            else:
                lost = (f"system calls ({refusal or perf_tool.probe().refusal}); run as root",)
            done = blank(self, subject, ProfileState.TAKEN)
            wall_s = sorted(run.wall_s for run in runs)[RUNS // 2]
            return replace(done, samples=RUNS, items=tuple(items), wall_s=round(wall_s, 6), lost=lost)

        return guarded(self, subject, take)


def _served(subject: Subject, binary: Path) -> tuple[RunOutcome, list[ProfileItem]]:
    """Return a run, and the work of its driver: calls, bytes of a request, bytes of all replies.

    Nothing is counted if requests and replies are not in the driver's format.
    """
    kept: list[bytes] = []
    outcome = run_once(subject, binary, keep=kept.append)
    answers = wire.decode_replies(kept[0])
    try:
        sizes = sorted(len(payload) for payload in wire.decode_requests(wire.contents(subject.requests)))
    except ValueError:
        return outcome, []
    if answers.torn or not sizes or len(answers.payloads) != len(sizes):
        return outcome, []
    answered = sum(len(payload) for payload in answers.payloads)
    return outcome, [
        _item(Counter.CALLS, "count", [len(sizes)]),
        _item(Counter.REQUEST, "B", sizes),
        _item(Counter.REPLIES, "B", [answered]),
    ]


def _counted(runs: list[RunOutcome]) -> list[ProfileItem]:
    values: dict[tuple[str, str], list[float]] = {
        (Counter.WALL, "s"): [run.wall_s for run in runs],
        (Counter.USER, "s"): [run.user_s for run in runs],
        (Counter.SYSTEM, "s"): [run.system_s for run in runs],
        (Counter.FAULTS, "count"): [float(run.minor_faults) for run in runs],
        (Counter.VOLUNTARY, "count"): [float(run.voluntary_switches) for run in runs],
        (Counter.INVOLUNTARY, "count"): [float(run.involuntary_switches) for run in runs],
        (Counter.PEAK, "MB"): [run.max_rss_mb for run in runs],
    }
    return [_item(name, unit, sorted(seen)) for (name, unit), seen in values.items()]


def _item(name: str, unit: str, seen: Sequence[float]) -> ProfileItem:
    low, middle, high = (round(float(x), 6) for x in (seen[0], seen[len(seen) // 2], seen[-1]))
    return ProfileItem(0, "", middle, low, high, ItemKind.COUNTER, unit, name, len(seen))


def _calls(subject: Subject, binary: Path) -> Counts[str]:
    """Return the system calls of one run by name."""
    with tempfile.TemporaryDirectory(prefix="aiopt-calls-") as folder:
        data = Path(folder) / "perf.data"
        run_once(subject, binary, outer=perf_tool.calls_argv(data, binary.name))
        counts = count_calls(perf_tool.script(data, ["-F", "trace"]))
    return counts


def count_calls(script: str) -> Counts[str]:
    """Return the system calls of a recording by name."""
    numbers = Counts(int(found[1]) for found in _NUMBER.finditer(script))
    return Counts({_names().get(number, str(number)): count for number, count in numbers.items()})


@functools.cache
def _names() -> dict[int, str]:
    """Return the names of this machine's system calls by number; empty without the C library's headers."""
    found = sorted(Path("/usr/include").glob(_HEADERS))
    text = found[0].read_text(errors="replace") if found else ""
    return {int(number): name for name, number in _DEFINE.findall(text)}
