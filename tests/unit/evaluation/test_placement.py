"""The pass over assembly text: it moves code, evenly and the same every time, and changes nothing else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.evaluation.build.placement import BLOCK, PADDING, ordered, padding, placed

TEXT = """\
\t.file\t"program.cpp"
\t.text
\t.p2align 6
\t.type\tfirst, @function
first:
\tmovl\t$1, %eax
\t.p2align 5
.L2:
\taddl\t$1, %eax
\tcmpl\t$9, %eax
\tjne\t.L2
\tret
\t.p2align 4,,10
\t.p2align 3
.L3:
\tjmp\t.L2
\t.size\tfirst, .-first
\t.section\t.rodata
\t.align 32
\t.type\ttable, @object
table:
\t.string\t"\\t.type\\tno, @function"
\t.section\t.text.unlikely,"ax",@progbits
\t.type\tsecond, @function
second:
\tret
"""
NUMBERS = st.integers(1, 10 * BLOCK)


def inserted(text, number):
    """The lines that the pass added, each with the line that follows it in the original."""
    original, found = text.splitlines(), []
    for line in placed(text, number).splitlines():
        if original and line == original[0]:
            original.pop(0)
        else:
            found.append((line, original[0]))
    assert not original
    return found


def offset(text, number, function):
    """The bytes of padding directly before a function."""
    sizes = [line for line, following in inserted(text, number) if f"{function}, @function" in following]
    return sum(int(size[1]) for line in sizes if (size := re.search(r"skip (\d+)", line)))


def test_placement_0_is_the_program_as_it_was_compiled():
    assert placed(TEXT, 0) == TEXT
    assert ordered(["a", "b"], 0) == ["a", "b"]
    assert "skip" not in padding(0)


@given(NUMBERS)
def test_only_padding_is_added_where_nothing_runs_into_it(number):
    for line, following in inserted(TEXT, number):
        assert re.fullmatch(r"\t\.(p2align 6|skip \d+, (0x90|0))", line)
        assert "@function" in following or following == "\t.p2align 4,,10"


@given(NUMBERS)
def test_a_placement_is_the_same_every_time(number):
    assert placed(TEXT, number) == placed(TEXT, number)
    assert padding(number) == padding(number)
    assert ordered(["a", "b", "c"], number) == ordered(["a", "b", "c"], number)


@pytest.mark.parametrize("block", [0, 3])
def test_offsets_of_each_function_cover_a_line_evenly_in_a_block(block):
    numbers = range(block * BLOCK + 1, (block + 1) * BLOCK + 1)
    for function in ("first", "second"):
        offsets = sorted(offset(TEXT, number, function) % 64 for number in numbers)
        expected = [64 * (stratum + 0.5) / BLOCK for stratum in range(BLOCK)]
        assert all(abs(found - wanted) <= 4 for found, wanted in zip(offsets, expected, strict=True))
        assert not any(found % 2 for found in offsets)


def test_functions_move_independently_of_each_other():
    numbers = range(1, 4 * BLOCK + 1)
    pairs = {(offset(TEXT, n, "first") % 64 // 32, offset(TEXT, n, "second") % 64 // 32) for n in numbers}
    assert len(pairs) == 4


NEW_FUNCTION = """\
\t.p2align 6
\t.type\tadded, @function
added:
\tjmp\tfirst
\t.p2align 3
.L9:
\tret
"""


@given(NUMBERS)
def test_a_function_lies_at_the_same_offset_where_another_one_was_added(number):
    edited = TEXT.replace("\t.p2align 6\n\t.type\tfirst", NEW_FUNCTION + "\t.p2align 6\n\t.type\tfirst")
    assert edited != TEXT
    assert [offset(edited, number, each) for each in ("first", "second")] == [
        offset(TEXT, number, each) for each in ("first", "second")
    ]


def test_data_and_the_order_of_objects_differ_between_placements():
    assert len({padding(number) for number in range(1, 9)}) == 8
    assert {tuple(ordered(["a", "b"], number)) for number in range(1, 20)} == {
        (PADDING, "a", "b"),
        (PADDING, "b", "a"),
    }


@given(st.lists(st.sampled_from(TEXT.splitlines(keepends=True))), NUMBERS)
def test_lines_in_any_order_are_kept(lines, number):
    text = "".join(lines)
    left = iter(placed(text, number).splitlines(keepends=True))
    assert all(line in left for line in lines)
