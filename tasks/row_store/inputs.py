"""Requests of row_store: series of commands, as correctness cases and as timed workloads."""

from __future__ import annotations

import struct

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

COMMAND = np.dtype([("kind", "<u2"), ("owner", "<u2"), ("row", "<u4"), ("value", "<u4"), ("span", "<u4")])
KINDS = (
    *("put", "drop", "tick", "get", "reach", "owned", "ranked", "since"),
    *("write", "digest", "link", "heir", "vacant", "above"),
)
ROWS, OWNERS, VALUES, LONGEST = 4096, 64, 4096, 1000

Commands = NDArray[np.void]


def encode(commands: Commands) -> bytes:
    """Return the payload: u32 count, zeros up to 64 bytes, the packed commands."""
    return struct.pack("<I60x", len(commands)) + commands.tobytes()


def decode(request: bytes) -> Commands:
    """Return the commands of a payload."""
    return np.frombuffer(request, COMMAND, struct.unpack_from("<I", request)[0], 64)


def _of_kind(kind: str, count: int) -> Commands:
    found = np.zeros(count, COMMAND)
    found["kind"] = KINDS.index(kind)
    return found


# --- correctness cases --------------------------------------------------------------------------

SIZES = st.one_of(st.integers(0, 12), st.integers(0, 70), st.sampled_from([150, 300, 301, 600, 1200]))
MIXES = {
    "any": dict.fromkeys(KINDS, 1),
    "filled": {"put": 1},
    "puts": {"put": 8} | dict.fromkeys(KINDS[1:], 1),
    "ticks": {"put": 3, "tick": 20, "vacant": 1, "ranked": 1, "owned": 1, "get": 1},
    "journal": {"write": 5, "digest": 3},
    "heirs": {"link": 5, "heir": 4},
    "values": {"put": 6, "drop": 1, "reach": 3, "ranked": 3, "since": 3, "above": 3},
    "places": {"put": 8, "drop": 1, "vacant": 3, "owned": 3, "get": 1},
}
"""How often kinds come."""
REGIONS = {"few": (0, 7), "edge": (ROWS - 70, ROWS), "middle": (120, 200), "all": (0, ROWS)}


def _pick(rng: np.random.Generator, low: int, high: int, edges: list[int], count: int) -> NDArray[np.int64]:
    """Return numbers from low to high - 1, of which a quarter are edges."""
    found = rng.integers(low, high, count)
    return np.where(rng.random(count) < 0.25, rng.choice(edges, count), found)


