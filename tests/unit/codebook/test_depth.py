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
    parent, child = _programs(name)
    assert _depth(parent, decoys.made(decoy, child)) is EXPECTED[name]


CARRIED = {
    "a sum that moves": "sums[i] = static_cast<short>(sums[i] + in[i] - out[i]);",
    "added here, subtracted there": "sum += in[i + 3]; if (i > 3) sum -= in[i - 3]; out[i] = sum / 7;",
    "a sum of vectors": "put(sums, _mm_sub_epi16(_mm_add_epi16(get(sums), get(in + i)), get(out + i)));",
    "a box of prefix sums": "out[i] = in[i + n + 1] - in[i + n] - in[i + 1] + in[i];",
    "a scan": "out[i + 1] = out[i] + in[i];",
    "a running sum that is stored": "sum += in[i]; out[i] = sum;",
}
NOT_CARRIED = {
    "a gradient": "int slope = in[i + 1] - in[i - 1]; out[i] += slope;",
    "a stencil": "out[i] = in[i + 1] - 2 * in[i] + in[i - 1];",
    "a product": "out[i] -= sum * in[i]; sum += out[i] * out[i];",
    "a copy": "out[i] = out[i + 1];",
    "a plain sum": "sum += in[i];",
}


def _looping(body: str) -> str:
    head = "void work(short* sums, const int* in, int* out, int n) {\n    int sum = 0;\n"
    return f"{head}    for (int i = 0; i < n; ++i) {{\n        {body}\n    }}\n}}\n"


@pytest.mark.parametrize("name", [*CARRIED, *NOT_CARRIED])
def test_values_carried_along_are_another_algorithm(name: str) -> None:
    bodies = CARRIED | NOT_CARRIED
    depth = _depth(_looping("out[i] = in[i];"), _looping(bodies[name]))
    assert (depth is Depth.ALGORITHM) == (name in CARRIED)


def test_carrying_values_in_more_places_is_no_other_algorithm() -> None:
    once = _looping(CARRIED["a sum that moves"])
    assert _depth(once, once + once.replace("work", "again")) is not Depth.ALGORITHM


@pytest.mark.parametrize("name", [name for name in EXPECTED if name != "renamed"])
def test_macros_by_any_name_leave_the_depth(name: str) -> None:
    parent, child = _programs(name)
    macros = "#define LOOP_OVER for\n#define HALF(x) ((x) / 2)\n"
    used = child.replace("for (", "LOOP_OVER (")
    assert _depth(parent, macros + used) is EXPECTED[name]
    assert (
        _depth(parent, (macros + used).replace("LOOP_OVER", "EACH").replace("HALF", "SMALL"))
        is EXPECTED[name]
    )


def test_depth_cites_changed_lines() -> None:
    parent, child = _programs("table")
    found = character(parent, child)
    assert found.deep is not None
    assert found.deep.parent_lines or found.deep.child_lines
    assert set(found.deep.child_lines) <= set(found.child_lines)
