"""A series of runs in one sandbox: jobs go to a waiting supervisor, one report comes back for each."""

from __future__ import annotations

import os
import socket
import struct
from collections import deque
from contextlib import suppress
from math import ceil
from types import TracebackType

from pytest_aiopt.evaluation.sandbox import processes
from pytest_aiopt.evaluation.sandbox.processes import RunOutcome, Transcript
from pytest_aiopt.model import Limits

_REPORT_BYTES = 4096
_JOB = struct.Struct("<BI")


class Series:
    """Runs of a few binaries, by index. Jobs may be submitted ahead, so that the sandbox never idles."""

    def __init__(self, jobs: socket.socket, limits: Limits, wall_s: float, stderr_bytes: int) -> None:
        self._jobs = jobs
        self._limits = limits
        self._wall_s = wall_s
        self._stderr_bytes = stderr_bytes
        self._pending: deque[int] = deque()  # the stderr of each job that was not reported yet
        self.broken = False
        """Whether the supervisor is gone; every further run is then INFRASTRUCTURE."""

    @staticmethod
    def socket_pair() -> tuple[socket.socket, socket.socket]:
        """Return our end and the supervisor's, which keeps messages apart."""
        return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def __enter__(self) -> Series:
        """Return the series."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the series: no further job is read; the caller stops one under way."""
        self._jobs.close()
        while self._pending:
            os.close(self._pending.popleft())

    def submit(self, index: int, *, stdin: int, stdout: int, wall_s: float | None = None) -> None:
        """Ask for a run of binary ``index``, after those asked for before; the files may be closed then.

        ``wall_s``: the limit of this run, where it is less than that of the series.
        """
        job = _JOB.pack(index, 0 if wall_s is None else ceil(min(wall_s, self._wall_s) * 1000))
        stderr = os.memfd_create("stderr", os.MFD_CLOEXEC)
        self._pending.append(stderr)
        requests = os.open(f"/proc/self/fd/{stdin}", os.O_RDONLY | os.O_CLOEXEC)  # an offset of its own
        try:
            socket.send_fds(self._jobs, [job], [requests, stdout, stderr])
        except OSError:
            self.broken = True
        finally:
            os.close(requests)

    def collect(self) -> RunOutcome:
        """Wait for the oldest run not collected yet and return how it ended."""
        stderr = self._pending.popleft()
        try:
            report = self._report()
            said = os.pread(stderr, self._stderr_bytes, 0).decode(errors="replace")
        finally:
            os.close(stderr)
        return processes.outcome(Transcript(report, said), self._limits)

    def _report(self) -> str:
        if not self.broken and processes.ready(self._jobs.fileno(), self._wall_s + processes.BACKSTOP_S):
            with suppress(OSError):
                report = self._jobs.recv(_REPORT_BYTES).decode()
                if report.startswith("failed"):  # said by the child; the supervisor's own report follows
                    self._jobs.recv(_REPORT_BYTES)
                if report:
                    return report
        self.broken = True
        return ""
