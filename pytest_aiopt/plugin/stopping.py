"""Ctrl-C, SIGTERM and SIGHUP stop a session that runs cells in an orderly way: all of them as Ctrl-C does.

The journal has everything up to the current step; the code that waits for a sandbox ends it.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from types import FrameType
from typing import Any

import pytest

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE_S = 5.0
"""Seconds after a signal in which further ones are ignored: cleaning up must not be interrupted."""

AGAIN_S = 0.05
"""Seconds until a signal is repeated that arrived where it would have been lost."""


class Listening:
    """Raises KeyboardInterrupt in the main thread on a signal, until ``restore``."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._usual: dict[int, Any] = {}
        if threading.current_thread() is not threading.main_thread():
            return
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup wants it
                self._usual[number] = signal.signal(number, self._stop)

    def restore(self) -> None:
        """Restore the signal handlers."""
        while self._usual:
            number, handler = self._usual.popitem()
            signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._since is not None and now - self._since <= PATIENCE_S:
            return
        if _in_destructor(frame):
            threading.Timer(AGAIN_S, os.kill, (os.getpid(), number)).start()
            return
        self._since = now
        raise KeyboardInterrupt


def _in_destructor(frame: FrameType | None) -> bool:
    """Whether Python would ignore an exception, as it does in every ``__del__``."""
    while frame is not None and frame.f_code.co_name != "__del__":
        frame = frame.f_back
    return frame is not None


def listen(config: pytest.Config) -> None:
    """Let signals stop this session, until its end."""
    config.add_cleanup(Listening().restore)
