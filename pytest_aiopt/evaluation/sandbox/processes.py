"""Starts a command that ends in the supervisor, waits for it, and reads how the program ended."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil

from pytest_aiopt.errors import InfrastructureError, ToolMissing
from pytest_aiopt.model import Limits

BACKSTOP_S = 10.0
"""Seconds that this side waits longer than the supervisor before it steps in."""
_SWEEP_S = 2.0
_REPORT_BYTES = 4096
_INTERRUPTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
_STARVED_SWITCHES = 10
_STARVED_SWITCHES_PER_S = 5.0


class Ended(StrEnum):
    """The end of a run; INFRASTRUCTURE says nothing about the program, and the run is retried."""

    EXITED = "exited"
    SIGNALLED = "signalled"
    TIMEOUT = "timeout"
    CPU_LIMIT = "cpu_limit"
    MEMORY = "memory"
    OUTPUT_LIMIT = "output_limit"
    INFRASTRUCTURE = "infrastructure"


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """One run as its supervisor saw it: resources of the program alone, from exec to exit.

    ``code`` is the exit status, or the number of the signal. ``stalled_s`` is time in which even the
    supervisor got no turn; it is part of ``wall_s`` but does not count towards the wall limit.
    ``apparent``: how a run that is INFRASTRUCTURE ended, should the program be at fault after all.
    """

    ended: Ended
    code: int
    wall_s: float
    cpu_s: float
    user_s: float
    system_s: float
    max_rss_mb: float
    voluntary_switches: int
    involuntary_switches: int
    minor_faults: int
    stderr: str
    stalled_s: float = 0.0
    apparent: Ended = Ended.EXITED

    @property
    def taken_s(self) -> float:
        """Wall seconds that count towards limits."""
        return self.wall_s - self.stalled_s


@dataclass(frozen=True, slots=True)
class Transcript:
    """The outcome of a supervised command: the supervisor's report (may be empty) and its stderr."""

    report: str
    stderr: str


def supervise(
    command: Callable[[int], Sequence[str]],
    *,
    stdin: int,
    stdout: int,
    wall_s: float,
    stderr_bytes: int,
    environment: Mapping[str, str],
    passed: Sequence[int] = (),
) -> Transcript:
    """Run ``command(report_fd)`` to its end; the whole process tree is dead on return.

    ``wall_s`` is the supervisor's own limit; this side only steps in well after it. ``passed``: further
    descriptors that the command inherits under the same numbers. The calling
    thread stays here throughout, which "die with the parent thread" needs.
    """
    with contextlib.ExitStack() as stack:
        stderr = os.memfd_create("stderr")
        stack.callback(os.close, stderr)
        reader, writer = os.pipe()
        stack.callback(os.close, reader)
        with started(command(writer), (stdin, stdout, stderr), writer, environment, passed) as process:
            _wait(process.pid, wall_s + BACKSTOP_S)
        return Transcript(_report(reader), os.pread(stderr, stderr_bytes, 0).decode(errors="replace"))


