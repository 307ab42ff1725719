"""Labels of the rules that may be reported as findings: those on which rules and raters agree."""

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
"""Lower kappa of the rules with the two raters, by label: 38 mutations of a language model on two tasks,
rated blind (``benchmarks/labels.py``). Labels that no rater used are missing.
"""
LEAST = 0.60
"""Minimum kappa of a label that counts as a finding; below it, a label describes a change and cites its
lines.
"""
VALIDATED = frozenset(code for code, kappa in MEASURED.items() if kappa >= LEAST)
