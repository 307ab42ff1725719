"""Causal fitness: a column computed from what was measured and predicted, missing where either is."""

import pytest

from pytest_aiopt.analysis.outcomes.causal_fitness import causal_fitness
from pytest_aiopt.model import ItemKind, Profile, ProfileItem, ProfileState
from pytest_aiopt.testing import measurement


def profile(*effects, state=ProfileState.TAKEN, kind=ItemKind.CAUSAL):
    items = tuple(ProfileItem(n, "work", effect, effect, effect, kind) for n, effect in enumerate(effects, 1))
    return Profile("lull", "1", state, "sha", "w0", items=items)


def test_it_is_the_speed_after_the_most_rewarding_line():
    assert causal_fitness(measurement(2.0), [profile(0.1, 0.5, 0.2)]) == pytest.approx(4.0)


def test_a_line_whose_speed_would_harm_is_left_as_it_is():
    assert causal_fitness(measurement(1.5), [profile(-0.2)]) == pytest.approx(1.5)


@pytest.mark.parametrize(
    "profiles",
    [[], [profile()], [profile(0.5, state=ProfileState.FAILED)], [profile(0.5, kind=ItemKind.CPU)]],
)
def test_without_a_causal_profile_it_is_missing(profiles):
    assert causal_fitness(measurement(1.5), profiles) is None


def test_without_a_measurement_it_is_missing():
    assert causal_fitness(None, [profile(0.5)]) is None
