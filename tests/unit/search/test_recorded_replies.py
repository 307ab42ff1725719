"""The 120 recorded replies of a strong language model: each parses to what its author meant."""

from __future__ import annotations

import json
import lzma
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pytest_aiopt.evaluation.build import rules as build
from pytest_aiopt.evaluation.build.diagnostics import SOURCE
from pytest_aiopt.model import Candidate
from pytest_aiopt.prompts import rules
from pytest_aiopt.search.edits import Edit, apply_reply
from pytest_aiopt.search.settings import SearchSettings

RECORDED: dict[str, Any] = json.loads(
    lzma.decompress((Path(__file__).parents[2] / "data/replies/strong_model.json.xz").read_bytes())
)
Place = tuple[str, str, str, int]
OPTIMIZE = re.compile(r"#[ \t]*pragma GCC optimize|__attribute__\(\(optimize")
BLOCK = re.compile(r"^<{7} SEARCH\n(.*?)^={7}\n(.*?)^>{7} REPLACE$", re.MULTILINE | re.DOTALL)
LIMITS = rules.Limits(max_growth=SearchSettings().max_growth)

ONCE_REFUSED_AS_TOO_LONG = {  # how many times as long as its parent
    ("live", "agg_service", "B", 1): 5.0,
    ("live", "agg_service", "B", 3): 3.3,
    ("live", "agg_service", "D", 3): 3.4,
    ("live", "event_log", "B", 1): 3.0,
    ("live", "event_log", "Dp", 1): 3.3,
    ("live", "event_log", "Dp", 4): 3.2,
    ("live", "event_log", "Dp", 6): 3.1,
    ("live", "scratch_pipeline", "B", 2): 3.8,
    ("live", "scratch_pipeline", "B", 6): 3.8,
    ("live", "scratch_pipeline", "D", 1): 3.0,
    ("live", "scratch_pipeline", "D", 8): 3.3,
    ("live", "scratch_pipeline", "Dp", 4): 3.7,
    ("live", "scratch_pipeline", "Dp", 6): 4.1,
}
ONCE_REFUSED_AS_IF_BY_THE_COMPILER = [
    ("live", "scratch_pipeline", "B", 1),
    ("live", "scratch_pipeline", "Dp", 1),
    ("budget", "scratch_pipeline", "B", 3),
    ("budget", "scratch_pipeline", "B", 5),
    ("budget", "scratch_pipeline", "B", 7),
    ("budget", "scratch_pipeline", "D", 6),
    ("budget", "scratch_pipeline", "Dp", 3),
    ("budget", "scratch_pipeline", "Dp", 4),
]


def place(reply: dict[str, Any], step: int | None = None) -> Place:
    return reply["study"], reply["task"], reply["track"], reply["step"] if step is None else step


@pytest.fixture(scope="module")
def parsed() -> dict[Place, tuple[dict[str, Any], str, Edit]]:
    """Reply, parent and child by place; parents are children of earlier replies."""
    found: dict[Place, tuple[dict[str, Any], str, Edit]] = {}
    for reply in RECORDED["replies"]:
        earlier = found.get(place(reply, reply["parent"]))
        parent = RECORDED["programs"][reply["task"]] if earlier is None else earlier[2].source
        child = apply_reply(parent, reply["text"])
        assert isinstance(child, Edit), (place(reply), child)
        found[place(reply)] = (reply, parent, child)
    return found


def test_every_reply_is_the_program_that_was_built(parsed: Any) -> None:
    assert len(parsed) == 120
    built = [(reply, child) for reply, _, child in parsed.values() if reply["child"] is not None]
    assert len(built) == 107
    assert all(Candidate(child.source).sha == reply["child"] for reply, child in built)


def test_every_block_of_every_reply_is_in_its_child(parsed: Any) -> None:
    for reply, parent, child in parsed.values():
        blocks = BLOCK.findall(reply["text"])
        assert blocks, place(reply)
        assert child.source != parent
        for search, replacement in blocks:
            assert replacement.rstrip("\n") in child.source, (place(reply), replacement[:200])
            assert search.rstrip("\n") in parent, (place(reply), search[:200])


def test_replies_once_refused_as_too_long_keep_the_stated_rules(parsed: Any) -> None:
    refused = {where: found for where, found in parsed.items() if found[0]["outcome"] == "growth"}
    assert {where: round(len(c.source) / len(p), 1) for where, (_, p, c) in refused.items()} == (
        ONCE_REFUSED_AS_TOO_LONG
    )
    for _, parent, child in refused.values():
        assert rules.broken(parent, child.source, LIMITS) is None
        under_the_old_limit = rules.broken(parent, child.source, rules.Limits(max_growth=3.0))
        assert under_the_old_limit is not None
        assert under_the_old_limit.rule.code == "growth"


def test_replies_that_change_flags_are_refused_by_the_rule_that_says_so(parsed: Any) -> None:
    broken = []
    for where, (_, parent, child) in parsed.items():
        assert rules.broken(parent, child.source, LIMITS) is None
        breach = build.of_preprocessed(f'# 1 "{SOURCE}"\n{child.source}')
        if breach is not None:
            assert breach.rule is build.FLAGS
            assert OPTIMIZE.search(child.source.split("\n")[breach.line - 1])
            broken.append(where)
    assert broken == ONCE_REFUSED_AS_IF_BY_THE_COMPILER
    assert build.FLAGS in rules.stated(LIMITS)


def test_outcomes_are_as_they_were_recorded() -> None:
    counts = Counter(reply["outcome"] for reply in RECORDED["replies"])
    assert counts == {"accepted": 99, "growth": 13, "pragma": 8}
