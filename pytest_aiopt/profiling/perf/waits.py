"""Classify the reason of a thread's wait by its call chain at the context switch."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pytest_aiopt.model import ItemKind
from pytest_aiopt.profiling.addresses import short_name


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a call chain as printed by perf. ``dso``: its file, "[kernel.kallsyms]" in the kernel."""

    ip: int
    symbol: str
    dso: str

    @property
    def kernel(self) -> bool:
        """Whether the frame belongs to the kernel or a kernel module."""
        return self.dso.startswith("[k") or self.dso.startswith("[m") or self.dso.endswith(".ko")


Chain = tuple[Frame, ...]
"""Frames, innermost first."""

# The whole stack counts, in this order: a mutex inside fsync is I/O, and so is a page fault that reads.
_KERNEL = (
    (ItemKind.LOCK, re.compile(r"futex")),
    (ItemKind.OTHER, re.compile(r"nanosleep|do_wait|kernel_wait|sigsuspend|sigtimedwait|do_pause")),
    (
        ItemKind.IO,
        re.compile(
            r"io_schedule|blk|\bbio|submit_bio|filemap_|folio_wait|fsync|sync_file|ext4_|xfs_|btrfs_|jbd2|nfs"
            r"|iomap|direct_IO|writeback|io_uring|pipe_|do_poll|do_sys_poll|ep_poll|do_select"
            r"|sock|unix_|tcp_|udp_|inet_|skb_|eventfd|signalfd|vfs_(read|write)|ksys_(p?read|p?write)"
        ),
    ),
    (ItemKind.LOCK, re.compile(r"mutex|rwsem|semaphore|rt_mutex")),
    (
        ItemKind.SCHEDULING,
        re.compile(r"exit_to_user_mode|irqentry|preempt_schedule|cond_resched|sched_yield|schedule_tail"),
    ),
)
# If kernel symbols are inconclusive: the innermost function of the C library, which made the call.
_LIBRARY = (
    (ItemKind.LOCK, re.compile(r"futex|lll_lock|mutex|cond_|rwlock|sem_|barrier|pthread_\w*join")),
    (ItemKind.OTHER, re.compile(r"sleep|wait4|waitpid|pause")),
    (
        ItemKind.IO,
        re.compile(r"sync|read|write|poll|select|epoll|recv|send|accept|connect|open|msync|splice|getdents"),
    ),
    (ItemKind.SCHEDULING, re.compile(r"sched_yield")),
)
_JOIN = re.compile(r"^_*(GI_+)?(pthread_\w*join\w*)|^std::thread::join")
_DECORATION = re.compile(r"^_*(GI_+|libc_)?(?=[a-z])|(_usercnt|_common)?(@.*)?$")


def classify(chain: Sequence[Frame]) -> ItemKind:
    """Return I/O, lock, scheduling or other for a thread that stopped running with this call chain.

    OFF_CPU if the chain is empty, such as without permission to see the kernel.
    """
    if not chain:
        return ItemKind.OFF_CPU
    kernel = [frame.symbol for frame in chain if frame.kernel]
    caller = [frame.symbol for frame in chain if not frame.kernel][:1]
    for table, symbols in ((_KERNEL, kernel), (_LIBRARY, caller)):
        for kind, pattern in table:
            if any(pattern.search(symbol) for symbol in symbols):
                return kind
    return ItemKind.OTHER


def is_join(chain: Iterable[Frame]) -> bool:
    """Whether the thread waits for another thread of the program to end: nothing can be gained there."""
    return any(_JOIN.match(frame.symbol) for frame in chain if not frame.kernel)


def call(symbol: str) -> str:
    """Return the readable name of a function: ``__pthread_mutex_lock`` becomes ``pthread_mutex_lock``."""
    return short_name(_DECORATION.sub("", symbol)) if symbol and symbol != "[unknown]" else ""
