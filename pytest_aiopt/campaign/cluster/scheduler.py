"""Runs cells on workers of Dask.distributed: the controller's side; remote.py is the worker's side.

We place every cell ourselves: one at a time on a worker with a bench slot, and only where package, study and
task match ours. A cell's journal grows here, line by line. If its worker is lost, the cell resumes on a
machine of the same kind; Dask would restart it from scratch, anywhere.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_aiopt.campaign.cluster import hosts, remote
from pytest_aiopt.campaign.cluster.remote import Host, Order, Setup
from pytest_aiopt.campaign.laboratory import Laboratory
from pytest_aiopt.campaign.outcome import Outcome
from pytest_aiopt.errors import AioptError, InfrastructureError, ToolMissing
from pytest_aiopt.journal.events import Event
from pytest_aiopt.journal.journal import Journal
from pytest_aiopt.journal.record import CellRecord
from pytest_aiopt.model import Cell

if TYPE_CHECKING:
    from distributed import Client, Future

_T = TypeVar("_T")
SLOT = "bench"
"""The worker resource that a cell takes; start workers with ``--resources "bench=1"``."""
GRACE_S = 30.0
"""Seconds that a begun cell waits for a machine of its kind when none is left."""
LOSSES = 3
"""Maximum number of workers that a cell may lose in a row without any progress."""
CONNECT_S = 5.0
_LOOK_S = 0.5
_FETCH_S = 2.0
_TELLING_S = 3.0


def connect(address: str) -> Client:
    """Return a client of the scheduler; raises ToolMissing without Dask.distributed or a scheduler."""
    try:
        from distributed import Client
    except ImportError as error:
        raise ToolMissing(
            "--aiopt-scheduler needs Dask.distributed", "pip install pytest-aiopt[cluster]"
        ) from error
    try:
        return Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        raise ToolMissing(f"no scheduler answers at {address}: {reason}", "start: dask scheduler") from error


@dataclass(slots=True)
class Job:
    """A cell of the run. ``begun``: whether its journal holds anything."""

    cell: Cell
    on_open: Callable[[CellRecord | None], None]
    on_event: Callable[[Event], None]
    begun: bool = False
    journal: Journal | None = None
    attempt: int = 0
    losses: int = 0
    stuck_since: float | None = None
    outcome: Outcome | BaseException | None = None


@dataclass(frozen=True, slots=True)
class _Placed:
    """A job on a worker; ``size``: of its journal when it went there."""

    job: Job
    worker: str
    size: int


class Cluster:
    """Runs the jobs of one session. All work is done in ``run``, in the caller's thread."""

    def __init__(
        self, client: Client, laboratory: Laboratory, setup: Setup, notice: Callable[[str], None]
    ) -> None:
        self._client, self._laboratory, self._setup, self._notice = client, laboratory, setup, notice
        self._topic = f"aiopt-{uuid.uuid4().hex[:12]}"
        self._news: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._jobs: dict[Cell, Job] = {}
        self._waiting: list[Job] = []
        self._placed: dict[Future[tuple[bytes, AioptError | None]], _Placed] = {}
        self._asked: dict[Future[Host], str] = {}
        self._hosts: dict[str, Host] = {}
        self._kind = laboratory.begun_on()  # cells of a study are not mixed over kinds of machines
        self._looked = float("-inf")
        self._said: set[str] = set()
        client.subscribe_topic(self._topic, lambda event: self._news.put(event[1]))

    def add(self, job: Job) -> None:
        """Take a job that is not complete; it begins with the next ``run``."""
        self._jobs[job.cell] = job
        self._waiting.append(job)

    def has(self, cell: Cell) -> bool:
        """Whether a job of this cell was added."""
        return cell in self._jobs

    def run(self, cell: Cell) -> Outcome:
        """Run all jobs until the one of ``cell`` is done; raises its exception."""
        job = self._jobs[cell]
        while job.outcome is None:
            self._turn()
        if isinstance(job.outcome, BaseException):
            raise job.outcome
        return job.outcome

    def close(self) -> None:
        """Cancel running cells, which end at their next event; everything received is on record."""
        placed = list(self._placed.values())
        if placed and self._client.status == "running":
            workers = [each.worker for each in placed]
            tell = partial(self._client.run, remote.call_off, self._topic, workers=workers, on_error="ignore")
            telling = threading.Thread(target=tell, daemon=True)
            telling.start()
            telling.join(_TELLING_S)  # a worker that does not answer must not keep us
            with contextlib.suppress(AioptError):  # the next run asks for what is not on record
                self._receive()
        self._client.close(timeout=2)
        for each in placed:
            self._release(each.job)

    def _turn(self) -> None:
        """Handle pending messages; wait a moment if there are none."""
        busy = self._receive()
        busy |= self._collect()
        if time.monotonic() - self._looked > _LOOK_S:
            self._look()
        self._place()
        if not busy:
            time.sleep(0.02)

    def _receive(self) -> bool:
        """Write down the lines that came in."""
        found = False
        while not self._news.empty():
            found = True
            news = self._news.get()
            for placed in self._placed.values():
                if (placed.job.cell.id, placed.job.attempt) == (news["cell"], news["attempt"]):
                    self._record(placed.job, news["offset"], news["lines"].encode())
        return found

    def _record(self, job: Job, offset: int, lines: bytes) -> None:
        """Append lines to the journal of a job; skip those that it already has."""
        journal = job.journal
        if journal is None or offset > journal.size:  # the whole comes at the end
            return
        for event in journal.extend(lines[journal.size - offset :]):
            job.on_event(event)

    def _collect(self) -> bool:
        """Collect the results and faults of workers."""
        done = [future for future in self._placed if future.done()]
        for future in done:
            placed = self._placed.pop(future)
            self._receive()
            if future.status == "finished":
                result = self._fetched(future, placed.worker)
                if result is None:
                    self._lose(placed)
                else:
                    self._finish(placed.job, *result)
                continue
            error = future.exception() if future.status == "error" else None
            if error is None or type(error).__module__.startswith("distributed"):
                self._lose(placed)
            else:
                self._end(placed.job, error)
        return bool(done)

    def _fetched(self, future: Future[_T], worker: str) -> _T | None:
        """Return a result that is on its worker; None if that went before we had it.

        Dask would wait for it forever: it may be made anew on that worker alone.
        """
        while True:
            try:
                return future.result(timeout=_FETCH_S)
            except CancelledError:
                return None
            except TimeoutError:
                if worker not in self._client.scheduler_info()["workers"]:
                    return None

    def _finish(self, job: Job, whole: bytes, fault: AioptError | None) -> None:
        """Complete the journal of a job by that of the worker, and take the outcome."""
        journal = job.journal
        assert journal is not None
        have = journal.path.read_bytes()
        if fault is not None and have.startswith(whole):  # the worker stopped before it read our journal
            self._end(job, fault)
            return
        if not whole.startswith(have):
            problem = f"{journal.path} and the journal of the worker that finished the cell differ"
            self._end(job, InfrastructureError(problem, "set it aside with --aiopt-fresh"))
            return
        self._record(job, 0, whole)
        self._release(job)
        try:
            job.outcome = fault or self._laboratory.outcome(job.cell, cached=False)
        except AioptError as error:
            job.outcome = error

    def _end(self, job: Job, error: BaseException) -> None:
        self._release(job)
        job.outcome = error

    def _release(self, job: Job) -> None:
        if job.journal is not None:
            job.journal.close()
            job.journal = None

    def _lose(self, placed: _Placed) -> None:
        """Let a job whose worker is gone wait for another, unless that happens again and again."""
        job = placed.job
        grew = job.journal is not None and job.journal.size > placed.size
        job.losses = 0 if grew else job.losses + 1
        self._notice(f"{job.cell.id}: worker {placed.worker} is lost; the cell continues from its journal")
        job.begun = job.journal is not None and bool(job.journal.events)
        if job.losses >= LOSSES:
            problem = f"{job.cell.id} lost {LOSSES} workers in a row without getting any further"
            self._end(job, InfrastructureError(problem, "see the workers' logs for what ended them"))
        else:
            self._release(job)
            self._waiting.insert(0, job)

    def _look(self) -> None:
        """List the workers, and ask new ones for their description."""
        self._looked = time.monotonic()
        try:
            info = self._client.scheduler_info()["workers"] if self._client.status == "running" else None
        except OSError:
            info = None
        if info is None:
            remedy = "check that it runs, then run the same command again"
            raise InfrastructureError("the connection to the scheduler is lost", remedy)
        slots = {address for address, one in info.items() if one["resources"].get(SLOT, 0) >= 1}
        for address in self._hosts.keys() - slots:
            del self._hosts[address]
        for future, placed in list(self._placed.items()):
            if placed.worker not in slots:
                del self._placed[future]
                future.cancel()
                self._lose(placed)
        for future_host, address in list(self._asked.items()):
            if address not in slots:
                del self._asked[future_host]
            elif future_host.done():
                del self._asked[future_host]
                self._met(address, future_host)
        for address in slots - self._hosts.keys() - set(self._asked.values()):
            self._asked[self._submit(remote.describe, self._setup, address, f"host-{address}")] = address
        if not slots:
            self._say(f'no worker has a bench slot; start some: dask worker ... --resources "{SLOT}=1"')

    def _submit(self, function: Callable[..., Any], argument: object, worker: str, key: str) -> Future[Any]:
        name = f"{self._topic}-{key}-{uuid.uuid4().hex[:6]}"
        return self._client.submit(
            function, argument, key=name, workers=[worker], resources={SLOT: 1}, retries=0, pure=False
        )

    def _met(self, address: str, future: Future[Host]) -> None:
        """Record the description of a worker."""
        if future.status != "finished":
            reason = future.exception() if future.status == "error" else future.status
            self._say(f"worker {address} is not used: {reason}")
            return
        host = self._fetched(future, address)
        if host is None:
            return
        self._hosts[address] = host
        fault = hosts.fault(host, self._setup.study)
        kind = f"{host.name}, machine {host.kind.get('machine', 'unknown')}"
        self._say(f"worker {address} ({kind})" + (f" is not used: {fault}" if fault else ""))

    def _misfit(self, job: Job, host: Host) -> str:
        task = self._laboratory.task(job.cell.task)
        return hosts.misfit(host, self._setup.study, task, self._kind)

    def _place(self) -> None:
        """Give every free worker the first waiting job that may run there."""
        taken = {placed.worker for placed in self._placed.values()}
        for address in sorted(self._hosts.keys() - taken):
            job = next((job for job in self._waiting if not self._misfit(job, self._hosts[address])), None)
            if job is not None:
                self._waiting.remove(job)
                self._begin(job, address)
        for job in list(self._waiting):
            self._give_up(job)

    def _begin(self, job: Job, worker: str) -> None:
        try:
            job.journal = Journal(self._laboratory.journal(job.cell))
            job.on_open(job.journal.record)
            journal = job.journal.path.read_bytes()
        except AioptError as error:
            self._end(job, error)
            return
        job.begun, job.stuck_since = bool(journal), None
        self._kind = self._kind or self._hosts[worker].kind
        job.attempt += 1
        order = Order(
            setup=self._setup,
            cell=job.cell,
            journal=journal,
            package=remote.package_digest(),
            task=self._laboratory.task(job.cell.task).digest,
            topic=self._topic,
            attempt=job.attempt,
        )
        future = self._submit(remote.work, order, worker, f"{job.cell.id}-{job.attempt}")
        self._placed[future] = _Placed(job, worker, len(journal))

    def _give_up(self, job: Job) -> None:
        """End a job for which there is no worker, though there are others or it was begun."""
        usable = [host for host in self._hosts.values() if not self._misfit(job, host)]
        if usable or self._asked or not (self._hosts or job.begun):
            job.stuck_since = None
            return
        job.stuck_since = job.stuck_since or time.monotonic()
        if time.monotonic() - job.stuck_since < GRACE_S:
            return
        reasons = sorted({self._misfit(job, host) for host in self._hosts.values()})
        machine = self._kind["machine"] if self._kind else "unknown"
        where = f"begun on machine {machine}, " if job.begun else ""
        problem = f"{job.cell.id} ({where}no worker fits: {'; '.join(reasons) or 'none is left'})"
        self._waiting.remove(job)
        self._end(job, InfrastructureError(problem, "start such a worker and run the same command again"))

    def _say(self, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            self._notice(text)
