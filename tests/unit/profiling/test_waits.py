"""What call chains at the moment of a context switch say about the wait."""

from __future__ import annotations

import pytest

from pytest_aiopt.model import ItemKind
from pytest_aiopt.profiling.perf.waits import Frame, call, classify, is_join

SYSTEM_CALL = ["do_syscall_64", "entry_SYSCALL_64_after_hwframe"]


def chain(kernel: list[str], user: list[str]) -> tuple[Frame, ...]:
    """Return a chain, innermost first."""
    inner = [Frame(0xFFFF0000 + n, symbol, "[kernel.kallsyms]") for n, symbol in enumerate(kernel)]
    return (*inner, *(Frame(n, symbol, "/x/program") for n, symbol in enumerate(user)))


@pytest.mark.parametrize(
    ("kernel", "user", "expected"),
    [
        (["schedule", "futex_do_wait", "do_futex"], ["__lll_lock_wait"], ItemKind.LOCK),
        (["schedule", "do_nanosleep", "hrtimer_nanosleep"], ["clock_nanosleep"], ItemKind.OTHER),
        (["schedule", "io_schedule", "folio_wait_bit", "do_fsync"], ["fsync"], ItemKind.IO),
        (["schedule", "wait_for_completion", "blkdev_issue_flush", "ext4_sync_file"], ["fsync"], ItemKind.IO),
        (["schedule", "__mutex_lock", "ext4_sync_file", "do_fsync"], ["fsync"], ItemKind.IO),
        (["schedule", "anon_pipe_read", "vfs_read"], ["read"], ItemKind.IO),
        (["schedule", "poll_schedule_timeout", "do_sys_poll"], ["poll"], ItemKind.IO),
        (["schedule", "schedule_timeout", "unix_stream_read_generic"], ["recv"], ItemKind.IO),
        (["schedule", "io_schedule", "filemap_fault", "exc_page_fault"], ["main"], ItemKind.IO),
        (["schedule", "rwsem_down_read_slowpath", "exc_page_fault"], ["main"], ItemKind.LOCK),
        (["schedule", "irqentry_exit_to_user_mode", "asm_sysvec_apic_timer"], ["main"], ItemKind.SCHEDULING),
        (["schedule", "do_wait", "kernel_wait4"], ["wait4"], ItemKind.OTHER),
        # The kernel's symbols are hidden: the C library's function decides.
        (["[unknown]", "[unknown]"], ["__futex_abstimed_wait_common", "pthread_cond_wait"], ItemKind.LOCK),
        ([], ["fsync", "writer"], ItemKind.IO),
        ([], ["__clock_nanosleep", "usleep"], ItemKind.OTHER),
        ([], ["compute"], ItemKind.OTHER),
        ([], [], ItemKind.OFF_CPU),
    ],
)
def test_the_class_of_a_wait(kernel: list[str], user: list[str], expected: ItemKind) -> None:
    assert classify(chain([*kernel, *SYSTEM_CALL] if kernel else [], user)) is expected


@pytest.mark.parametrize(
    ("symbol", "readable"),
    [
        ("___pthread_mutex_lock", "pthread_mutex_lock"),
        ("__pthread_mutex_unlock_usercnt", "pthread_mutex_unlock"),
        ("__GI___nanosleep", "nanosleep"),
        ("fsync@@GLIBC_2.2.5", "fsync"),
        ("std::condition_variable::wait(std::unique_lock<std::mutex>&)", "std::condition_variable::wait"),
        ("[unknown]", ""),
    ],
)
def test_library_functions_have_readable_names(symbol: str, readable: str) -> None:
    assert call(symbol) == readable


def test_joining_a_thread_is_distinguished_from_other_locks() -> None:
    assert is_join(chain(["futex_do_wait"], ["__pthread_clockjoin_ex", "std::thread::join()", "main"]))
    assert is_join(chain(["futex_do_wait"], ["__GI___pthread_timedjoin_ex"]))
    assert not is_join(chain(["futex_do_wait"], ["pthread_cond_wait", "joiner"]))
