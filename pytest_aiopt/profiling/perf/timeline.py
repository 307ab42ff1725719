"""Convert a recording's text into thread timelines: when each thread ran, when it did not, and from where.

Input: ``perf script -F comm,pid,tid,time,event,ip,sym,dso --show-switch-events --show-task-events`` of CPU
samples and context switches, and the wake-ups recorded on the whole machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pytest_aiopt.model import ItemKind
from pytest_aiopt.profiling.perf.waits import Chain, Frame, classify

_HEADER = re.compile(
    r"^\s*(?P<comm>.*?)\s+(?P<pid>\d+)/(?P<tid>\d+)\s+(?P<time>\d+\.\d+):\s+(?P<rest>.*?)\s*$"
)
_FRAME = re.compile(r"^\s+(?P<ip>[0-9a-f]+) (?P<symbol>.*) \((?P<dso>(?:[^()]|\([^()]*\))*)\)$")
_TASK = re.compile(r"^PERF_RECORD_(?P<what>FORK|EXIT)\((?P<pid>\d+):(?P<tid>\d+)\):\((?P<parent>\d+):\d+\)$")
_LOST = re.compile(r"^PERF_RECORD_LOST(?:_SAMPLES)?\D*(?P<count>\d+)?")
_WAKEUP = re.compile(r"(?P<time>\d+\.\d+): +sched:sched_wakeup: .*\bpid=(?P<tid>\d+)\b")


@dataclass(frozen=True, slots=True)
class Record:
    """One event of a recording; ``what``: sample, stack, in, out, preempted, exec, fork, exit or lost."""

    what: str
    pid: int
    tid: int
    time: float
    comm: str = ""
    chain: Chain = ()
    parent: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True)
class Wait:
    """An interval in which a thread did not run."""

    seconds: float
    kind: ItemKind
    chain: Chain


@dataclass(slots=True)
class Thread:
    """One thread's timeline in seconds: ``cpu_s`` and the waits add up to ``end - start``."""

    tid: int
    start: float
    since: float
    end: float
    running: bool
    cpu_s: float = 0.0
    waits: list[Wait] = field(default_factory=list)
    samples: list[Chain] = field(default_factory=list)
    stack: Chain = ()
    preempted: bool = True
    done: bool = False

    @property
    def wall_s(self) -> float:
        """Seconds from creation (or exec) to the end."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Lives:
    """The threads of the program in order of creation, and the number of records that perf lost."""

    threads: tuple[Thread, ...]
    lost: int


def parse(text: str) -> Iterator[Record]:
    """Yield the records of ``perf script``; other lines are skipped."""
    header: Record | None = None
    frames: list[Frame] = []
    for line in text.splitlines():
        frame = _FRAME.match(line) if header is not None else None
        if frame is not None:
            frames.append(Frame(int(frame["ip"], 16), frame["symbol"], frame["dso"]))
            continue
        if header is not None:
            yield _with_chain(header, frames)
            header, frames = None, []
        found = _HEADER.match(line)
        if found is None:
            continue
        record = _record(found)
        if record is None:
            continue
        if record.what in ("sample", "stack"):
            header = record
        else:
            yield record
    if header is not None:
        yield _with_chain(header, frames)


def _with_chain(record: Record, frames: list[Frame]) -> Record:
    return Record(record.what, record.pid, record.tid, record.time, record.comm, tuple(frames))


def _record(found: re.Match[str]) -> Record | None:
    pid, tid, time = int(found["pid"]), int(found["tid"]), float(found["time"])
    comm, rest = found["comm"].strip(), found["rest"]
    if "-clock" in rest:
        return Record("sample", pid, tid, time, comm)
    if rest.startswith("context-switches"):
        return Record("stack", pid, tid, time, comm)
    if rest.startswith("PERF_RECORD_SWITCH"):
        what = "in" if " IN" in rest else "preempted" if "preempt" in rest else "out"
        return Record(what, pid, tid, time, comm)
    if rest.startswith("PERF_RECORD_COMM exec"):
        return Record("exec", pid, tid, time, rest.partition(": ")[2].rpartition(":")[0])
    if (task := _TASK.match(rest)) is not None:
        return Record(
            task["what"].lower(), int(task["pid"]), int(task["tid"]), time, comm, (), int(task["parent"])
        )
    if (lost := _LOST.match(rest)) is not None:
        return Record("lost", pid, tid, time, comm, count=int(lost["count"] or 1))
    return None


def parse_wakeups(text: str) -> dict[int, list[float]]:
    """Return the wake-up times of each thread, in order."""
    times: dict[int, list[float]] = {}
    for line in text.splitlines():
        if (found := _WAKEUP.search(line)) is not None:
            times.setdefault(int(found["tid"]), []).append(float(found["time"]))
    return {tid: sorted(each) for tid, each in times.items()}


def lives(records: Sequence[Record], wakeups: Mapping[int, Sequence[float]], command: str) -> Lives:
    """Follow every thread of the processes that execute ``command`` (the first 15 bytes of its file name)."""
    story = _Story(command[:15], wakeups)
    for record in records:
        story.tell(record)
    return Lives(tuple(story.finished()), story.lost)


class _Story:
    """The state of each thread while the records are processed."""

    def __init__(self, command: str, wakeups: Mapping[int, Sequence[float]]) -> None:
        self._command = command
        self._wakeups = {tid: list(reversed(times)) for tid, times in wakeups.items()}
        self._threads: dict[int, Thread] = {}
        self._all: list[Thread] = []
        self._pids: set[int] = set()
        self._last = 0.0
        self.lost = 0

    def tell(self, record: Record) -> None:
        """Process one record."""
        if record.what == "lost":
            self.lost += record.count
        elif record.what == "exec":
            self._exec(record)
        elif record.what == "fork" and record.parent in self._pids:
            self._pids.add(record.pid)
            self._begin(record, running=False)
        elif record.pid in self._pids and record.tid in self._threads:
            self._last = record.time
            self._go_on(self._threads[record.tid], record)

    def finished(self) -> Iterator[Thread]:
        """Yield all threads; a thread still alive at the end of the recording ends with it."""
        for thread in self._all:
            if not thread.done:
                self._close(thread, max(self._last, thread.since))
            yield thread

    def _exec(self, record: Record) -> None:
        if record.comm == self._command:
            self._pids.add(record.pid)
            self._begin(record, running=True)
        else:
            self._pids.discard(record.pid)

    def _begin(self, record: Record, *, running: bool) -> None:
        thread = Thread(record.tid, record.time, record.time, record.time, running)
        self._threads[record.tid] = thread
        self._all.append(thread)

    def _go_on(self, thread: Thread, record: Record) -> None:
        if thread.done:
            return
        if record.what == "sample":
            thread.samples.append(record.chain)
        elif record.what == "stack":
            thread.stack = record.chain
        elif record.what in ("out", "preempted") and thread.running:
            thread.cpu_s += record.time - thread.since
            thread.running, thread.since = False, record.time
            thread.preempted = record.what == "preempted"
        elif record.what == "in" and not thread.running:
            self._waited(thread, record.time)
            thread.running, thread.since, thread.stack = True, record.time, ()
        elif record.what == "exit":
            self._close(thread, record.time)

    def _waited(self, thread: Thread, until: float) -> None:
        """Add the time off the CPU: preempted threads were runnable throughout, others from their wake-up."""
        woken = None if thread.preempted else self._woken(thread, until)
        if thread.preempted:
            thread.waits.append(Wait(until - thread.since, ItemKind.SCHEDULING, thread.stack))
            return
        kind = classify(thread.stack)
        thread.waits.append(Wait((woken or until) - thread.since, kind, thread.stack))
        if woken is not None:
            thread.waits.append(Wait(until - woken, ItemKind.SCHEDULING, thread.stack))

    def _woken(self, thread: Thread, until: float) -> float | None:
        times = self._wakeups.get(thread.tid, [])
        while times and times[-1] < thread.since:
            times.pop()
        return times.pop() if times and times[-1] <= until else None

    def _close(self, thread: Thread, at: float) -> None:
        if thread.running:
            thread.cpu_s += at - thread.since
        elif at > thread.since:
            self._waited(thread, at)
        thread.end, thread.done = at, True