@contextlib.contextmanager
def started(
    command: Sequence[str],
    files: tuple[int, int, int],
    report: int,
    environment: Mapping[str, str],
    passed: Sequence[int] = (),
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a supervised command, which gets (and keeps) ``report``; it is dead at the end."""
    with _interrupts_deferred() as release:
        try:
            process = _spawn(command, files, (report, *passed), environment)
        finally:
            os.close(report)
        with _stopped_at_the_end(process):
            release()
            yield process


def _spawn(
    command: Sequence[str], files: tuple[int, int, int], passed: Sequence[int], environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    stdin, stdout, stderr = files
    try:  # neither preexec_fn nor user=: they make subprocess fork this whole (large) process
        return subprocess.Popen(
            command,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            pass_fds=passed,
            start_new_session=True,
            env=environment,
        )
    except FileNotFoundError as error:
        raise ToolMissing(
            f"the program {command[0]} is not installed", "install it or choose another"
        ) from error
    except OSError as error:
        raise InfrastructureError(f"cannot start {command[0]}: {error.strerror}") from error


def _report(reader: int) -> str:
    os.set_blocking(reader, False)
    try:
        return os.read(reader, _REPORT_BYTES).decode()
    except BlockingIOError:
        return ""


@contextlib.contextmanager
def _interrupts_deferred() -> Iterator[Callable[[], None]]:
    """Put off Ctrl-C and the like until the yielded function is called: no process must get lost.

    Python runs its handlers in the main thread, wherever that is. Blocking the signals would not help:
    another thread (of a numeric library, say) would receive them.
    """
    caught: list[int] = []
    handlers = {number: handler for number in _INTERRUPTS if callable(handler := signal.getsignal(number))}

    def release() -> None:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        while caught:
            signal.raise_signal(caught.pop())

    if threading.current_thread() is not threading.main_thread():
        handlers.clear()
    try:
        for number in handlers:
            signal.signal(number, lambda number, frame: caught.append(number))
        yield release
    finally:
        release()


@contextlib.contextmanager
def _stopped_at_the_end(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Stop what still runs when the block is left early, and reap.

    SIGURG means nothing to bubblewrap or a profiler in front, which must not die before the
    supervisor has swept; the supervisor takes it as the order to stop. It is repeated because it is
    lost on a supervisor that only just starts.
    """
    try:
        yield
    finally:
        deadline = time.monotonic() + _SWEEP_S
        while not _wait(process.pid, 0.05) and time.monotonic() < deadline:
            os.killpg(process.pid, signal.SIGURG)  # not reaped yet, so the number is still ours
        if not _wait(process.pid, 0.0):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(pid: int, seconds: float) -> bool:
    """Return whether the process ended in time."""
    descriptor = os.pidfd_open(pid)
    try:
        return ready(descriptor, seconds)
    finally:
        os.close(descriptor)


def ready(descriptor: int, seconds: float) -> bool:
    """Whether there is something to read in time; polls twice, in case the whole machine was suspended."""
    poller = select.poll()
    poller.register(descriptor, select.POLLIN)
    return any(poller.poll(ceil(seconds * 1000)) for _ in range(2))


def outcome(transcript: Transcript, limits: Limits) -> RunOutcome:
    """Return the outcome that a report describes; without a report the sandbox itself failed."""
    words = transcript.report.partition("\n")[0].split()
    if not words or words[0] == "failed":
        reason = " ".join(words) or transcript.stderr.strip() or "the supervisor was killed"
        return RunOutcome(Ended.INFRASTRUCTURE, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0, 0, reason)
    code, wall_ns, user_us, system_us, rss_kb, voluntary, involuntary, faults, stalled_ns = map(
        int, words[1:]
    )
    run = RunOutcome(
        ended=Ended(words[0]),
        code=code,
        wall_s=wall_ns / 1e9,
        cpu_s=(user_us + system_us) / 1e6,
        user_s=user_us / 1e6,
        system_s=system_us / 1e6,
        max_rss_mb=rss_kb / 1024,
        voluntary_switches=voluntary,
        involuntary_switches=involuntary,
        minor_faults=faults,
        stderr=transcript.stderr,
        stalled_s=stalled_ns / 1e9,
    )
    return replace(run, ended=_reason(run, limits), apparent=run.ended)


def _reason(run: RunOutcome, limits: Limits) -> Ended:
    """Return the limit that ended the run, as far as one can tell.

    - CPU: SIGXCPU, or SIGKILL after using all of it and more. Another SIGKILL is the machine's doing
      (out of memory): a sandboxed program cannot send it to itself.
    - Output: SIGXFSZ.
    - Memory: it ended badly and either said ``bad_alloc`` or had nine tenths of the limit resident.
      A refused allocation that the program answers with a null pointer access is a crash.
    - Timeout: INFRASTRUCTURE only when the program wanted the processor and did not get it, that is,
      it used less than half the wall time and was preempted again and again. A program that sleeps
      or waits for itself gives the processor up more often than that, and has a timeout of its own.
    """
    if run.ended is Ended.TIMEOUT:
        return Ended.INFRASTRUCTURE if _starved(run) else Ended.TIMEOUT
    if run.ended is Ended.SIGNALLED and run.code == signal.SIGXFSZ:
        return Ended.OUTPUT_LIMIT
    if run.ended is Ended.SIGNALLED and run.code == signal.SIGXCPU:
        return Ended.CPU_LIMIT
    if run.ended is Ended.SIGNALLED and run.code == signal.SIGKILL:
        return Ended.CPU_LIMIT if run.cpu_s >= cpu_limit(limits) - 0.1 else Ended.INFRASTRUCTURE
    if run.code != 0 and _out_of_memory(run, limits):
        return Ended.MEMORY
    return run.ended


def _starved(run: RunOutcome) -> bool:
    missing_s = run.wall_s - run.stalled_s - run.cpu_s
    many = _STARVED_SWITCHES + _STARVED_SWITCHES_PER_S * missing_s
    preempted = run.involuntary_switches > max(many, run.voluntary_switches)
    return run.cpu_s < run.wall_s / 2 and preempted


def _out_of_memory(run: RunOutcome, limits: Limits) -> bool:
    full = 0 < limits.memory_mb <= run.max_rss_mb / 0.9
    return full or "bad_alloc" in run.stderr or "bad_array_new_length" in run.stderr


def cpu_limit(limits: Limits) -> int:
    """Return the limit the kernel enforces: whole seconds, rounded up."""
    return max(1, ceil(limits.cpu_s))
