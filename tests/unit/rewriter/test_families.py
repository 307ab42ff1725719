"""Every rewrite has its family, every methodology of SysGPT its rewrites, and labels agree with both."""

from __future__ import annotations

import pytest

from pytest_aiopt.rewriter.families import FAMILIES, OUTSIDE, Methodology, family_of
from pytest_aiopt.rewriter.rules import REWRITES


def test_every_rewrite_is_in_one_family() -> None:
    listed = [name for family in FAMILIES for name in family.rewrites]
    assert sorted(listed) == sorted({rule.name for rule in REWRITES})


@pytest.mark.parametrize("rule", REWRITES, ids=lambda rule: rule.name)
def test_a_label_is_one_of_the_familys_methodology(rule) -> None:
    methodology = family_of(rule.name).methodology
    assert rule.label in (OUTSIDE if methodology is None else methodology.codes)


@pytest.mark.parametrize("methodology", Methodology)
def test_every_methodology_has_a_rewrite(methodology: Methodology) -> None:
    assert [family for family in FAMILIES if family.methodology is methodology and family.rewrites]


def test_a_name_of_no_rewrite_has_no_family() -> None:
    with pytest.raises(KeyError):
        family_of("crossover")
