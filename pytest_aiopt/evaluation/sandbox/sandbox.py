"""Runs untrusted programs: with bubblewrap around a small supervisor, or with the parts that work.

Level 2: bubblewrap (own mount and process namespaces, an empty read-only root) and the supervisor
(limits, system call filter, measuring). Level 1: the supervisor alone, Landlock in place of the
namespaces. Level 0: limits and killing, with the filter where it works. Files keep their paths inside
the sandbox.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from pathlib import Path
from types import MappingProxyType

from pytest_aiopt.errors import ToolMissing
from pytest_aiopt.evaluation.host import remedies, sharing
from pytest_aiopt.evaluation.sandbox import allowance, layers, mounts, processes, untrusted
from pytest_aiopt.evaluation.sandbox.layers import Layers
from pytest_aiopt.evaluation.sandbox.processes import Ended, RunOutcome
from pytest_aiopt.evaluation.sandbox.series import Series
from pytest_aiopt.evaluation.sandbox.trusted import NATIVE, compile_trusted, find_program
from pytest_aiopt.evaluation.sandbox.users import Users, owned
from pytest_aiopt.model import Limits

__all__ = ["Ended", "RunOutcome", "Sandbox"]

_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TMPDIR": "."}
_STDERR_BYTES = 4096
_TOOL_STDERR_BYTES = 1 << 18
_STACK_MB = 8
_MORE_NAMESPACES = ("--unshare-ipc", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try")
"""For tools. What these hide takes system calls that candidates do not have, and the kernel removes a
network namespace in the background: that would run beside the next measurement (and costs 1 ms)."""
_NUMBERING = ("--cap-add", "CAP_SYS_ADMIN")
"""With which the supervisor, and nobody else, makes a process namespace for each run of a series."""


@dataclass(frozen=True, slots=True)
class _Job:
    """The command to run and the files it sees: ``files`` read-only, ``folder`` to write and work in.

    ``scratch``: the folder exists in the sandbox alone, where there are mounts.
    """

    argv: tuple[str, ...]
    limits: Limits
    wall_s: float
    calls: str
    processes: int
    files: tuple[Path, ...]
    folder: Path | None = None
    scratch: bool = False
    passed: tuple[int, ...] = ()
    system: bool = False
    proc: bool = False
    cpu: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    series: bool = False
    tree_mb: int = 0
    device: Path | None = None

    @property
    def bound(self) -> tuple[Path, ...]:
        """The files that are mounted."""
        return self.files if self.device is None else (*self.files, self.device)


class Sandbox:
    """Runs programs at one level of confinement; made by ``probe``. May be used from several threads."""

    def __init__(self, supervisor: Path, layers: Layers, missing: tuple[str, ...] = ()) -> None:
        self._supervisor = supervisor
        self._layers = layers
        self._users = Users()
        self._bwrap = shutil.which("bwrap")
        self._device: Path | None = None
        self.missing = missing
        """Why each better way to confine does not work here."""

    def beside(self, device: Path | None) -> Sandbox:
        """Return the same sandbox for programs of a task with a device, which runs beside each of them."""
        found = Sandbox(self._supervisor, self._layers, self.missing)
        found._users = self._users
        found._device = None if device is None else _real(device)
        return found

    @property
    def level(self) -> int:
        """2, 1 or 0; see the module."""
        return self._layers.level

    @property
    def warning(self) -> str:
        """One line on the layers that are missing here and why; empty where none is."""
        if not self._layers.lacks:
            return ""
        reasons = "; ".join(dict.fromkeys(self.missing)) or "as asked for"
        return f"no {', no '.join(self._layers.lacks)} ({reasons})"

    @classmethod
    def probe(cls, cache: Path, *, allow_unsafe: bool = False, level: int | None = None) -> Sandbox:
        """Return the best sandbox that works here, or the best of one ``level``.

        Builds the supervisor into ``cache`` if need be. Raise ToolMissing if only level 0 would
        work and is not allowed.
        """
        supervisor = _supervisor(cache.absolute())
        missing: list[str] = []
        for way in layers.candidates(os.geteuid() == 0):
            if way.level > (2 if level is None else level) or (way.level == 0 and not allow_unsafe):
                continue
            sandbox = cls(supervisor, way, tuple(missing))
            reason = sandbox._fault()
            if reason is None:
                return sandbox
            missing.append(f"level {way.level}: {reason}")
        raise ToolMissing(
            f"no sandbox works here ({'; '.join(missing)})",
            f"{remedies.of(missing)}, or accept the risk with --aiopt-unsafe-no-sandbox",
        )

    def run(
        self,
        binary: Path,
        *,
        stdin: int,
        stdout: int,
        limits: Limits,
        wall_s: float | None = None,
        cpu: int | None = None,
        outer: Sequence[str] = (),
        tool: Sequence[str] = (),
        shown: Sequence[Path] = (),
        passed: Sequence[int] = (),
        scratch: bool = False,
        samples_itself: bool = False,
        environment: Mapping[str, str] = MappingProxyType({}),
        tree_mb: int = 0,
    ) -> RunOutcome:
        """Run ``binary`` on the file ``stdin`` (made read-only) with its replies going to ``stdout``.

        ``wall_s`` defaults to the task's limit, else twice the CPU limit and 5 s more; what is left until the
        verdict bounds it. ``cpu`` is the processor to stay on. ``environment`` is added to the fixed one.
        ``outer`` goes in front of everything and is not confined (``perf record -o ... --``).
        ``tool`` goes in front of the binary, inside (``valgrind ...``): it also sees the system's
        programs and /proc, and the files ``shown``. ``passed`` are descriptors that it inherits under the
        same numbers (see ``untrusted``): its only way to give anything back. With ``scratch`` it works in
        an empty folder, bounded in size, of which nothing is kept.
        With ``samples_itself`` it may also open performance counters. ``tree_mb`` is for binaries with
        sanitizers, which reserve addresses without end: what it may hold in memory, as one process.
        (At level 1 below root, a tool runs as a user who must be able to reach these folders.)
        """
        files = tuple(dict.fromkeys(_real(path) for path in (binary, *shown)))
        job = _Job(
            argv=(*_found(tool), str(files[0])),
            limits=limits,
            wall_s=allowance.bounded(wall_s or limits.wall_s or 2 * limits.cpu_s + 5),
            calls=f"checked-{_threaded(limits)}" if tree_mb else _calls(tool, samples_itself, limits),
            tree_mb=tree_mb or (limits.memory_mb if tool else 0),
            processes=_processes(limits) + (8 if tool else 0),
            files=files,
            scratch=scratch,
            passed=tuple(passed),
            system=bool(tool),
            proc=bool(tool),
            cpu=cpu,
            environment=environment,
            device=self._device,
        )
        outcome = self._launch(job, stdin, stdout, outer, _TOOL_STDERR_BYTES if tool else _STDERR_BYTES)
        allowance.charge(outcome.taken_s)
        return outcome

    @contextlib.contextmanager
    def series(
        self, binaries: Sequence[Path], *, limits: Limits, wall_s: float | None = None, cpu: int | None = None
    ) -> Iterator[Series]:
        """Yield a Series: as many runs of ``binaries`` as wanted, each confined and limited as in ``run``.

        One sandbox for all of them: a run costs little more than its process. They share a user and a
        (read-only) file system; every process of a run is dead before the next one starts.
        """
        files = tuple(map(_real, binaries))
        job = _Job(
            argv=tuple(map(str, files)),
            limits=limits,
            wall_s=wall_s or limits.wall_s or 2 * limits.cpu_s + 5,
            calls=_threaded(limits),
            processes=_processes(limits),
            files=files,
            cpu=cpu,
            series=True,
            device=self._device,
        )
        with contextlib.ExitStack() as stack:
            user = stack.enter_context(self._users.one()) if self._layers.drop else None
            ours, theirs = Series.socket_pair()
            stack.callback(ours.close)
            command = [*self._bubblewrap(job), *self._supervised(job, user, theirs.fileno())]
            null = stack.enter_context(open(os.devnull, "r+b")).fileno()
            stack.enter_context(processes.started(command, (null, null, null), theirs.detach(), _ENVIRONMENT))
            yield stack.enter_context(Series(ours, limits, job.wall_s, _STDERR_BYTES))

    def execute(self, argv: Sequence[str], *, folder: Path, limits: Limits, wall_s: float) -> RunOutcome:
        """Run a program of the system, such as a compiler, that works in and writes to ``folder`` alone."""
        job = _Job(
            argv=_found(argv),
            limits=limits,
            wall_s=wall_s,
            calls="tool",
            processes=64,
            files=(),
            folder=_real(folder),
            system=True,
        )
        with open(os.devnull, "r+b") as null:
            return self._launch(job, null.fileno(), null.fileno(), (), _TOOL_STDERR_BYTES)

    def _launch(
        self, job: _Job, stdin: int, stdout: int, outer: Sequence[str], stderr_bytes: int
    ) -> RunOutcome:
        with contextlib.ExitStack() as stack:
            stack.enter_context(sharing.work())
            user = stack.enter_context(self._users.one()) if self._layers.drop else None
            if job.scratch:
                job = replace(job, folder=self._scratch(stack))
            if user is not None and job.folder is not None and job.folder != mounts.SCRATCH:
                stack.enter_context(owned(job.folder, user))
            requests = os.open(f"/proc/self/fd/{stdin}", os.O_RDONLY)
            stack.callback(os.close, requests)
            transcript = processes.supervise(
                lambda report: [*_found(outer), *self._bubblewrap(job), *self._supervised(job, user, report)],
                stdin=requests,
                stdout=stdout,
                wall_s=job.wall_s,
                stderr_bytes=stderr_bytes,
                environment=_ENVIRONMENT | dict(job.environment),
                passed=job.passed,
            )
        return processes.outcome(transcript, job.limits)

    def _scratch(self, stack: contextlib.ExitStack) -> Path:
        """Return where a tool's temporary files go: where it has mounts, a path of the sandbox alone."""
        if self.level == 2:
            return mounts.SCRATCH
        return _real(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aiopt-scratch-"))))

    def _bubblewrap(self, job: _Job) -> list[str]:
        if self.level < 2 or self._bwrap is None:
            return []
        files = (self._supervisor, *job.bound)
        folders = () if job.folder is None or job.scratch else (job.folder,)
        shown = mounts.of_the_system() if job.system else []
        shown += ["--proc", "/proc"] if job.proc else []
        shown += mounts.folders_above(*files, *folders)
        shown += [word for path in files for word in ("--ro-bind", str(path), str(path))]
        shown += [word for path in folders for word in ("--bind", str(path), str(path))]
        shown += mounts.SCRATCH_OPTIONS if job.scratch else ()
        namespaces = ["--unshare-pid", *(_MORE_NAMESPACES if job.system else ())]
        privileges = [*self._layers.privileges, *(_NUMBERING if job.series else ())]
        options = [*namespaces, *privileges, "--die-with-parent", "--as-pid-1", "--chdir", "/"]
        return [self._bwrap, *options, *shown, "--remount-ro", "/", "--"]

    def _supervised(self, job: _Job, user: int | None, report: int) -> list[str]:
        limits = job.limits
        words: list[str] = [str(self._supervisor), "-R", str(report), "-t", str(ceil(job.wall_s * 1000))]
        words += ["-J"] if job.series else []
        words += ["-c", str(processes.cpu_limit(limits)), "-a", str(limits.memory_mb)]
        words += ["-f", str(limits.output_mb), "-k", str(_STACK_MB), "-N", "256" if job.system else "32"]
        words += ["-m", str(job.tree_mb)] if job.tree_mb else []
        words += [] if job.device is None else ["-D", str(job.device)]
        if self._layers.counts_alone:
            ours = (1 + (job.device is not None)) if user is None else 0  # supervisor and device count, too
            words += ["-n", str(job.processes + ours)]
        if self._layers.filter_calls:
            words += ["-s", job.calls]
        if job.cpu is not None:
            words += ["-P", str(job.cpu)]
        if user is not None:
            words += ["-u", str(user)]
        if job.folder is not None:
            words += ["-d", str(job.folder)]
            words += ["-i", str(untrusted.SCRATCH_FILES)] if job.folder == mounts.SCRATCH else []
        if self._layers.landlock:
            words += _landlock(job)
        return [*words, "--", *job.argv]

    def _fault(self) -> str | None:
        """Return why this way to confine does not work here: by running the supervisor in it."""
        if self.level == 2 and self._bwrap is None:
            return "bubblewrap is not installed (apt-get install bubblewrap)"
        limits = Limits(cpu_s=5, memory_mb=256, output_mb=1)
        with open(os.devnull, "r+b") as null:
            for tool in ((), ("env",)) if self.level == 2 else ((),):  # tools get more namespaces
                run = self.run(
                    self._supervisor, stdin=null.fileno(), stdout=null.fileno(), limits=limits, tool=tool
                )
                if run.ended is not Ended.EXITED or run.code != 0:
                    return (run.stderr.strip().splitlines() or [f"{run.ended} {run.code}"])[0]
        return None


def _processes(limits: Limits) -> int:
    """Return how many threads may exist: one that was joined counts until the kernel has put it away."""
    return limits.threads if limits.threads == 1 else 2 * limits.threads


def _calls(tool: Sequence[str], samples_itself: bool, limits: Limits) -> str:
    """Return the name of the filter of system calls."""
    if tool:
        return "sampler" if samples_itself else "tool"
    return _threaded(limits)


def _threaded(limits: Limits) -> str:
    return "threads" if limits.threads > 1 else "compute"


def _supervisor(cache: Path) -> Path:
    compiler, source = find_program("gcc", "apt-get install g++"), NATIVE / "supervisor.c"
    command = [compiler, "-std=c11", "-O2", "-static", str(source)]
    inputs = [source, *sorted(NATIVE.glob("*.h"))]
    return compile_trusted(command, inputs=inputs, cache=_real(cache), name="supervisor")


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _found(command: Sequence[str]) -> tuple[str, ...]:
    """Return the command with the path of its program, which the environment in use here decides."""
    if not command:
        return ()
    return (find_program(command[0], "install it or choose another"), *command[1:])


def _landlock(job: _Job) -> list[str]:
    readable = [str(path) for path in job.files]
    if job.system:
        readable += filter(os.path.isdir, mounts.SYSTEM)
    if job.proc:
        readable.append("/proc")
    words = ["-L", *(word for path in readable for word in ("-r", path))]
    return words if job.folder is None else [*words, "-w", str(job.folder)]
