"""Hostile and honest programs at every level; as root the levels also differ in how root is given up."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pytest_aiopt.errors import ToolMissing
from pytest_aiopt.evaluation.sandbox import layers, untrusted
from pytest_aiopt.evaluation.sandbox import sandbox as module
from pytest_aiopt.evaluation.sandbox.sandbox import Ended, RunOutcome, Sandbox
from pytest_aiopt.model import Limits

LIMITS = Limits(cpu_s=1.0, memory_mb=256, output_mb=1)
SECRET = "AIOPT_TEST_SECRET"
needs_bwrap = pytest.mark.needs("bwrap")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@dataclass
class Finished:
    """An outcome and what was written to stdout."""

    outcome: RunOutcome
    output: bytes


def survivors_of(binary: Path) -> list[str]:
    """Return the command lines of running processes that name the binary."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes()
            alive = (folder / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            continue
        if alive and str(binary).encode() in line:
            found.append(f"{folder.name} {line!r}")
    return found


def file_with(content: bytes) -> int:
    descriptor = os.memfd_create("file")
    os.pwrite(descriptor, content, 0)
    return descriptor


@pytest.fixture(scope="session")
def cache() -> Iterator[Path]:
    folder = tempfile.mkdtemp(prefix="aiopt-sandbox-")
    os.chmod(folder, 0o755)
    yield Path(folder)
    shutil.rmtree(folder)


@pytest.fixture
def folder(cache: Path) -> Iterator[Path]:
    """Yield an empty folder that other users can reach too."""
    with tempfile.TemporaryDirectory(dir=cache) as name:
        yield Path(name)


@pytest.fixture(scope="session")
def hostile(cache: Path) -> Path:
    binary = cache / "hostile"
    source = Path(__file__).with_name("hostile.cpp")
    subprocess.run(["g++", "-O1", "-static", "-o", binary, source], check=True, timeout=120)
    return binary


def launch(box: Sandbox, binary: Path, request: str, limits: Limits = LIMITS, **options: Any) -> Finished:
    stdin, stdout = file_with(request.encode()), file_with(b"")
    try:
        outcome = box.run(binary, stdin=stdin, stdout=stdout, limits=limits, **options)
        assert os.pread(stdin, 512, 0) == request.encode()
        return Finished(outcome, os.pread(stdout, os.fstat(stdout).st_size, 0))
    finally:
        os.close(stdin)
        os.close(stdout)


Do = Callable[..., Finished]


@pytest.fixture
def do(hostile: Path) -> Iterator[Do]:
    """Run the hostile program in a sandbox; in the end nothing must be left of it."""
    yield lambda box, request, *limits, **options: launch(box, hostile, request, *limits, **options)
    assert not survivors_of(hostile)


def userns(cache: Path) -> Sandbox:
    """Return level 2 as an unprivileged user gets it, though the tests may run as root."""
    ways = [each for each in layers.candidates(root=False) if each.level == 2]
    box = Sandbox(module._supervisor(cache), ways[0])
    assert box._fault() is None
    return box


BOXES: dict[str, Callable[[Path], Sandbox]] = {
    "bubblewrap": lambda cache: Sandbox.probe(cache, level=2),
    "user-namespace": userns,
    "landlock": lambda cache: Sandbox.probe(cache, level=1),
    "limits-only": lambda cache: Sandbox.probe(cache, level=0, allow_unsafe=True),
}
MARKS = {"bubblewrap": needs_bwrap, "user-namespace": needs_bwrap}
ANY = [pytest.param(name, marks=MARKS.get(name, ())) for name in BOXES]
CONFINED = ANY[:3]


@pytest.fixture
def box(request: pytest.FixtureRequest, cache: Path) -> Sandbox:
    return BOXES[request.param](cache)


any_box = pytest.mark.parametrize("box", ANY, indirect=True)
confined = pytest.mark.parametrize("box", CONFINED, indirect=True)


# --- how runs end ----------------------------------------------------------------------------


@any_box
@pytest.mark.parametrize("code", [0, 1, 125, 255])
def test_the_exit_code_of_the_program_is_reported(box: Sandbox, do: Do, code: int) -> None:
    outcome = do(box, f"exit {code}").outcome
    assert (outcome.ended, outcome.code) == (Ended.EXITED, code)


@any_box
@pytest.mark.parametrize(
    ("request_", "ended"),
    [
        ("loop", Ended.CPU_LIMIT),
        ("close-and-loop", Ended.CPU_LIMIT),
        ("flood", Ended.OUTPUT_LIMIT),
        ("flood-stderr", Ended.OUTPUT_LIMIT),
        ("allocate 20000", Ended.MEMORY),
        ("touch 300", Ended.MEMORY),
        ("overflow", Ended.SIGNALLED),
    ],
)
def test_limits_end_a_run_and_are_distinguished(box: Sandbox, do: Do, request_: str, ended: Ended) -> None:
    finished = do(box, request_)
    assert finished.outcome.ended is ended
    assert len(finished.output) <= LIMITS.output_mb << 20
    assert len(finished.outcome.stderr) <= 4096


@any_box
@pytest.mark.parametrize("request_", ["sleep", "deadlock", "stop-itself"])
def test_a_program_that_waits_for_itself_has_timed_out(box: Sandbox, do: Do, request_: str) -> None:
    outcome = do(box, request_, wall_s=0.3).outcome
    assert outcome.ended is Ended.TIMEOUT
    assert outcome.wall_s >= 0.3
    assert outcome.cpu_s < 0.1


@any_box
def test_a_spinning_program_past_its_wall_limit_has_timed_out_or_was_starved(box: Sandbox, do: Do) -> None:
    outcome = do(box, "loop", wall_s=0.3).outcome
    assert outcome.ended in (Ended.TIMEOUT, Ended.INFRASTRUCTURE)
    assert (outcome.ended is Ended.TIMEOUT) or outcome.cpu_s < outcome.wall_s / 2


def test_a_kill_that_no_limit_explains_is_the_machines_doing(cache: Path, do: Do) -> None:
    nothing = layers.Layers(0, drop=os.geteuid() == 0, filter_calls=False)
    box = Sandbox(module._supervisor(cache), nothing)  # the only way in which a program can fake one
    assert do(box, "kill-itself").outcome.ended is Ended.INFRASTRUCTURE


@any_box
def test_time_in_which_the_machine_stood_still_does_not_count(box: Sandbox, do: Do, hostile: Path) -> None:
    outcomes: list[RunOutcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(do(box, "sleep", wall_s=1.0).outcome))
    thread.start()
    wait_until(lambda: supervisor_of(hostile) is not None)
    supervisor = supervisor_of(hostile)
    assert supervisor
    os.kill(supervisor, signal.SIGSTOP)
    time.sleep(0.8)
    os.kill(supervisor, signal.SIGCONT)
    thread.join()
    (outcome,) = outcomes
    assert outcome.ended is Ended.TIMEOUT
    assert outcome.stalled_s >= 0.5
    assert outcome.wall_s - outcome.stalled_s >= 0.99


def supervisor_of(binary: Path) -> int | None:
    lines = [line.split(" ", 1) for line in survivors_of(binary)]
    return next((int(pid) for pid, line in lines if line.startswith(f"b'{binary.parent}/supervisor-")), None)


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


# --- what is measured ------------------------------------------------------------------------


@any_box
def test_time_and_memory_are_the_programs_own(box: Sandbox, do: Do) -> None:
    burnt = do(box, "burn 0.2").outcome
    assert 0.19 <= burnt.cpu_s <= 0.3
    assert burnt.wall_s >= burnt.cpu_s * 0.98
    assert burnt.cpu_s == pytest.approx(burnt.user_s + burnt.system_s)
    touched = do(box, "touch 64").outcome
    assert 64 <= touched.max_rss_mb <= 70
    assert touched.minor_faults >= 64 * 256
    idle = do(box, "nothing").outcome
    assert idle.max_rss_mb < 4
    assert idle.cpu_s < 0.05


@any_box
def test_a_run_stays_on_the_processor_it_is_given(box: Sandbox, do: Do) -> None:
    cpu = max(os.sched_getaffinity(0))
    argv = ["/bin/sh", "-c", "grep Cpus_allowed_list /proc/self/status"]
    assert do(box, "nothing", tool=argv, cpu=cpu).output.split()[-1] == str(cpu).encode()


# --- what is refused -------------------------------------------------------------------------


@confined
@pytest.mark.parametrize(
    "request_",
    [
        "daemon",
        "socket",
        "user",
        "read /etc/passwd",
        "read /proc/self/environ",
        f"read {__file__}",
        "write /tmp/aiopt-was-here",
        "write /dev/shm/aiopt-was-here",
        "write /aiopt-was-here",
        "overwrite-requests",
        "kill-itself",
    ],
)
def test_what_no_program_needs_is_refused(box: Sandbox, do: Do, request_: str) -> None:
    outcome = do(box, request_).outcome
    assert (outcome.ended, outcome.code) == (Ended.EXITED, 1)


@confined
@pytest.mark.parametrize("request_", ["setsid", "kill-parent", "trace"])
def test_attacks_are_fatal(box: Sandbox, do: Do, request_: str) -> None:
    outcome = do(box, request_).outcome
    assert (outcome.ended, outcome.code) == (Ended.SIGNALLED, signal.SIGSYS)


@confined
def test_one_thread_means_one(box: Sandbox, do: Do) -> None:
    assert do(box, "threads 1").outcome.ended is Ended.SIGNALLED
    several = replace(LIMITS, threads=4)
    assert do(box, "threads 3", several).outcome.code == 0
    if box._layers.drop or (box.level == 2 and os.geteuid() != 0):  # the kernel exempts root from counting
        assert do(box, "threads 8", several).outcome.code != 0  # those that ended may count for a moment


@confined
def test_threads_that_ended_make_room_for_others(box: Sandbox, do: Do) -> None:
    several = replace(LIMITS, threads=4)
    assert [do(box, "crews 2000", several).outcome.code for _ in range(3)] == [0, 0, 0]


@any_box
@pytest.mark.parametrize("request_", ["daemon", "fork-bomb"])
def test_nothing_a_program_started_survives_it(box: Sandbox, do: Do, request_: str) -> None:
    if request_ == "fork-bomb" and not (box._layers.counts_alone or box._layers.filter_calls):
        pytest.skip("an unprivileged user without a filter has no process limit of its own")
    assert do(box, request_).outcome.ended is not Ended.INFRASTRUCTURE


@any_box
def test_environment_and_open_files_are_not_inherited(
    box: Sandbox, do: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECRET, "1")
    assert SECRET.encode() not in do(box, "environment").output
    leaked = os.memfd_create("leak", 0)  # inheritable
    try:
        assert do(box, "files").outcome.code == 0
    finally:
        os.close(leaked)


@confined
@pytest.mark.parametrize("tool", [(), ("/bin/sh", "-c", "cat /proc/self/status")])
def test_no_capability_is_left(box: Sandbox, do: Do, tool: tuple[str, ...]) -> None:
    if not tool:
        assert do(box, "user").outcome.code == 1
        return
    status = dict(line.split(":\t", 1) for line in do(box, "nothing", tool=tool).output.decode().splitlines())
    assert {int(status[name], 16) for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")} == {0}
    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"] == "2"
    assert status["Uid"].split()[0] != "0"


# --- tools and prefixes ----------------------------------------------------------------------


@any_box
def test_a_tool_runs_inside_around_the_binary_and_may_write_an_empty_folder(
    box: Sandbox, do: Do, hostile: Path
) -> None:
    with untrusted.output() as output:
        script = f'echo y > x; cat x > {output.path}; echo x > /aiopt-was-here; exec "$@"'
        finished = do(box, "path", tool=("sh", "-c", script, "sh"), scratch=True, passed=(output.descriptor,))
        assert output.text() == "y\n"
    assert finished.output.decode().strip() == str(hostile)
    if box.level > 0:
        assert not Path("/aiopt-was-here").exists()


@confined
def test_a_tool_sees_nothing_but_the_system(box: Sandbox, do: Do) -> None:
    tool = ("sh", "-c", f"cat {__file__} || cat /etc/passwd || exit 7")
    finished = do(box, "nothing", tool=tool)
    assert (finished.output, finished.outcome.code) == (b"", 7)


@any_box
def test_an_outer_command_goes_in_front_of_everything(box: Sandbox, do: Do, folder: Path) -> None:
    outer = ("sh", "-c", f'id -u > {folder}/user; exec "$@"', "sh")
    finished = do(box, "exit 3", outer=outer)
    assert finished.outcome.code == 3
    assert (folder / "user").read_text().strip() == str(os.geteuid())


@pytest.mark.needs("valgrind")
@any_box
def test_valgrind_works_inside(box: Sandbox, do: Do) -> None:
    limits = replace(LIMITS, cpu_s=30, memory_mb=4096, output_mb=64)
    with untrusted.output() as output:
        tool = ("valgrind", "--tool=callgrind", f"--callgrind-out-file={output.path}")
        options = {"tool": tool, "scratch": True, "passed": (output.descriptor,), "wall_s": 120}
        assert do(box, "exit 3", limits, **options).outcome.code == 3
        assert "events: Ir" in output.text()


# --- starting and stopping -------------------------------------------------------------------


@any_box
def test_runs_may_start_in_threads_that_end(box: Sandbox, do: Do) -> None:
    outcomes: list[RunOutcome] = []
    threads = [
        threading.Thread(target=lambda n=n: outcomes.append(do(box, f"exit {n}").outcome)) for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted((each.ended, each.code) for each in outcomes) == [(Ended.EXITED, n) for n in range(4)]


class Interrupted(Exception):
    pass


@any_box
@pytest.mark.parametrize("delay_s", [0.001, 0.003, 0.006, 0.01, 0.2])
def test_an_interrupted_run_is_killed(box: Sandbox, do: Do, delay_s: float) -> None:
    def interrupt(number: int, frame: object) -> None:
        raise Interrupted

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, delay_s)
    try:
        with pytest.raises(Interrupted):
            do(box, "daemon-and-loop", replace(LIMITS, cpu_s=30))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@any_box
def test_a_run_dies_with_the_process_that_started_it(box: Sandbox, hostile: Path) -> None:
    child = os.fork()
    if child == 0:
        launch(box, hostile, "loop", replace(LIMITS, cpu_s=30))
        os._exit(0)
    wait_until(lambda: bool(survivors_of(hostile)))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    wait_until(lambda: not survivors_of(hostile))


# --- finding out what works ------------------------------------------------------------------


def test_without_bubblewrap_landlock_takes_over_and_says_so(
    cache: Path, do: Do, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("gcc", "as", "ld"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PATH", str(tmp_path))
    box = Sandbox.probe(cache)
    assert box.level == 1
    assert all("bubblewrap is not installed" in reason for reason in box.missing)
    assert box.missing
    assert do(box, "exit 3").outcome.code == 3


def test_without_any_layer_it_refuses_unless_allowed(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    every = list(layers.candidates(os.geteuid() == 0))
    broken = [
        replace(each, privileges=("--no-such-option",), landlock=False) for each in every if each.level == 2
    ]
    monkeypatch.setattr(layers, "candidates", lambda root: [*broken, every[-1]])
    with pytest.raises(ToolMissing, match=r"no sandbox works here.*unsafe-no-sandbox"):
        Sandbox.probe(cache)
    box = Sandbox.probe(cache, allow_unsafe=True)
    assert box.level == 0
    assert "no-such-option" in box.missing[0]


def test_without_a_compiler_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match=r"gcc is not installed; apt-get install g\+\+"):
        Sandbox.probe(tmp_path)


@any_box
def test_a_failing_sandbox_is_the_machines_fault(box: Sandbox, tmp_path: Path) -> None:
    outcome = launch(box, tmp_path / "missing", "nothing").outcome
    assert outcome.ended is Ended.INFRASTRUCTURE
    assert "missing" in outcome.stderr


@needs_root
@pytest.mark.parametrize("name", ANY)
def test_an_unprivileged_user_gets_the_same(name: str, cache: Path, hostile: Path) -> None:
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
            box = BOXES[name](cache)
            codes = [
                launch(box, hostile, request).outcome.code
                for request in ("exit 3", "read /etc/shadow", "loop")
            ]
            several = replace(LIMITS, threads=4)
            codes += [launch(box, hostile, f"threads {n}", several).outcome.code for n in (3, 8)]
            too_many = signal.SIGABRT if box.level == 2 else 0
            os._exit(0 if codes == [3, 1, signal.SIGXCPU, 0, too_many] else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
