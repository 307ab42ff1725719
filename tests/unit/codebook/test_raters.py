"""Ratings as files, and how far raters agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_aiopt.codebook.raters.agreement import consensus, kappa, pair
from pytest_aiopt.codebook.raters.ratings import BadRatings, Place, Rated, Rating, load, raters, save
from pytest_aiopt.codebook.validation.agreement import agreement

ONE, TWO = Rating(3, True, ("caching",), 2), Rating(4, True, ("caching", "parallel"))


def rated(step: int, **ratings: Rating) -> Rated:
    return Rated(Place("live", "agg_service", "B", 1, step), ratings)


def test_a_file_of_ratings_returns_what_was_saved(tmp_path: Path) -> None:
    mutations = (rated(1, ann=ONE, ben=TWO), rated(2, ben=ONE))
    save(tmp_path / "ratings.json", mutations)
    assert load(tmp_path / "ratings.json") == mutations
    assert raters(mutations) == ("ann", "ben")


def test_the_seed_is_1_unless_named(tmp_path: Path) -> None:
    path = tmp_path / "ratings.json"
    path.write_text(
        '[{"study": "s", "task": "t", "track": "B", "step": 2, "ann": {"depth": 1, "structural": false}}]'
    )
    assert load(path) == (Rated(Place("s", "t", "B", 1, 2), {"ann": Rating(1, False)}),)


@pytest.mark.parametrize("text", ["", "{}", '[{"study": "s"}]', '[{"study": 1, "ann": 2}]'])
def test_a_file_without_ratings_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ratings.json"
    path.write_text(text)
    with pytest.raises(BadRatings, match=r"ratings\.json holds no ratings"):
        load(path)


def test_quadratic_kappa() -> None:
    assert kappa([(1, 1), (4, 4)]).value == 1
    assert kappa([(4, 4), (4, 4)]).value is None
    assert kappa([(3, 3), (3, 4), (4, 4), (4, 4)]).value == pytest.approx(0.5)
    near, far = kappa([(2, 2), (3, 3), (4, 3)] * 9), kappa([(2, 2), (3, 3), (4, 2)] * 9)
    assert near.value is not None
    assert far.value is not None
    assert near.value > far.value


def test_kappa_of_two_answers_is_the_plain_one_with_its_interval() -> None:
    pairs = [(True, True)] * 20 + [(True, False)] * 4 + [(False, True)] * 3 + [(False, False)] * 13
    found, plain = kappa(pairs), agreement(pairs)
    assert found.value == pytest.approx(plain.kappa)
    assert found.low is not None
    assert plain.error is not None
    assert found.value is not None
    assert found.value - found.low == pytest.approx(1.959964 * plain.error)


def test_two_raters_are_compared_on_what_both_rated() -> None:
    mutations = [rated(1, ann=ONE, ben=ONE), rated(2, ann=ONE, ben=TWO), rated(3, ann=TWO), rated(4, ben=TWO)]
    found = pair(mutations, "ann", "ben")
    assert found.n == found.depth.n == 2
    assert found.confusion == {(3, 3): 1, (3, 4): 1}
    assert found.labels["caching"].value is None
    assert found.labels["parallel"].value == 0


def test_consensus_is_the_middle_depth_and_the_labels_of_most() -> None:
    assert consensus([]) is None
    assert consensus([ONE, ONE, TWO]) == Rating(3, True, ("caching",))
    assert consensus([ONE, TWO]) == Rating(4, True, ("caching",))
