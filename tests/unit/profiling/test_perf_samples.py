"""Which samples of a recording are the candidate's."""

from __future__ import annotations

from pytest_aiopt.profiling.perf.hotlines import parse_samples

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
    samples = list(parse_samples(SCRIPT, "/x"))
    assert samples == [(0x2E5B, 0x1E36), (0x202B, 0x1E36), ()]


def test_no_candidate_no_samples() -> None:
    assert list(parse_samples(SCRIPT, "/z")) == []
    assert list(parse_samples("", "/x")) == []
