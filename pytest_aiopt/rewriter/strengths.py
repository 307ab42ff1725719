"""The parameters that distinguish the two stand-in models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Strength:
    """Habits of a stand-in model; all numbers are probabilities in 0..1.

    ``structural``: of drawing a structural rewrite if both kinds apply. ``more``: of adding another
    compatible edit, drawn up to ``max_edits`` times. ``crosses``: whether parts of better programs in the
    prompt are inserted (not a probability). ``faults``: rates of the faults; the first four usually give
    invalid candidates, the others valid ones without effect.
    """

    structural: float
    more: float
    max_edits: int
    crosses: bool
    faults: Mapping[str, float]


STRENGTHS: Mapping[str, Strength] = MappingProxyType(
    {
        "rewriter-local": Strength(
            structural=0.35,
            more=0.0,
            max_edits=1,
            crosses=False,
            faults=MappingProxyType(
                {
                    "unmatched_search": 0.09,
                    "syntax_error": 0.06,
                    "undeclared_name": 0.05,
                    "wrong_condition": 0.09,
                    "no_change": 0.04,
                    "comment_only": 0.03,
                    "rename_only": 0.02,
                    "undo": 0.02,
                }
            ),
        ),
        "rewriter-strong": Strength(
            structural=0.80,
            more=0.70,
            max_edits=5,
            crosses=True,
            faults=MappingProxyType(
                {
                    "unmatched_search": 0.03,
                    "syntax_error": 0.015,
                    "undeclared_name": 0.015,
                    "wrong_condition": 0.04,
                    "no_change": 0.01,
                    "comment_only": 0.01,
                    "rename_only": 0.01,
                    "undo": 0.01,
                }
            ),
        ),
    }
)
