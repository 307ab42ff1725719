"""Which labels of the rules may be shown as findings: those on which rules and raters agree."""

from __future__ import annotations

MEASURED = {
    "B": -0.08,
    "C": -0.03,
    "P": 0.16,
    "D": 0.00,
    "X": 0.00,
    "H": 0.89,
    "L1": -0.20,
    "L2": -0.05,
    "ALG": 0.02,
    "PAR": 0.61,
    "LLM-micro": 0.00,
}
"""Kappa of the rules with the rater who agrees less, by label: 38 mutations of a language model on two tasks,
rated blind by two raters (``benchmarks/labels.py``). No rater used the labels that are missing here."""
LEAST = 0.60
"""Kappa from which on a label is a finding; below, it describes a change and cites its lines."""
VALIDATED = frozenset(code for code, kappa in MEASURED.items() if kappa >= LEAST)
