"""Which placements a comparison uses, and when."""

from pathlib import Path

import pytest

from pytest_aiopt.evaluation.meter.sides import FEWEST, MOST, Side, Use, numbers, stages


@pytest.mark.parametrize("count", [FEWEST, 24, MOST])
def test_no_two_uses_share_a_placement_and_none_is_the_program_as_compiled(count):
    found = [number for use in Use for number in numbers(use, 2 * count)]
    assert len(set(found)) == len(Use) * 2 * count
    assert min(found) > 0


def test_with_one_placement_programs_are_measured_as_compiled():
    assert {numbers(use, 1) for use in Use} == {(0,)}
    assert stages(1) == [1]


def test_more_placements_are_built_only_while_a_comparison_is_open():
    built = []
    side = Side(lambda asked: built.append(asked) or [Path(str(number)) for number in asked], (7, 8, 9))
    assert built == []
    assert side.first(2) == [Path("7"), Path("8")]
    assert built == [(7, 8)]
    assert stages(24) == [FEWEST, 24]
    assert stages(FEWEST) == [FEWEST]


def test_a_path_is_a_program_as_it_was_compiled():
    alone = Side.alone(Path("program"))
    assert (alone.numbers, alone.first(1)) == ((0,), [Path("program")])
