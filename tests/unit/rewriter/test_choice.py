"""Where edits go: blindly without a profile, to hot lines with one."""

from __future__ import annotations

from collections import Counter

import pytest
from openevolve.utils.code_utils import apply_diff

from pytest_aiopt.cpp.syntax import Program
from pytest_aiopt.rewriter import STRENGTHS, make
from pytest_aiopt.rewriter.engine import FLOOR, carried, heat, sites_of, weights
from pytest_aiopt.rewriter.registry import Kind
from tests.unit.rewriter.prompts import PROGRAM, line_of, prompt

FUNCTIONS = {"playing_time": range(11, 18), "listing": range(19, 27), "longest_title": range(28, 37)}
HOT = {line_of("text = text + tracks[i].title"): 88.0, line_of('text + ", "'): 9.0}


def functions_changed(profile: dict[int, float] | None, seeds: int = 150) -> Counter[str]:
    """Count the functions in which replies to one prompt change lines."""
    model, message, found = make("rewriter-local"), prompt(profile=profile), Counter[str]()
    for seed in range(seeds):
        after = apply_diff(PROGRAM, model.complete(message, seed=seed).text).split("\n")
        before = PROGRAM.split("\n")
        first = next((n for n, (a, b) in enumerate(zip(before, after, strict=False), 1) if a != b), 0)
        found.update(name for name, lines in FUNCTIONS.items() if first in lines)
    return found


def test_a_profile_draws_edits_to_the_hot_function() -> None:
    blind, shown = functions_changed(None), functions_changed(HOT)
    assert shown["listing"] / shown.total() > 0.8
    assert 0.1 < blind["listing"] / blind.total() < 0.6


def by_rewrite(sites, found):
    total: Counter[str] = Counter()
    for site, weight in zip(sites, found, strict=True):
        total[site.rewrite.name] += weight
    return total


def test_without_a_profile_all_rewrites_of_a_kind_weigh_the_same() -> None:
    program = Program(PROGRAM)
    sites = sites_of(program)
    total = by_rewrite(sites, weights(program, sites, {}, STRENGTHS["rewriter-local"]))
    for kind in Kind:
        of_kind = [total[name] for name in {s.rewrite.name for s in sites if s.rewrite.kind is kind}]
        assert of_kind == pytest.approx([of_kind[0]] * len(of_kind)) if of_kind else True


def test_a_rewrite_weighs_as_its_hottest_site_does() -> None:
    program = Program(PROGRAM)
    sites = sites_of(program)
    shares = {line: 0.01 * line for line in range(1, len(PROGRAM.splitlines()) + 1)}
    strength = STRENGTHS["rewriter-local"]
    blind = by_rewrite(sites, weights(program, sites, {}, strength))
    shown = by_rewrite(sites, weights(program, sites, shares, strength))
    for name in blind:
        hottest = max(heat(program, s.change.lines, shares) for s in sites if s.rewrite.name == name)
        assert shown[name] / blind[name] == pytest.approx(hottest)


def test_a_program_that_is_known_is_not_proposed() -> None:
    program = Program(PROGRAM)
    results = [program.apply(site.change.edits) for site in sites_of(program)]
    left = sites_of(program, {results[0]})
    assert [program.apply(site.change.edits) for site in left] == [r for r in results if r != results[0]]


def test_kinds_are_preferred_as_the_table_says() -> None:
    program = Program(PROGRAM)
    sites = sites_of(program)
    for strength in STRENGTHS.values():
        found = weights(program, sites, {}, strength)
        structural = sum(w for w, s in zip(found, sites, strict=True) if s.rewrite.kind is Kind.STRUCTURAL)
        if any(s.rewrite.kind is Kind.STRUCTURAL for s in sites):
            assert structural / sum(found) == pytest.approx(strength.structural)


def test_heat_is_the_floor_plus_the_lines_plus_half_the_function() -> None:
    program = Program("int f() {\n    return 1;\n}\nint g() {\n    return 2;\n}\n")
    shares = {2: 0.5, 5: 0.2}
    assert heat(program, {2}, {}) == 1.0
    assert heat(program, {2}, shares) == pytest.approx(FLOOR + 0.5 + 0.25)
    assert heat(program, {3}, shares) == pytest.approx(FLOOR + 0.25)
    assert heat(program, {2, 5}, shares) == pytest.approx(FLOOR + 0.7 + 0.35)


def test_shares_follow_their_lines_through_an_edit() -> None:
    assert carried({1: 0.1, 3: 0.6}, "a\nb\nc", "x\na\nc") == {2: 0.1, 3: 0.6}
    assert carried({2: 0.6}, "a\nb\nc", "a\nB\nc") == {}
