"""Charge costs counted by instruction (callgrind's format 1) to lines of the candidate.

The cost of a library function is charged to the program lines that called it, in proportion to the inclusive
cost of the calls, through any number of library functions in between. Each instruction is charged exactly
once, even under recursion: mutually recursive functions are charged together to the calls from outside.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from pytest_aiopt.profiling.addresses import Site
from pytest_aiopt.profiling.base import Charges

_COST = re.compile(r"^0x([0-9a-f]+)((?: \d+)+)$")
_TOTALS = re.compile(r"^totals:((?: \d+)+)")
_EVENTS = re.compile(r"^events:((?: \w+)+)")
_CALL = re.compile(r"^calls=\d+ 0x([0-9a-f]+)")

Node = str
"""A function, by its name in callgrind's file."""


@dataclass(frozen=True, slots=True)
class Call:
    """All calls from one instruction to one entry address, with their inclusive cost."""

    address: int
    target: int
    cost: int


@dataclass(slots=True)
class CallGraph:
    """Executed instructions: exclusive by address, and inclusive by call from an address."""

    total: int = 0
    costs: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    functions: dict[int, Node] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)


def parse(text: str, events: Collection[str] = ("Ir",)) -> CallGraph:
    """Parse the output of ``callgrind --dump-instr=yes --dump-line=no`` without compression.

    The cost is the sum of the ``events`` named (Ir: instructions). Raises ValueError for the file of a
    crashed run, which lacks its totals, and for a file without these events.
    """
    graph, columns = CallGraph(), _columns(text, events)
    node, target, complete = "", None, False
    for line in text.splitlines():
        if (cost := _COST.match(line)) is not None:
            address, count = int(cost[1], 16), _sum(cost[2], columns)
            graph.functions.setdefault(address, node)
            if target is None:
                graph.costs[address] += count
            elif count:
                graph.calls.append(Call(address, target, count))
            target = None
        elif (call := _CALL.match(line)) is not None:
            target = int(call[1], 16)
        elif line.startswith("fn="):
            node = line[3:]
        elif (totals := _TOTALS.match(line)) is not None:
            graph.total, complete = _sum(totals[1], columns), True
    if not complete:
        raise ValueError("callgrind's file has no totals: the run was killed")
    return graph


def _columns(text: str, events: Collection[str]) -> list[int]:
    head = next((found for line in text.splitlines() if (found := _EVENTS.match(line))), None)
    names = head[1].split() if head else []
    missing = sorted(set(events) - set(names))
    if missing:
        raise ValueError(f"callgrind's file holds no {', '.join(missing)}")
    return [names.index(event) for event in events]


def _sum(counts: str, columns: list[int]) -> int:
    """Return the sum of some columns; the file omits zeros at the end of a line."""
    values = counts.split()
    return sum(int(values[column]) for column in columns if column < len(values))


def charge(graph: CallGraph, sites: Mapping[int, Site]) -> Charges:
    """Charge every instruction of ``graph`` to its line, else to the callers of its function."""
    charges = Charges()
    owed: dict[Node, float] = defaultdict(float)
    for address, cost in graph.costs.items():
        if address in sites:
            charges.add(sites[address], cost)
        else:
            owed[graph.functions[address]] += cost
    callers = _callers(graph, sites)
    for circle in _circles(callers):
        calls = [edge for node in circle for edge in callers[node].items()]
        entering = [(caller, cost) for caller, cost in calls if caller not in circle]
        _pass_on(sum(owed.pop(node, 0.0) for node in circle), entering, charges, owed)
    charges.add(None, sum(owed.values()))
    return charges


def _pass_on(
    cost: float, entering: list[tuple[Node | Site, int]], charges: Charges, owed: dict[Node, float]
) -> None:
    """Split ``cost`` over the callers; cost without callers is charged to the outside."""
    whole = sum(weight for _, weight in entering)
    if not whole:
        charges.add(None, cost)
    for caller, weight in entering if whole else ():
        if isinstance(caller, Site):
            charges.add(caller, cost * weight / whole)
        else:
            owed[caller] += cost * weight / whole


def _callers(graph: CallGraph, sites: Mapping[int, Site]) -> dict[Node, dict[Node | Site, int]]:
    """Return every function's inclusive call cost by caller: a line, else a function."""
    callers: dict[Node, dict[Node | Site, int]] = {node: {} for node in graph.functions.values()}
    for call in graph.calls:
        callee = graph.functions.get(call.target)
        if callee is not None:
            caller = sites.get(call.address) or graph.functions[call.address]
            callers[callee][caller] = callers[callee].get(caller, 0) + call.cost
    return callers


def _circles(callers: Mapping[Node, Mapping[Node | Site, int]]) -> Iterator[set[Node]]:
    """Yield the strongly connected components, every callee before its callers.

    Kosaraju's algorithm: list the functions in order of leaving a walk from caller to callee. From the last
    to leave, the unvisited functions that reach it by calls form its component. In reverse, callees come
    first.
    """
    callees: dict[Node, list[Node]] = {node: [] for node in callers}
    for node, edges in callers.items():
        for caller in edges:
            if isinstance(caller, str):
                callees[caller].append(node)
    left: list[Node] = []
    seen: set[Node] = set()
    for node in callers:
        left += _leaving_order(node, callees, seen)
    seen = set()
    upwards = {node: [c for c in edges if isinstance(c, str)] for node, edges in callers.items()}
    components = [set(_leaving_order(node, upwards, seen)) for node in reversed(left)]
    yield from (component for component in reversed(components) if component)


def _leaving_order(start: Node, edges: Mapping[Node, list[Node]], seen: set[Node]) -> list[Node]:
    """Return the newly reached functions of a depth-first walk in order of leaving; extends ``seen``."""
    if start in seen:
        return []
    seen.add(start)
    left, path = [], [(start, iter(edges[start]))]
    while path:
        node, ahead = path[-1]
        unseen = next((other for other in ahead if other not in seen), None)
        if unseen is None:
            left.append(node)
            path.pop()
        else:
            seen.add(unseen)
            path.append((unseen, iter(edges[unseen])))
    return left
