"""A stand-in for a language model: a genetic-improvement engine over the C++ syntax tree.

It reads only the prompt's text and answers with SEARCH/REPLACE blocks. It validates the laboratory (every
path from prompt to report, without a network) and is the LLM-free control. It is not a language model and
does not answer the research question; its results carry its name. A profile in the prompt has one effect
only: hot lines attract edits (see engine.py).
"""

from __future__ import annotations

from pytest_aiopt.rewriter.model import Rewriter, make
from pytest_aiopt.rewriter.registry import Kind
from pytest_aiopt.rewriter.rules import REWRITES
from pytest_aiopt.rewriter.strengths import STRENGTHS, Strength

__all__ = ["REWRITES", "STRENGTHS", "Kind", "Rewriter", "Strength", "make"]
