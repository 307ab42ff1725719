"""Blocked samples on a stock kernel: on-CPU and off-CPU time by call site, from one ``perf record``.

CPU samples show where threads run. The call chain at each context switch shows where and why they stop, the
switch records give the exact duration, and the wake-ups (of the whole machine) the time from which they could
have continued.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from pytest_aiopt.model import ItemKind, Profile, ProfileItem, ProfileState, ThreadTime
from pytest_aiopt.profiling.addresses import Image, Site, resolve
from pytest_aiopt.profiling.base import MAX_ITEMS, ProfilingFailed, Subject, blank, guarded, run_once
from pytest_aiopt.profiling.perf import timeline
from pytest_aiopt.profiling.perf import tool as perf_tool
from pytest_aiopt.profiling.perf.accounts import Account, account
from pytest_aiopt.profiling.perf.skid import steadied
from pytest_aiopt.profiling.perf.timeline import Lives, Thread, lives

UNIT = "thread time"
PERIOD_S = 0.001
STACK_BYTES = 2048
"""Size of the recorded stack: the relevant frames, from the kernel's entry to the program's line, are at its
top.
"""

SHORT_S = 0.25
MOST_RUNS = 4
"""Runs shorter than SHORT_S are repeated, up to this many times, and pooled."""

_FIELDS = ("--ns", "--show-switch-events", "--show-task-events", "--show-lost-events")
_SIGNIFICANT_BUSY = 0.1


class BlockedSamples(perf_tool.ByPerf):
    """Follows every thread of candidates on and off the CPU with the perf tool of the running kernel."""

    name = "blocked samples"

    def profile(self, subject: Subject) -> Profile:
        """Record one run, or several of a short program, next to a plain run; see Profiler.profile."""

        def take(binary: Path) -> Profile:
            if not Image(binary).unwindable:
                raise ProfilingFailed("the binary has no PT_GNU_EH_FRAME; link it with -Wl,--eh-frame-hdr")
            plain = run_once(subject, binary)
            with tempfile.TemporaryDirectory(prefix="aiopt-blocked-") as folder:
                runs, recorded_s = _recorded(subject, binary.resolve(), Path(folder))
            empty = blank(self, subject, ProfileState.TAKEN, _overhead(plain.wall_s, recorded_s))
            return _profile(empty, runs, binary.resolve(), subject.limits.threads)

        return guarded(self, subject, take)


def _recorded(subject: Subject, binary: Path, folder: Path) -> tuple[list[Lives], float]:
    """Return the thread timelines of each recorded run, and the length of the shortest run in seconds."""
    runs: list[Lives] = []
    wall_s: list[float] = []
    while not runs or (sum(wall_s) < SHORT_S and len(runs) < MOST_RUNS):
        data, wakeups = folder / "perf.data", folder / "wakeups.data"
        events = (*perf_tool.sampling(PERIOD_S), "-e", "context-switches/period=1/", "--switch-events")
        outer = perf_tool.record_argv(data, events, STACK_BYTES)
        seen = perf_tool.probe().wakeups is None
        if seen:
            outer = [*perf_tool.wakeups_argv(wakeups, binary.name), *outer]
        run_once(subject, binary, outer=outer)
        text = perf_tool.script(data, [*_FIELDS, "-F", "comm,pid,tid,time,event,ip,sym,dso"])
        woken = perf_tool.script(wakeups, ["--ns", "-F", "pid,tid,time,event,trace"]) if seen else ""
        found = lives(list(timeline.parse(text)), timeline.parse_wakeups(woken), binary.name)
        if not found.threads:
            raise ProfilingFailed("no sample of the candidate's run was taken")
        runs.append(found)
        wall_s.append(found.threads[0].wall_s)
    return runs, min(wall_s)


def _overhead(plain_s: float, recorded_s: float) -> str:
    return f"a plain run took {plain_s:.4f} s, the recorded one {recorded_s:.4f} s"


def _profile(empty: Profile, runs: list[Lives], binary: Path, allowed: int) -> Profile:
    threads = [thread for run in runs for thread in run.threads]
    for thread in threads:
        thread.samples[:] = steadied(binary, thread.samples)
    sites = _sites(threads, binary)
    booked = account(threads, sites)
    last = runs[-1].threads
    outside = sum(tally.seconds for (_, line, _), tally in booked.tallies.items() if not line)
    total = booked.total_s or 1.0
    return replace(
        empty,
        unit=UNIT,
        samples=sum(tally.count for tally in booked.tallies.values()),
        outside=round(outside / total, 6),
        items=_items(booked, total),
        wall_s=round(max(t.end for t in last) - min(t.start for t in last), 6),
        threads=tuple(_thread_time(number, thread, sites) for number, thread in enumerate(last)),
        lost=tuple(_lost(runs, booked, allowed)),
        total_s=round(booked.total_s / len(runs), 9),
    )


def _items(booked: Account, total: float) -> tuple[ProfileItem, ...]:
    """Return the costliest items of lines, and all items of line 0 (no line on the call chain)."""
    ranked = sorted(booked.tallies.items(), key=lambda entry: (-entry[1].seconds, entry[0]))
    items: list[ProfileItem] = []
    for (kind, line, site), tally in ranked:
        known = line or kind is not ItemKind.CPU
        if known and tally.seconds > 0 and (not line or len(items) < MAX_ITEMS):
            low, high = (round(bound, 6) for bound in tally.interval(total))
            share = round(tally.seconds / total, 6)
            items.append(
                ProfileItem(line, tally.function, share, low, high, kind, site=site, samples=tally.count)
            )
    return tuple(items)


def _sites(threads: Iterable[Thread], binary: Path) -> dict[int, Site]:
    """Return the candidate's line for every address that perf prints for frames in the binary."""
    image = Image(binary)
    chains = [chain for t in threads for chain in (*t.samples, *(wait.chain for wait in t.waits))]
    printed = {frame.ip for chain in chains for frame in chain if frame.dso == str(binary)}
    known = {ip: image.address(ip) for ip in printed}
    lines = resolve(binary, {address for address in known.values() if address is not None})
    return {ip: lines[address] for ip, address in known.items() if address in lines}


