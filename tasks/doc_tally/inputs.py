"""Documents: generated ones for timed runs, and a size-first corpus for correctness."""

from __future__ import annotations

import random
import re
import string
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

SCHEMAS = 24
LETTERS = np.frombuffer((string.ascii_letters + "  .-").encode(), np.uint8)
VOCABULARY = 60
MIN_INT, MAX_INT = -(2**63), 2**63 - 1

# --- timed runs --------------------------------------------------------------------------------


def workload(
    rng: np.random.Generator,
    *,
    documents: int,
    records: int,
    levels: int,
    fanout: int,
    text_share: float,
    text_bytes: int,
    run_share: float,
    run_items: int,
    digits: int,
    pool: int,
) -> list[bytes]:
    """Return ``documents`` arrays of ``records`` records each.

    A record is a spine of ``levels`` nested containers of about ``fanout`` entries; a leaf is a run of
    ``run_items`` scalars with probability ``run_share``, else one scalar. A scalar is a string of about
    ``text_bytes`` (one of ``pool``) with probability ``text_share``, else mostly a number of up to
    ``digits`` digits.
    """
    maker = _Maker(random.Random(int(rng.integers(2**63))), fanout, text_share, run_share, run_items)
    schemas = [maker.record(levels, repeat=index == 0).encode() for index in range(SCHEMAS)]
    slots = [np.array([kind == b"s" for kind in re.findall(b"%([sd])", schema)]) for schema in schemas]
    texts = _texts(rng, pool, text_bytes)
    result = []
    for _ in range(documents):
        chosen = rng.integers(0, SCHEMAS, records).tolist()
        is_text = np.concatenate([slots[index] for index in chosen])
        values = np.empty(is_text.size, dtype=object)
        count = int(is_text.sum())
        values[is_text] = texts[rng.integers(0, pool, count)]
        values[~is_text] = _numbers(rng, is_text.size - count, digits)
        document = b"[" + b",\n".join([schemas[index] for index in chosen]) + b"]\n"
        result.append(document % tuple(values.tolist()))
    return result


