"""Which samples of a recording are the candidate's, and what those without a line of it are."""

from __future__ import annotations

import pytest

from pytest_aiopt.model import ItemKind
from pytest_aiopt.profiling.perf.hotlines import samples
from pytest_aiopt.profiling.perf.remainder import kind_of
from pytest_aiopt.profiling.perf.waits import Frame

KERNEL = "\tffffffff815e9c82 ([kernel.kallsyms])"


def block(process: str, *frames: str) -> str:
    """Return one sample as perf script prints it: there is a blank behind the pid."""
    return "\n".join([f"{process} ", *frames, "", ""])


def frame(ip: str, dso: str) -> str:
    return f"\t{ip:>16} ({dso})"


SCRIPT = "".join(
    [
        block("bwrap  10", frame("104b0", "/usr/lib/ld-linux-x86-64.so.2")),
        block("x  12", KERNEL, frame("2e5b", "/x"), frame("1e36", "/x")),
        block("supervisor  12", frame("9999", "/supervisor")),
        block("a b  13", frame("202b", "/x"), frame("7c2", "[vdso]"), frame("1e36", "/x")),
        block("x  12", KERNEL),
        block("y  14", frame("202b", "/other x")),
    ]
)


def test_only_processes_that_run_the_binary_count_and_only_its_frames() -> None:
    found = [[f.ip for f in chain if f.dso == "/x"] for chain in samples(SCRIPT, "/x")]
    assert found == [[0x2E5B, 0x1E36], [0x202B, 0x1E36], []]


def test_no_candidate_no_samples() -> None:
    assert list(samples(SCRIPT, "/z")) == []
    assert list(samples("", "/x")) == []


START = Frame(0x7C2, "_start", "/x")
MAIN = Frame(0x1E36, "main", "/x")
LIBRARY = Frame(0x202B, "memcpy", "/x")


def kernel(symbol: str) -> Frame:
    return Frame(0, symbol, "[kernel.kallsyms]")


@pytest.mark.parametrize(
    ("chain", "kind"),
    [
        ((LIBRARY, MAIN, START), ItemKind.DRIVER),
        ((LIBRARY, START), ItemKind.START_UP),
        ((kernel("vfs_write"), kernel("entry_SYSCALL_64_after_hwframe"), LIBRARY, MAIN), ItemKind.KERNEL),
        ((kernel("clear_page"), kernel("asm_exc_page_fault"), LIBRARY, MAIN), ItemKind.PAGE_FAULTS),
        ((kernel("clear_page"), kernel("asm_exc_page_fault"), START), ItemKind.PAGE_FAULTS),
        ((kernel("load_elf_binary"), kernel("entry_SYSCALL_64_after_hwframe")), ItemKind.START_UP),
        ((), ItemKind.START_UP),
    ],
)
def test_what_lies_outside_the_program_has_a_kind(chain: tuple[Frame, ...], kind: ItemKind) -> None:
    assert kind_of(chain) is kind


def test_frames_have_symbols_where_perf_prints_them() -> None:
    script = block("x  12", "\tffffffff81000130 [unknown] ([kernel.kallsyms])", "\t1e36 f(int) const (/x)")
    ((top, below),) = samples(script, "/x")
    assert (top.kernel, top.symbol) == (True, "")
    assert (below.symbol, below.dso) == ("f(int) const", "/x")
