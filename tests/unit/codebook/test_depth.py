"""Depth of mutations: each level, and changes that leave it alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_aiopt.codebook.character import character
from pytest_aiopt.codebook.depth import Depth
from pytest_aiopt.codebook.validation import decoys

MUTATIONS = Path(__file__).parents[2] / "data" / "mutations"
EXPECTED = {
    "renamed": Depth.NULL,
    "ternary": Depth.SUPERFICIAL,
    "hoisted_size": Depth.SUPERFICIAL,
    "interchange": Depth.LOCAL,
    "early_exit": Depth.LOCAL,
    "buffer_out_of_loop": Depth.DATA,
    "member_order": Depth.DATA,
    "hashed": Depth.DATA,
    "table": Depth.DATA,
    "threads": Depth.ALGORITHM,
    "explicit_stack": Depth.ALGORITHM,
}


def _depth(parent: str, child: str) -> Depth | None:
    return character(parent, child).depth


def _programs(name: str) -> tuple[str, str]:
    parent, _, child = (MUTATIONS / f"{name}.cpp").read_text().partition("// ---- child\n")
    return parent, child


@pytest.mark.parametrize("name", EXPECTED)
def test_depth_of_hand_made_mutations(name: str) -> None:
    assert _depth(*_programs(name)) is EXPECTED[name]


@pytest.mark.parametrize("decoy", [*decoys.NULL, "order_of_functions"])
@pytest.mark.parametrize("name", [name for name in EXPECTED if name != "renamed"])
def test_names_comments_layout_and_order_leave_the_depth(name: str, decoy: str) -> None:
    if (name, decoy) == ("interchange", "rename"):
        pytest.xfail("the order of loops is compared by the names of their bounds")
    parent, child = _programs(name)
    assert _depth(parent, decoys.made(decoy, child)) is EXPECTED[name]