def _thread_time(number: int, thread: Thread, sites: Mapping[int, Site]) -> ThreadTime:
    seconds = dict.fromkeys(ItemKind, 0.0)
    for wait in thread.waits:
        seconds[wait.kind] += wait.seconds
    return ThreadTime(
        name=_name(number, thread, sites),
        wall_s=round(thread.wall_s, 9),
        cpu_s=round(thread.cpu_s, 9),
        io_s=round(seconds[ItemKind.IO], 9),
        lock_s=round(seconds[ItemKind.LOCK], 9),
        scheduling_s=round(seconds[ItemKind.SCHEDULING], 9),
        other_s=round(seconds[ItemKind.OTHER] + seconds[ItemKind.OFF_CPU], 9),
    )


def _name(number: int, thread: Thread, sites: Mapping[int, Site]) -> str:
    """Return "main", or the thread's number with the candidate's outermost function in it."""
    if not number:
        return "main"
    chains = [*thread.samples, *(wait.chain for wait in thread.waits)]
    outermost = [sites[f.ip].function for chain in chains for f in reversed(chain) if f.ip in sites][:1]
    return " ".join(["thread", str(number), *outermost])


def _lost(runs: list[Lives], booked: Account, allowed: int) -> Iterable[str]:
    probe = perf_tool.probe()
    if probe.user_only:
        yield (
            "where and for what threads wait: this user may not see the kernel;"
            " set kernel.perf_event_paranoid to 1 or less"
        )
    if probe.wakeups is not None:
        yield f"wake-ups, so time ready to run counts as the wait before it ({probe.wakeups}); run as root"
    if lost := sum(run.lost for run in runs):
        yield f"{lost} records that perf lost"
    ready = sum(
        tally.seconds for (kind, _, _), tally in booked.tallies.items() if kind is ItemKind.SCHEDULING
    )
    cores = len(os.sched_getaffinity(0))
    if allowed <= cores and ready > _SIGNIFICANT_BUSY * booked.total_s:
        yield f"a quiet machine: {100 * ready / booked.total_s:.0f} % of thread time waited for a CPU"
