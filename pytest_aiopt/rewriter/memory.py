"""Learn from the last failed edit of the current program, if the prompt shows it."""

from __future__ import annotations

import re

from pytest_aiopt.rewriter.registry import Site

AVOID = 0.1
"""Relative weight of a change that repeats the reason of the last failure."""
_QUOTED = re.compile(r"['\u2018]([^'\u2019]+)['\u2019]")
_TOO_LONG = re.compile(r"characters long, more than (\d+) times")
_RUN_TIME = ("wrong_answer", "crash", "timeout", "memory")


def suspicion(failure: str, program: str, site: Site) -> float:
    """Return the factor on a site's weight: AVOID if the change would probably fail again.

    That is the case if it adds a name quoted in a compiler error, or would be too long again.
    """
    limit = _TOO_LONG.search(failure)
    if limit is not None:
        grown = sum(len(edit.text) - (edit.end - edit.start) for edit in site.change.edits)
        return AVOID if grown >= (int(limit.group(1)) - 1) * len(program) else 1.0
    if not failure.startswith("compile_error"):
        return 1.0
    quoted = {word for phrase in _QUOTED.findall(failure) for word in re.findall(r"[A-Za-z_]\w{2,}", phrase)}
    known = set(re.findall(r"\w+", program))
    added = {word for edit in site.change.edits for word in re.findall(r"\w+", edit.text)}
    return AVOID if quoted & (added - known) else 1.0


def is_cautious(failure: str) -> bool:
    """Whether the last edit compiled but failed, or was too long: then only one change is made."""
    return failure.startswith(_RUN_TIME) or _TOO_LONG.search(failure) is not None
