"""Claims of a model about its change, kept separate from the facts of the change."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pytest_aiopt.model import thoughts

_BLOCKS = re.compile(r"<{5,} SEARCH.*?>{5,} REPLACE|```.*?```|~~~.*?~~~", re.DOTALL)
_WORDS = {
    "B": r"batch|tiling|tiled?\b|block(ed|ing) loop|structure[- ]of[- ]arrays|\bsoa\b|contiguous|localit",
    "C": r"\bcach(e|es|ed|ing) (the|result|value|look)|memoi[sz]",
    "P": r"pre-?comput|look-?up table|pre-?allocat|\breserv|prefetch|ahead of time",
    "D": r"\blazy|lazily|defer|on demand|postpone",
    "R": r"approximat|reduced precision|lower precision|sampling",
    "X": r"adaptive|at run ?time (choose|decide)|depending on the (input|data|workload)",
    "H": r"\bsimd\b|\bavx|\bsse\d?\b|intrinsic|vectori[sz]|hardware",
    "L1": r"fast[- ]path|bypass|early[- ](exit|out|return|termination)",
    "L2": r"\bfus(e|ed|ing|ion)\b|(single|one) pass|intermediate (buffer|copy|container)|indirection",
    "L3": r"hot/cold|hot and cold|split (the|into)|decoupl|separate(s|d)? the",
    "ALG": r"\bhash|binary search|o\(\w|algorithm|complexity|radix|heap",
    "PAR": r"multi-?thread|parallel|concurren|\block-free|atomic",
}
_COMPILED = {code: re.compile(pattern, re.IGNORECASE) for code, pattern in _WORDS.items()}


def prose(reply: str) -> str:
    """Return the prose of a reply, without reasoning, edits and code."""
    return _BLOCKS.sub(" ", thoughts.split(reply).answer)


def claimed(reply: str) -> frozenset[str]:
    """Return the methodologies named in a reply's prose, by keywords."""
    said = prose(reply)
    return frozenset(code for code, pattern in _COMPILED.items() if pattern.search(said))


def claim_gap(claims: Iterable[str], found: Iterable[str]) -> float | None:
    """Share of the claimed methodologies that are absent from the change; None without claims."""
    said = frozenset(claims)
    return 1 - len(said & frozenset(found)) / len(said) if said else None
