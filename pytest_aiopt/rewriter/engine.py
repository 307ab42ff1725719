"""Where and how to change a program: the choice of sites, blind or weighted by a profile.

First an idea (a rewrite), then a place for it: the weight of a site is (kind preference / number of
rewrites of that kind that apply) x the heat of the rewrite's hottest site x the site's share of the
heat of all sites of that rewrite. Without a profile, heat is 1 everywhere. With one, heat = FLOOR + the
cost share of the lines the change is about + half the share of the functions these lines lie in. The
profile matters nowhere else. A program that the prompt shows already is not proposed again. Parts of a
better program that it shows may be taken over (crossover.py), as one idea among the structural ones; a
failed edit that it shows makes the rewriter careful (memory.py).
"""

from __future__ import annotations

import difflib
import itertools
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from pytest_aiopt.cpp.newness import new_tokens
from pytest_aiopt.cpp.syntax import Program, lines_of
from pytest_aiopt.rewriter.crossover import crossings
from pytest_aiopt.rewriter.memory import is_cautious, suspicion
from pytest_aiopt.rewriter.registry import Kind, Site
from pytest_aiopt.rewriter.rules import REWRITES
from pytest_aiopt.rewriter.strengths import Strength

FLOOR = 0.02
ROOM = 1.8
"""Further changes are added while the program has not grown to this many times its length."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A changed program and the sites it was changed at, in order."""

    program: Program
    sites: tuple[Site, ...]


def sites_of(program: Program, known: Set[str] = frozenset()) -> list[Site]:
    """Return every place where some rewrite makes a program not in ``known``, in a fixed order."""
    found = [Site(rule, change) for rule in REWRITES for change in rule.find(program)]
    return [site for site in found if _is_new(program, site, known)]


def propose(
    program: Program,
    shares: Mapping[int, float],
    strength: Strength,
    rng: random.Random,
    *,
    known: Set[str] = frozenset(),
    donors: Sequence[str] = (),
    failure: str = "",
    budget: int | None = None,
) -> Proposal:
    """Change the program at one or more sites; each further one is sought in the changed program.

    ``donors``: better programs to take parts from; ``failure``: the text of the last failed edit;
    ``budget``: new tokens that all changes together may add.
    """
    sites: list[Site] = []
    original = program.text
    room = ROOM * len(program.text)
    most = 1 if is_cautious(failure) else strength.max_edits
    while len(sites) < most and (not sites or (len(program.text) < room and rng.random() < strength.more)):
        used = {site.rewrite.name for site in sites}
        crossed = crossed_with(program, donors, known) if not sites and strength.crosses else []
        open_sites = [site for site in sites_of(program, known) if site.rewrite.name not in used] + crossed
        open_sites = [site for site in open_sites if _affordable(original, program, site, budget)]
        if not open_sites:
            break
        blame = [suspicion(failure, program.text, site) for site in open_sites]
        site = choose(program, open_sites, shares, strength, rng, factors=blame)
        sites.append(site)
        changed = Program(program.apply(site.change.edits), program.header)
        program, shares = changed, carried(shares, program.text, changed.text)
    return Proposal(program, tuple(sites))


def crossed_with(program: Program, donors: Sequence[str], known: Set[str]) -> list[Site]:
    """Return the ways to take parts from the donors that make a program not shown yet."""
    return [site for donor in donors for site in crossings(program, donor) if _is_new(program, site, known)]


def _affordable(original: str, program: Program, site: Site, budget: int | None) -> bool:
    return budget is None or new_tokens(original, program.apply(site.change.edits)) <= budget


def _is_new(program: Program, site: Site, known: Set[str]) -> bool:
    """Whether a site's edits fit together and make a program that has not been shown."""
    edits = sorted(site.change.edits, key=lambda edit: (edit.start, edit.end))
    if any(one.end > two.start for one, two in itertools.pairwise(edits)):
        return False
    return program.apply(edits) not in {program.text, *known}


def carried(shares: Mapping[int, float], old: str, new: str) -> dict[int, float]:
    """Return the shares by the line numbers of ``new``; lines that did not survive lose theirs."""
    matcher = difflib.SequenceMatcher(None, old.split("\n"), new.split("\n"), autojunk=False)
    return {
        block.b + line - block.a: shares[line]
        for block in matcher.get_matching_blocks()
        for line in range(block.a + 1, block.a + block.size + 1)
        if line in shares
    }


def choose(
    program: Program,
    sites: list[Site],
    shares: Mapping[int, float],
    strength: Strength,
    rng: random.Random,
    *,
    factors: Sequence[float] | None = None,
) -> Site:
    """Draw one site by weight, times its own factor where factors are given."""
    found = weights(program, sites, shares, strength)
    return rng.choices(sites, [w * f for w, f in zip(found, factors or [1.0] * len(found), strict=True)])[0]


def weights(
    program: Program, sites: list[Site], shares: Mapping[int, float], strength: Strength
) -> list[float]:
    """Return the weight of each site (see the module's text)."""
    preference = {Kind.STRUCTURAL: strength.structural, Kind.LOCAL: 1.0 - strength.structural}
    heats: dict[str, list[float]] = {}
    kinds = {site.rewrite.name: site.rewrite.kind for site in sites}
    ideas = Counter(kinds.values())
    own = [heat(program, site.change.lines, shares) for site in sites]
    for site, found in zip(sites, own, strict=True):
        heats.setdefault(site.rewrite.name, []).append(found)
    return [
        preference[kinds[name]] / ideas[kinds[name]] * max(heats[name]) * found / sum(heats[name])
        for name, found in zip((site.rewrite.name for site in sites), own, strict=True)
    ]


def heat(program: Program, lines: Iterable[int], shares: Mapping[int, float]) -> float:
    """Return how much of the program's cost a change to these lines is near to; 1.0 without a profile."""
    if not shares:
        return 1.0
    touched = frozenset(lines)
    around: set[int] = set()
    for function in program.all("function_definition"):
        span = lines_of(function)
        if span & touched:
            around |= span
    own = sum(shares.get(line, 0.0) for line in sorted(touched))
    return FLOOR + own + 0.5 * sum(shares.get(line, 0.0) for line in sorted(around))