def _texts(rng: np.random.Generator, count: int, mean: int) -> np.ndarray[Any, np.dtype[np.object_]]:
    """Return ``count`` random strings of mean/2..3*mean/2 bytes."""
    lengths = rng.integers(mean // 2, mean + mean // 2 + 1, count)
    width = int(lengths.max())
    cells = LETTERS[rng.integers(0, LETTERS.size, (count, width), dtype=np.uint8)]
    cells[np.arange(width) >= lengths[:, None]] = 0
    return cells.view(f"S{width}").ravel().astype(object)


def _numbers(rng: np.random.Generator, count: int, digits: int) -> list[int]:
    """Return ``count`` integers, their lengths uniform in 1..digits, a quarter of them negative."""
    magnitudes = 10.0 ** rng.uniform(0, digits, count)
    signs = np.where(rng.random(count) < 0.25, -1, 1)
    numbers: list[int] = (magnitudes.astype(np.int64) * signs).tolist()
    return numbers


class _Maker:
    """Builds record templates whose scalars are ``%d`` and ``%s`` slots."""

    def __init__(
        self, draw: random.Random, fanout: int, text_share: float, run_share: float, run_items: int
    ) -> None:
        self.draw = draw
        self.fanout = fanout
        self.text_share = text_share
        self.run_share = run_share
        self.run_items = run_items
        self.names = [_name(draw) for _ in range(VOCABULARY)]

    def record(self, levels: int, repeat: bool) -> str:
        """Return one record; with ``repeat`` its outermost object bears one name twice."""
        text = self.leaf()
        for level in range(levels):
            outermost = level == levels - 1
            size = self.draw.randint(max(1, self.fanout // 2), self.fanout + self.fanout // 2)
            entries = [self.leaf() for _ in range(size - 1)] + [text]
            self.draw.shuffle(entries)
            if outermost or self.draw.random() < 0.75:
                text = self.object(entries, repeat and outermost)
            else:
                text = "[" + self.comma().join(entries) + "]"
        return text

    def object(self, entries: list[str], repeat: bool) -> str:
        names = self.draw.sample(self.names, len(entries))
        if repeat:
            names.append(names[0])
            entries = [*entries, self.leaf()]
        colon = self.draw.choice([":", ": "])
        pairs = [f'"{name}"{colon}{entry}' for name, entry in zip(names, entries, strict=True)]
        return "{" + self.comma().join(pairs) + "}"

    def leaf(self) -> str:
        if self.draw.random() >= self.run_share:
            return self.scalar()
        size = self.draw.randint(self.run_items // 2, self.run_items + self.run_items // 2)
        return "[" + ",".join([self.scalar() for _ in range(size)]) + "]"

    def scalar(self) -> str:
        point = self.draw.random()
        if point < self.text_share:
            return '"%s"'
        return self.draw.choice(["true", "false", "null"]) if point > 0.92 else "%d"

    def comma(self) -> str:
        return self.draw.choice([",", ", ", ",\n  "])


def _name(draw: random.Random) -> str:
    return "".join(draw.choices(string.ascii_lowercase + "_", k=draw.randint(2, 8)))


# --- the corpus --------------------------------------------------------------------------------

SPACES = [b"", b"", b"", b" ", b"\n", b"\t", b"\r\n", b"   ", b" " * 17]
EXTREMES = [0, 1, -1, 9, 10, 99, 100, 2**31, -(2**31), 2**32, 10**18, MIN_INT, MIN_INT + 1, MAX_INT]
EDGES = [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 1023, 1024, 1025]
OUTSIDE_STRINGS = bytes(set(range(256)) - {0x22})
BROKEN = (
    b' | \n|{|}|[|]|,|:|"|"a|-|--1|+1|01|-01|00|1.5|1e3|.5|1 2|nul|nullx|True|truefalse|NaN|Infinity'
    b'|[1,]|[,1]|[,]|[1 2]|[1|[1,|[}|[]]|[[]|{]|{,}|{"a"}|{"a":}|{"a",1}|{"a":1,}|{"a":1 "b":2}'
    b'|{a:1}|{1:1}|{"a"::1}|{"a":1|{"a":1}}|{null:1}|{[]:1}|\'a\'|\\|\\n1|[]a|\x0b1|1\x00|\x00|\xa01|[-]'
).split(b"|")


@dataclass(frozen=True)
class Object:
    """Members in order; names may repeat."""

    members: tuple[tuple[bytes, Any], ...]


def cases() -> st.SearchStrategy[bytes]:
    """Return documents: small ones of every form, deep, wide, long and large ones, and malformed ones."""
    documents = st.one_of(_small(), _small(), _scalars().map(_plain), _deep(), _wide(), _large(), _large())
    return st.one_of(documents, documents, documents, st.sampled_from(BROKEN), _damaged(_small()))


def _sizes(largest: int) -> st.SearchStrategy[int]:
    """Return sizes first: hypothesis' own lists hardly reach 40 elements."""
    return st.integers(0, 70) | st.sampled_from([size for size in [*EDGES, 2048, 4097] if size <= largest])


def _strings(largest: int = 4097) -> st.SearchStrategy[bytes]:
    recipes = st.tuples(
        _sizes(largest), st.integers(0, 2**32), st.sampled_from([b"a", b"ab\\{}[]:, ", OUTSIDE_STRINGS])
    )
    return recipes.map(lambda recipe: bytes(random.Random(recipe[1]).choices(recipe[2], k=recipe[0])))


def _scalars() -> st.SearchStrategy[Any]:
    numbers = st.integers(-20, 20) | st.sampled_from(EXTREMES) | st.integers(MIN_INT, MAX_INT)
    return st.sampled_from([None, True, False]) | numbers | _strings()


def _names() -> st.SearchStrategy[bytes]:
    return st.sampled_from([b"", b"a", b"b", b"ab", b"null", b"a" * 16, b"a" * 17]) | _strings(65)


def _small() -> st.SearchStrategy[bytes]:
    def wider(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        members = st.lists(st.tuples(_names(), inner), max_size=6)
        return st.lists(inner, max_size=6) | members.map(lambda pairs: Object(tuple(pairs)))

    trees = st.recursive(_scalars(), wider, max_leaves=25)
    return st.builds(_render, trees, st.none() | st.integers(0, 2**32))


def _deep() -> st.SearchStrategy[bytes]:
    depths = st.integers(0, 30) | st.sampled_from([63, 64, 65, 254, 255])
    return st.builds(_spine, depths, st.integers(0, 2**32), st.sampled_from([0.0, 0.5, 1.0]))


def _wide() -> st.SearchStrategy[bytes]:
    return st.builds(_broad, _sizes(4097), st.integers(0, 2**32), st.sampled_from([0.0, 0.02, 0.5]))


def _large() -> st.SearchStrategy[bytes]:
    sizes = st.sampled_from([50, 200, 1000, 3000, 6000, 6000])
    shares = st.sampled_from([0.1, 0.3, 0.6])
    # Of few names most members replace others: only many let a large document count as one.
    pools = st.sampled_from([2, 20, 2000, 2000])
    return st.builds(_forest, sizes, st.integers(0, 2**32), shares, pools)


def _damaged(documents: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Return documents with one byte deleted, added or changed, or cut short; many are malformed."""

    def damage(document: bytes, point: float, piece: bytes, kind: int) -> bytes:
        at = int(point * len(document))
        return document[:at] + (b"" if kind == 3 else piece * (kind > 0) + document[at + (kind != 2) :])

    pieces = st.sampled_from([bytes([byte]) for byte in b'{}[]:,"-0 1ae\\.\x00\xff'])
    points = st.floats(0, 1, exclude_max=True)
    return st.builds(damage, documents, points, pieces, st.integers(0, 3)).filter(_in_range)


def _in_range(document: bytes) -> bool:
    numbers = [int(digits) for digits in re.findall(rb"-?\d+", document)]
    return all(MIN_INT <= number <= MAX_INT for number in numbers) and document.count(b"[") < 250


def _spine(depth: int, seed: int, objects: float) -> bytes:
    """Return ``depth`` containers within one another; their names are few, so the totals overlap."""
    draw = random.Random(seed)
    value: Any = draw.choice([[], Object(()), 7, b"end"])
    for _ in range(depth):
        side: list[Any] = [draw.choice([1, b"x", None, []]) for _ in range(draw.randint(0, 2))]
        if draw.random() >= objects:
            value = [*side, value]
        else:
            names = draw.sample([b"a", b"b", b"c", b"d"], len(side) + 1)
            value = Object(tuple(zip(names, [*side, value], strict=True)))
    return _render(value, seed)


def _broad(size: int, seed: int, repeats: float) -> bytes:
    """Return one object of ``size`` members; a name repeats an earlier one with probability ``repeats``."""
    draw = random.Random(seed)
    names: list[bytes] = []
    for index in range(size):
        again = bool(names) and draw.random() < repeats
        names.append(draw.choice(names) if again else b"%s_%d" % (draw.choice([b"n", b"name"]), index))
    values = [draw.choice([draw.randint(-99, 99), b"s%d" % draw.randint(0, 50), [1, 2], None]) for _ in names]
    return _render(Object(tuple(zip(names, values, strict=True))), seed)


def _forest(size: int, seed: int, containers: float, pool: int) -> bytes:
    """Return a document of about ``size`` values grown at random places, strings and names of a pool."""
    draw = random.Random(seed)
    root: list[Any] = []
    open_lists: list[list[Any]] = [root]
    kinds: dict[int, bool] = {id(root): False}
    for _ in range(size):
        place = draw.choice(open_lists[-200:])
        value: Any = draw.choice([draw.randint(MIN_INT, MAX_INT), b"t%d" % draw.randrange(pool), True, None])
        if draw.random() < containers:
            value = []
            open_lists.append(value)
            kinds[id(value)] = draw.random() < 0.6
        place.append((b"k%d" % draw.randrange(pool), value))
    return _render(_finish(root, kinds), seed)


def _finish(value: Any, kinds: dict[int, bool]) -> Any:
    if type(value) is not list:
        return value
    pairs = [(name, _finish(inner, kinds)) for name, inner in value]
    return Object(tuple(pairs)) if kinds[id(value)] else [inner for _, inner in pairs]


def _plain(value: Any) -> bytes:
    return _render(value, None)


def _render(value: Any, seed: int | None) -> bytes:
    """Return ``value`` as a document; a seed spreads white space over it."""
    draw = random.Random(seed)
    parts: list[bytes] = []
    for token in _tokens(value):
        parts += [token] if seed is None else [draw.choice(SPACES), token]
    return b"".join(parts) + (b"" if seed is None else draw.choice(SPACES))


def _tokens(value: Any) -> list[bytes]:
    if isinstance(value, bytes):
        return [b'"' + value + b'"']
    if value is None or isinstance(value, bool):
        return [{None: b"null", True: b"true", False: b"false"}[value]]
    if isinstance(value, int):
        return [b"%d" % value]
    if isinstance(value, list):
        return [b"[", *_joined([_tokens(item) for item in value]), b"]"]
    members = [[*_tokens(name), b":", *_tokens(inner)] for name, inner in value.members]
    return [b"{", *_joined(members), b"}"]


def _joined(groups: list[list[bytes]]) -> list[bytes]:
    tokens: list[bytes] = []
    for group in groups:
        tokens += [b",", *group] if tokens else group
    return tokens