def _case(rng: np.random.Generator, count: int, *, mix: str, region: str, most: int, life: int) -> Commands:
    weights = np.array([MIXES[mix].get(kind, 0) for kind in KINDS], float)
    found = np.zeros(count, COMMAND)
    found["kind"] = kinds = rng.choice(len(KINDS), count, p=weights / weights.sum())
    low, high = REGIONS[region]
    found["row"] = _pick(rng, low, high, [low, high - 1, 0, ROWS - 1], count)
    found["owner"] = rng.choice([0, 1, 2, OWNERS - 1, int(rng.integers(0, OWNERS))], count)
    found["value"] = _pick(rng, 1, most, [1, most - 1, VALUES - 1], count)
    found["span"] = _pick(rng, 1, life + 1, [1, life, LONGEST], count)

    def of(kind: str) -> NDArray[np.bool_]:
        return kinds == KINDS.index(kind)

    def put(kind: str, name: str, numbers: NDArray[np.int64]) -> None:
        found[name] = np.where(of(kind), numbers, found[name])

    put("reach", "value", _pick(rng, 0, 20 * most, [0, 1, most, 2**32 - 1], count))
    put("since", "value", _pick(rng, 0, most, [0, 1, 2**32 - 1], count))
    put("above", "value", _pick(rng, 1, most, [1, VALUES - 1, 2**32 - 1], count))
    put("ranked", "span", _pick(rng, 0, max(count // 4, 2), [0, 1, 2**32 - 1], count))
    put("digest", "span", _pick(rng, 0, 2 * count + 1, [0, 1, 3, 2**32 - 1], count))
    put("heir", "span", _pick(rng, 0, 40, [0, 1, 2047, 2048, ROWS - 1], count))
    put("link", "value", _pick(rng, low, high, [low, 0, ROWS - 1], count))
    put("write", "value", rng.integers(0, 2**32, count))
    for kind in ("reach", "owned", "vacant", "above"):  # half of the searches start before all rows
        put(kind, "row", np.where(rng.random(count) < 0.5, rng.choice([0, low], count), found["row"]))
    return found


@st.composite
def cases(draw: st.DrawFn) -> bytes:
    """Return one payload: up to 1200 commands of all kinds or of related ones, many of them on few rows."""
    count = draw(SIZES)
    mix, region = draw(st.sampled_from(sorted(MIXES))), draw(st.sampled_from(sorted(REGIONS)))
    most, life = draw(st.sampled_from([3, 100, VALUES])), draw(st.sampled_from([3, 40, LONGEST]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    found = _case(rng, count, mix=mix, region=region, most=most, life=life)
    if draw(st.booleans()) and region != "all":  # a stretch of filled rows first
        low, high = REGIONS[region]
        filled = _case(rng, high - low, mix="filled", region=region, most=most, life=life)
        filled["row"] = rng.permutation(np.arange(low, high))
        found = np.concatenate([filled, found])
    return encode(found)


# --- timed workloads ----------------------------------------------------------------------------

RARE = 4
"""Owners who have about one row in a thousand each."""


def _puts(rng: np.random.Generator, rows: NDArray[np.int64], life: int) -> Commands:
    found = _of_kind("put", len(rows))
    found["row"], found["value"] = rows, rng.integers(1, VALUES, len(rows))
    found["span"] = rng.integers(1, life + 1, len(rows))
    rare = rng.random(len(rows)) < RARE / 1000
    found["owner"] = np.where(rare, rng.integers(0, RARE, len(rows)), rng.integers(RARE, OWNERS, len(rows)))
    return found


def _searches(rng: np.random.Generator, kind: str, count: int, filled: int) -> Commands:
    found = _of_kind(kind, count)
    found["row"] = rng.integers(0, ROWS // 2, count)
    found["owner"] = rng.integers(0, RARE, count)
    low, high = {"reach": (10**6, 3 * 10**6), "since": (2, 6), "above": (VALUES - 4, VALUES)}.get(
        kind, (0, 1)
    )
    found["value"] = rng.integers(low, high, count)
    low, high = {"ranked": (filled // 4, filled), "digest": (300, 900)}.get(kind, (0, 1))
    found["span"] = rng.integers(low, high, count)
    return found


def _heirs(rng: np.random.Generator, count: int) -> tuple[Commands, Commands]:
    """Return the links of 512 rows in a circle, and steps along it."""
    circle = rng.permutation(512)
    links, steps = _of_kind("link", 512), _of_kind("heir", count)
    links["row"], links["value"] = circle, np.roll(circle, 1)
    steps["row"], steps["span"] = rng.integers(0, 512, count), rng.integers(300, 900, count)
    return links, steps


def _request(rng: np.random.Generator, filled: int, ticks: int, puts: int, counts: dict[str, int]) -> bytes:
    writes = _of_kind("write", 256)
    writes["value"] = rng.integers(0, 2**32, len(writes))
    links, steps = _heirs(rng, counts.pop("heir"))
    searches = [_searches(rng, kind, count, filled) for kind, count in counts.items()]
    again = _puts(rng, rng.integers(0, filled, puts), LONGEST)
    mixed = rng.permutation(np.concatenate([*searches, again, steps, _of_kind("tick", ticks)]))
    first = _puts(rng, rng.permutation(filled), LONGEST)
    return encode(np.concatenate([first, writes, links, mixed]))


def workload(
    rng: np.random.Generator, *, requests: int, filled: int, ticks: int, puts: int, **counts: int
) -> list[bytes]:
    """Return ``requests`` payloads: ``filled`` rows, then ticks, further puts and searches in any order."""
    return [_request(rng, filled, ticks, puts, dict(counts)) for _ in range(requests)]
