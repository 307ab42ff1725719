"""A scheduler and workers of Dask.distributed as local processes over TCP; used by tests as well."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

SCHEDULER = ("dask", "scheduler")
WORKER = ("dask", "worker")
START_S = 60.0


class Processes:
    """``scheduler``: its address. ``workers``: running processes by name. ``started``: every command.

    Logs are in ``folder``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        self.started: list[list[str]] = []
        listen = [*SCHEDULER, "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show"]
        self._scheduler = self._start("scheduler", listen, {})
        self.scheduler = self._address()

    def add(
        self, name: str, *, resources: str = "bench=1", preload: str = "", **variables: str
    ) -> subprocess.Popen[bytes]:
        """Start a worker without a nanny, so that killing it kills all of it."""
        options = [*WORKER, self.scheduler, "--nthreads", "1", "--resources", resources]
        options += ["--no-nanny", "--no-dashboard"]
        options += ["--local-directory", str(self.folder / f"{name}.scratch"), "--death-timeout", "60"]
        if preload:
            options += ["--preload", preload]
        folder = {"AIOPT_WORKER_DIR": str(self.folder / f"{name}.aiopt")}
        started = self._start(name, options, folder | variables)
        self.workers[name] = started
        return started

    def kill(self, name: str) -> None:
        """End a worker at once."""
        worker = self.workers.pop(name)
        worker.kill()
        worker.wait()

    def close(self) -> None:
        """End everything."""
        for process in (*self.workers.values(), self._scheduler):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _start(self, name: str, words: list[str], variables: dict[str, str]) -> subprocess.Popen[bytes]:
        self.started.append(words)
        with (self.folder / f"{name}.log").open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *words],
                cwd=self.folder,
                env=os.environ | variables,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _address(self) -> str:
        end = time.monotonic() + START_S
        text = ""
        while time.monotonic() < end:
            text = (self.folder / "scheduler.log").read_text()
            found = re.search(r"Scheduler at: +(tcp://\S+)", text)
            if found:
                return found[1]
            time.sleep(0.05)
        raise SystemExit(f"the scheduler did not start: {text}")
