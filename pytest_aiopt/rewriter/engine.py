"""Choose sites of a program, blindly or weighted by a profile, and change them.

First an idea (a rewrite) is chosen, then a place for it: the weight of a site is (kind preference / number of
applicable rewrites of that kind) x the heat of the rewrite's hottest site x the site's share of the heat of
all sites of that rewrite. Without a profile, heat is 1 everywhere. With one, heat = FLOOR + the cost share of
the affected lines + half the share of the functions that contain them. The profile has no other effect. A
program that the prompt already shows is not proposed again. Without a profile, what other text speaks of
weighs more (clues.py). Parts of a better program in the prompt may be
inserted (crossover.py), as one idea among the structural ones; a failed edit in the prompt makes the rewriter
careful (memory.py).
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
from pytest_aiopt.rewriter.clues import factors
from pytest_aiopt.rewriter.crossover import crossings
from pytest_aiopt.rewriter.memory import is_cautious, suspicion
from pytest_aiopt.rewriter.registry import Kind, Site
from pytest_aiopt.rewriter.rules import REWRITES
from pytest_aiopt.rewriter.strengths import Strength

FLOOR = 0.02
ROOM = 1.8
"""Maximum growth of the program, as a factor on its length, for further changes."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A changed program and its changed sites, in order."""

    program: Program
    sites: tuple[Site, ...]


def sites_of(program: Program, known: Set[str] = frozenset()) -> list[Site]:
    """Return every site where a rewrite gives a program not in ``known``, in a fixed order."""
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
    clue: str = "",
) -> Proposal:
    """Change the program at one or more sites; each further site is chosen in the changed program.

    ``donors``: better programs for crossover; ``failure``: the text of the last failed edit; ``budget``:
    maximum number of new tokens over all changes; ``clue``: a text that may speak of some functions.
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
        spoken_of = factors(program, clue, open_sites)
        weighted = [one * other for one, other in zip(blame, spoken_of, strict=True)]
        site = choose(program, open_sites, shares, strength, rng, factors=weighted)
        sites.append(site)
        changed = Program(program.apply(site.change.edits), program.header)
        program, shares = changed, carried(shares, program.text, changed.text)
    return Proposal(program, tuple(sites))


def crossed_with(program: Program, donors: Sequence[str], known: Set[str]) -> list[Site]:
    """Return the crossovers with the donors that give a program not yet shown."""
    return [site for donor in donors for site in crossings(program, donor) if _is_new(program, site, known)]


def _affordable(original: str, program: Program, site: Site, budget: int | None) -> bool:
    return budget is None or new_tokens(original, program.apply(site.change.edits)) <= budget


def _is_new(program: Program, site: Site, known: Set[str]) -> bool:
    """Whether a site's edits are compatible and give a program not yet shown."""
    edits = sorted(site.change.edits, key=lambda edit: (edit.start, edit.end))
    if any(one.end > two.start for one, two in itertools.pairwise(edits)):
        return False
    return program.apply(edits) not in {program.text, *known}


def carried(shares: Mapping[int, float], old: str, new: str) -> dict[int, float]:
    """Return the shares by line numbers of ``new``; lines that did not survive lose their shares."""
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
    """Draw one site by weight, times its factor if factors are given."""
    found = weights(program, sites, shares, strength)
    return rng.choices(sites, [w * f for w, f in zip(found, factors or [1.0] * len(found), strict=True)])[0]


def weights(
    program: Program, sites: list[Site], shares: Mapping[int, float], strength: Strength
) -> list[float]:
    """Return the weight of each site (see the module docstring)."""
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
    """Return the heat of a change to these lines; 1.0 without a profile."""
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
