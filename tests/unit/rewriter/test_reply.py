"""Blocks must do, in the hands of OpenEvolve's own utilities, exactly what was meant."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from openevolve.utils.code_utils import apply_diff, extract_diffs

from pytest_aiopt.rewriter.reply import Block, apply_blocks, blocks_between

# few different lines, so that most runs of them occur several times
lines = st.lists(st.sampled_from(["a;", "b;", "  c;", "}", "{", "d(e);"]), min_size=1, max_size=14)
programs = lines.map("\n".join)


@given(programs, programs)
@example("b;\nb;\nb;\n  c;\na;\n  c;", "a;\nb;\na;\n  c;")
def test_blocks_turn_one_version_into_the_other(old: str, new: str) -> None:
    reply = "Because.\n\n" + "\n\n".join(map(str, blocks_between(old, new)))
    assert apply_diff(old, reply) == new


@given(programs, programs)
def test_every_search_text_occurs_once(old: str, new: str) -> None:
    for block in blocks_between(old, new):
        assert f"\n{old}\n".count(f"\n{block.search}\n") == 1


@given(programs, programs)
def test_our_own_application_agrees_with_openevolve(old: str, new: str) -> None:
    blocks = blocks_between(old, new)
    assert apply_blocks(old, blocks) == apply_diff(old, "\n".join(map(str, blocks)))


def test_blank_lines_stay_where_they_are() -> None:
    old = "int a;\n\n\nint b;\n\nint c;\n"
    new = "int a;\n\n\nint b2;\n\n\nint c;\n"
    blocks = blocks_between(old, new)
    assert apply_diff(old, "\n".join(map(str, blocks))) == new


def test_equal_versions_need_no_block() -> None:
    assert blocks_between("int a;\n", "int a;\n") == []


def test_a_deletion_makes_a_well_formed_block() -> None:
    (found,) = extract_diffs(str(Block("int a;", "")))
    assert found == ("int a;", "")
