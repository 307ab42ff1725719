"""The machine-wide timing lock between real processes, also of different users."""

import contextlib
import os
import subprocess
import sys
import threading

import pytest

from pytest_aiopt.errors import InfrastructureError
from pytest_aiopt.evaluation.host.lock import MachineLock

HOLD = """
import sys
from pathlib import Path
from pytest_aiopt.evaluation.host.lock import MachineLock
with MachineLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
print("free", flush=True)
"""


@contextlib.contextmanager
def holder(path):
    """A process that holds the lock until its stdin is closed."""
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PYTHONPATH": os.getcwd()},
    ) as process:
        yield process
        process.kill()


def test_a_second_process_waits_until_the_first_lets_go(tmp_path):
    with holder(tmp_path / "lock") as first:
        assert first.stdout.readline() == "held\n"
        with holder(tmp_path / "lock") as second:
            with pytest.raises(subprocess.TimeoutExpired):
                second.wait(0.7)
            first.stdin.close()
            assert second.stdout.readline() == "held\n"
            second.stdin.close()
            assert first.wait(10) == second.wait(10) == 0


def test_the_lock_of_a_killed_process_is_free(tmp_path):
    with holder(tmp_path / "lock") as first:
        assert first.stdout.readline() == "held\n"
        first.kill()
        first.wait(10)
        with MachineLock(tmp_path / "lock"):
            pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_lock_made_by_another_user_is_shared(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    path = shared / "lock"
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o444))
    os.chown(path, 47001, 47001)
    with MachineLock(path):
        pass


def test_threads_exclude_one_another(tmp_path):
    lock, inside, most = MachineLock(tmp_path / "lock"), [], []

    def work():
        for _ in range(50):
            with lock:
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1


def test_a_lock_that_cannot_be_opened_is_one_clear_line(tmp_path):
    with (
        pytest.raises(InfrastructureError, match=r"cannot open the timing lock .*/nowhere/lock"),
        MachineLock(tmp_path / "nowhere" / "lock"),
    ):
        pass
