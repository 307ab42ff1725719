"""Reading addr2line, the image of a binary, and names."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from pytest_aiopt.profiling.addresses import Image, Site, innermost, parse_addr2line, short_name

ADDR2LINE = """\
0x0000000000402e5b
std::__move_median_to_first<int>(int*)
/usr/include/c++/12/bits/stl_algo.h:85
void std::sort<int*>(int*, int*)
/usr/include/c++/12/bits/stl_algo.h:1954 (discriminator 2)
(anonymous namespace)::Table<int>::sorted(int*) const
/build/abc/program.cpp:17 (discriminator 1)
entry
program.cpp:44
0x0000000000401ee0
_start
??:?
0x0000000000402000
f
program.cpp:?
g
program.cpp:9
0x0000000000402010
other
/build/not_program.cpp:3
"""


def test_the_innermost_line_of_the_candidates_file_is_taken() -> None:
    assert parse_addr2line(ADDR2LINE) == {0x402E5B: Site(17, "Table::sorted"), 0x402000: Site(9, "g")}


def test_a_chain_is_charged_to_the_first_frame_that_has_a_line() -> None:
    sites = {2: Site(5, "f"), 3: Site(6, "g")}
    assert innermost((1, 2, 3), sites) == Site(5, "f")
    assert innermost((1, 4), sites) is None
    assert innermost((), sites) is None


@pytest.mark.parametrize(
    ("demangled", "short"),
    [
        ("entry", "entry"),
        ("(anonymous namespace)::maps(int) [clone .constprop.0]", "maps"),
        ("unsigned long (anonymous namespace)::hash<int>(int)", "hash"),
        ("std::vector<std::pair<int, A<int> > >& foo::bar<3>(std::vector<int>&)", "foo::bar"),
        ("scan::{lambda(int, void (*)(int))#1}::operator()(int, void (*)(int)) const", "scan::lambda"),
        ("bool Row::operator<(Row const&) const", "Row::operator"),
        ("f(void (*)(int))", "f"),
        ("~Row", "~Row"),
        ("??", "??"),
    ],
)
def test_names_are_short(demangled: str, short: str) -> None:
    assert short_name(demangled) == short


def elf(path: Path, segments: list[tuple[int, int, int, int]]) -> Path:
    """Write the headers of an ELF64 file with segments (kind, offset, address, size)."""
    header = bytearray(64)
    header[:6] = b"\x7fELF\x02\x01"
    struct.pack_into("<Q", header, 32, 64)
    struct.pack_into("<HH", header, 54, 56, len(segments))
    table = [
        struct.pack("<IIQQQQQQ", kind, 5, off, at, at, size, size, 4096) for kind, off, at, size in segments
    ]
    path.write_bytes(bytes(header) + b"".join(table))
    return path


def test_file_offsets_and_addresses_mean_the_same_place(tmp_path: Path) -> None:
    image = Image(
        elf(
            tmp_path / "x",
            [(1, 0, 0x400000, 0x500), (1, 0x1000, 0x401000, 0x8000), (1, 0xA000, 0x50A800, 16)],
        )
    )
    assert image.address(0x2E5B) == image.address(0x402E5B) == 0x402E5B
    assert image.address(0xA001) == 0x50A801
    assert image.address(0x700000) is None
    assert image.address(0x900) is None
    assert not image.unwindable


def test_an_eh_frame_header_makes_it_unwindable(tmp_path: Path) -> None:
    assert Image(elf(tmp_path / "x", [(1, 0, 0x400000, 0x500), (0x6474E550, 0x100, 0x400100, 16)])).unwindable


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("#!/bin/sh")
    with pytest.raises(ValueError, match="not a 64-bit"):
        Image(tmp_path / "x")
