"""One cell on a worker of Dask.distributed: the worker's description, its order, and the journal it returns.

The worker keeps a journal of its own while it runs the cell, in its own folder, and sends every line on: what
it had not sent when it was lost is found there by the next attempt on the same machine.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pickle
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest_aiopt
from pytest_aiopt.campaign.laboratory import Laboratory
from pytest_aiopt.design.identity import of_design
from pytest_aiopt.design.study import Study
from pytest_aiopt.errors import AioptError, InfrastructureError, InUse, StoreError
from pytest_aiopt.evaluation.host import cores
from pytest_aiopt.files import unwritable
from pytest_aiopt.journal.events import Event
from pytest_aiopt.journal.schema import head_path
from pytest_aiopt.journal.store import Store
from pytest_aiopt.model import Cell
from pytest_aiopt.models.prices import Prices

FOLDER = "AIOPT_WORKER_DIR"
"""Variable that names the folder of a worker's builds, noise floors and journals."""
_PATIENCE_S = 30.0
_STOPPED: set[str] = set()  # runs, by topic, that were called off while a cell of theirs was under way here


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """Settings that all cells of a run share. Relative paths start at the worker's directory."""

    study: Study
    tasks_dir: Path
    unsafe: bool
    sanitize: bool
    replay_measurements: Path | None
    prices: Prices | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A worker as it describes itself. ``kind``: what cells of its journals may not mix (machine, profilers).

    ``tasks``: digests by name, without those that it lacks. ``fault``: why it can run nothing; else "".
    """

    package: str
    study: str
    tasks: dict[str, str]
    kind: dict[str, str]
    machine: dict[str, str]
    name: str
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A cell to run. ``journal``: its lines so far. ``task``, ``package``: digests the worker must have."""

    setup: Setup
    cell: Cell
    journal: bytes
    package: str
    task: str
    topic: str
    attempt: int


class CalledOff(AioptError):
    """The run that wanted this cell is over."""


@functools.cache
def package_digest() -> str:
    """Return the digest of this installation's files: different code might measure differently."""
    root = Path(pytest_aiopt.__file__).parent
    total = hashlib.sha256()
    for path in sorted(path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc"):
        total.update(path.relative_to(root).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]


def study_digest(study: Study) -> str:
    """Return the digest of what the cells of a study are run under, as this installation reads it."""
    tables = [of_design(study, track) for track in study.tracks]
    return hashlib.sha256(repr(tables).encode()).hexdigest()[:16]


def describe(setup: Setup) -> Host:
    """Return the description of this worker, with its fault if it has one."""
    tasks: dict[str, str] = {}
    kind: dict[str, str] = {}
    machine: dict[str, str] = {}
    fault = ""
    try:
        laboratory = _laboratory(pickle.dumps(setup))
        for name in setup.study.tasks:
            try:
                tasks[name] = laboratory.task(name).digest
            except AioptError:
                continue
        found = laboratory.surroundings()
        kind, machine = dict(found.identity), dict(found.machine)
    except AioptError as error:
        fault = str(error)
    return Host(
        package=package_digest(),
        study=study_digest(setup.study),
        tasks=tasks,
        kind=kind,
        machine=machine,
        name=socket.gethostname(),
        fault=fault,
    )


def work(order: Order) -> tuple[bytes, AioptError | None]:
    """Run the cell to its end; return its journal, and the fault that ended it before, if any."""
    from distributed import get_worker

    worker = get_worker()
    cores.process_off_the_timing_core()
    laboratory = _laboratory(pickle.dumps(order.setup))
    path = laboratory.journal(order.cell)
    news = {"cell": order.cell.id, "attempt": order.attempt}
    sender = _Sender(path, len(order.journal), lambda part: worker.log_event(order.topic, news | part))

    def tell(event: Event) -> None:
        sender.send()
        if order.topic in _STOPPED:
            raise CalledOff("the run was stopped", "run the same command again")

    try:
        _check(order, laboratory)
        _place(path, order.journal)
        _patiently(lambda: laboratory.run(order.cell, tell, lambda events: sender.send()))
    except AioptError as error:
        return path.read_bytes() if path.is_file() else b"", error
    return path.read_bytes(), None


def call_off(topic: str) -> None:
    """Let the cells of a run that are under way here end at their next event."""
    _STOPPED.add(topic)


@functools.lru_cache(maxsize=4)
def _laboratory(pickled: bytes) -> Laboratory:
    """Return the laboratory of a run, kept for its next cell: probing sandbox and profilers takes seconds."""
    setup: Setup = pickle.loads(pickled)
    laboratory = Laboratory(
        setup.study,
        tasks_dir=Path(setup.tasks_dir).absolute(),
        results=Store(_folder()),
        unsafe=setup.unsafe,
        sanitize=setup.sanitize,
        replay_measurements=setup.replay_measurements,
        prices=setup.prices,
    )
    laboratory.store.prepare()
    return laboratory


def _folder() -> Path:
    """Return this worker's own folder, which no other user may have made."""
    named = os.environ.get(FOLDER)
    folder = Path(named) if named else Path(tempfile.gettempdir()) / f"pytest-aiopt-worker-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    if folder.stat().st_uid != os.getuid():
        raise StoreError(f"{folder} belongs to another user", f"name another folder with {FOLDER}")
    return folder.absolute()


def _check(order: Order, laboratory: Laboratory) -> None:
    """Raise where code or task are not the controller's, before anything is run or paid for."""
    where = f"worker {socket.gethostname()}"
    if package_digest() != order.package:
        raise InfrastructureError(
            f"{where} has another pytest-aiopt", "install the controller's version there"
        )
    if laboratory.task(order.cell.task).digest != order.task:
        raise InfrastructureError(
            f"{where} has another version of task {order.cell.task}", "copy the task folder there"
        )


def _place(path: Path, journal: bytes) -> None:
    """Put the journal so far where the cell is run, unless what lies there is the same one and longer."""
    kept = path.read_bytes() if path.is_file() else b""
    if journal and kept.startswith(journal):
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        head_path(path).unlink(missing_ok=True)
        path.unlink(missing_ok=True)  # an attempt that still runs keeps writing to its own, lost, file
        path.write_bytes(journal)
    except OSError as error:
        raise unwritable(path, error) from error


def _patiently(run: Callable[[], object]) -> None:
    """Run; where an attempt that was given up is still at its last step, wait for it to let go."""
    end = time.monotonic() + _PATIENCE_S
    while True:
        try:
            run()
        except InUse:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)
        else:
            return


class _Sender:
    """Sends the new complete lines of a journal."""

    def __init__(self, path: Path, offset: int, send: Callable[[dict[str, object]], None]) -> None:
        self._path, self._offset, self._send = path, offset, send
        self._lock = threading.Lock()

    def send(self) -> None:
        """Send the lines that were not sent yet."""
        with self._lock, self._path.open("rb") as file:
            file.seek(self._offset)
            lines, newline, _ = file.read().rpartition(b"\n")
            if newline:
                data = lines + newline
                self._send({"offset": self._offset, "lines": data.decode()})
                self._offset += len(data)
