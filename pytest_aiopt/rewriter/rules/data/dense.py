"""Replace the library's hash table by one with contiguous entries and an index array."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_aiopt.cpp.grammar import words
from pytest_aiopt.cpp.syntax import Program
from pytest_aiopt.rewriter.program.effects import commutes
from pytest_aiopt.rewriter.program.types import template_parts
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.data.containers import (
    about_uses,
    container_uses,
    is_hashable,
    is_recursive,
    keeps_references,
    points_into,
    renamed,
    spellings,
)
from pytest_aiopt.rewriter.rules.shapes import change, include, insert_helper

_DENSE = """\
// {what} of entries in the order of their insertion, found by open addressing over their numbers.
template <class K{more_types}>
class {name} {{
    using Entry = {entry};
    struct Slot {{
        std::uint32_t tag = 0;
        std::uint32_t number = 0;  // of the entry, from 1
    }};

public:
    auto begin() {{ return entries_.begin(); }}
    auto end() {{ return entries_.end(); }}
    auto begin() const {{ return entries_.begin(); }}
    auto end() const {{ return entries_.end(); }}
    std::size_t size() const {{ return entries_.size(); }}
    bool empty() const {{ return entries_.empty(); }}
    std::size_t count(const K& key) const {{ return number_of(key) == 0 ? 0 : 1; }}
    auto find(const K& key) {{
        const std::uint32_t number = number_of(key);
        return number == 0 ? entries_.end() : entries_.begin() + (number - 1);
    }}
    auto find(const K& key) const {{
        const std::uint32_t number = number_of(key);
        return number == 0 ? entries_.end() : entries_.begin() + (number - 1);
    }}
    void clear() {{
        entries_.clear();
        slots_.clear();
    }}
    void swap({name}& other) {{
        entries_.swap(other.entries_);
        slots_.swap(other.slots_);
    }}
    void reserve(std::size_t) {{}}
{own}
private:
    {key_of}
    static std::uint64_t hash_of(const K& key) {{
        const std::uint64_t product = std::hash<K>{{}}(key) * 0x9e3779b97f4a7c15ULL;
        return product ^ (product >> 32);
    }}
    std::uint32_t number_of(const K& key) const {{
        if (slots_.empty()) return 0;
        const std::uint64_t hash = hash_of(key);
        const auto tag = static_cast<std::uint32_t>(hash >> 32);
        for (std::size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {{
            const Slot& slot = slots_[at];
            if (slot.number == 0) return 0;
            if (slot.tag == tag && key_of(entries_[slot.number - 1]) == key) return slot.number;
        }}
    }}
    void enter(const K& key, std::uint32_t number) {{
        const std::uint64_t hash = hash_of(key);
        std::size_t at = hash & (slots_.size() - 1);
        while (slots_[at].number != 0) at = (at + 1) & (slots_.size() - 1);
        slots_[at].tag = static_cast<std::uint32_t>(hash >> 32);
        slots_[at].number = number;
    }}
    void add(Entry entry) {{
        entries_.push_back(std::move(entry));
        const auto number = static_cast<std::uint32_t>(entries_.size());
        if (entries_.size() * 2 <= slots_.size()) {{
            enter(key_of(entries_.back()), number);
            return;
        }}
        slots_.assign(slots_.empty() ? 16 : slots_.size() * 4, Slot());
        for (std::uint32_t each = 1; each <= number; ++each) enter(key_of(entries_[each - 1]), each);
    }}
    std::vector<Entry> entries_;
    std::vector<Slot> slots_;
}};

"""
_MAP = {
    "what": "A map",
    "more_types": ", class V",
    "entry": "std::pair<K, V>",
    "key_of": "static const K& key_of(const Entry& entry) { return entry.first; }",
    "own": """\
    V& operator[](const K& key) {
        const std::uint32_t number = number_of(key);
        if (number != 0) return entries_[number - 1].second;
        add(Entry(key, V()));
        return entries_.back().second;
    }
""",
}
_SET = {
    "what": "A set",
    "more_types": "",
    "entry": "K",
    "key_of": "static const K& key_of(const Entry& entry) { return entry; }",
    "own": """\
    void insert(const K& key) {
        if (number_of(key) == 0) add(key);
    }
""",
}
_MAP_API = words("find count size empty clear end swap reserve [] for")
_SET_API = words("find count size empty clear end swap reserve insert for")
_HEADERS = ("cstddef", "cstdint", "functional", "utility", "vector")


@rewrite(Kind.STRUCTURAL, "ALG")
def dense_hash(program: Program) -> Iterator[Change]:
    """Use a hash table with its entries in one vector if the order of the keys is irrelevant.

    Not applied if entries are erased, or if a reference to an entry may outlive an insertion.
    """
    for spelled, nodes in spellings(program, "map", "set", "unordered_map", "unordered_set").items():
        name, parts = template_parts(spelled)
        is_map = name.endswith("map")
        if len(parts) != 1 + is_map or not is_hashable(parts[0]) or is_recursive(program, spelled, nodes):
            continue
        found = container_uses(program, spelled)
        if found is None or not {use for use, _ in found} <= (_MAP_API if is_map else _SET_API):
            continue
        if keeps_references(program, found) or points_into(program, spelled):
            continue
        if not all(commutes(program, node) for use, node in found if use == "for"):
            continue
        if not is_map and any(use == "insert" and node.parent is not None and node.parent.parent is not None
                              and node.parent.parent.type != "expression_statement"
                              for use, node in found):  # fmt: skip
            continue
        fresh = program.unused("DenseMap" if is_map else "DenseSet")
        outer = [node.parent if node.parent is not None else node for node in nodes]
        helper = _DENSE.format(name=fresh, **(_MAP if is_map else _SET))
        edits = [edit for node in nodes for edit in renamed(node, fresh)]
        edits.append(insert_helper(program, min(outer, key=lambda node: node.start_byte), helper))
        edits += [edit for header in _HEADERS for edit in include(program, header)]
        why = f"Keep {spelled} as a hash table with its entries in one vector; their order is not used."
        yield change(edits, about_uses(found, nodes), why)
