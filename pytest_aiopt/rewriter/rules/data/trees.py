"""Replace a search tree by a sequence of sorted blocks."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.cpp.grammar import LOOPS, words
from pytest_aiopt.cpp.syntax import Program, arguments, enclosing, field, find, inside, text
from pytest_aiopt.rewriter.program.declarations import declarator_name
from pytest_aiopt.rewriter.program.effects import uses
from pytest_aiopt.rewriter.program.inference import type_of
from pytest_aiopt.rewriter.program.types import template_parts
from pytest_aiopt.rewriter.registry import Change, Kind, rewrite
from pytest_aiopt.rewriter.rules.data.containers import (
    about_uses,
    container_uses,
    points_into,
    renamed,
    spellings,
)
from pytest_aiopt.rewriter.rules.shapes import change, include, insert_helper

_BLOCK_MAP = """\
// An ordered map as a row of sorted blocks of at most {block} entries.
template <class K, class V>
class {name} {{
    using Entry = std::pair<K, V>;
    using Block = std::vector<Entry>;

public:
    template <class Owner, class E>
    struct Place {{
        Owner* owner;
        std::size_t block;
        std::size_t at;
        E& operator*() const {{ return owner->blocks_[block][at]; }}
        E* operator->() const {{ return &owner->blocks_[block][at]; }}
        Place& operator++() {{
            if (++at == owner->blocks_[block].size()) ++block, at = 0;
            return *this;
        }}
        bool operator==(const Place& other) const {{ return block == other.block && at == other.at; }}
        bool operator!=(const Place& other) const {{ return !(*this == other); }}
    }};
    using iterator = Place<{name}, Entry>;
    using reader = Place<const {name}, const Entry>;

    std::size_t size() const {{ return size_; }}
    iterator end() {{ return {{this, blocks_.size(), 0}}; }}
    reader end() const {{ return {{this, blocks_.size(), 0}}; }}
    iterator lower_bound(const K& key) {{ return lower<iterator>(this, key); }}
    reader lower_bound(const K& key) const {{ return lower<reader>(this, key); }}
    iterator find(const K& key) {{ return exact<iterator>(this, key); }}
    reader find(const K& key) const {{ return exact<reader>(this, key); }}
{more}
    std::pair<iterator, bool> insert(Entry entry) {{
        if (blocks_.empty()) {{
            blocks_.emplace_back();
            heads_.push_back(entry.first);
        }}
        std::size_t row = block_of(entry.first), at = before(blocks_[row], entry.first);
        if (at < blocks_[row].size() && !(entry.first < blocks_[row][at].first)) {{
            return {{{{this, row, at}}, false}};
        }}
        if (blocks_[row].size() == {block}) {{
            const auto middle = blocks_[row].begin() + (at == {block} ? {block} - 1 : {block} / 2);
            const auto end = blocks_[row].end();
            Block rest(std::make_move_iterator(middle), std::make_move_iterator(end));
            blocks_[row].erase(middle, end);
            heads_.insert(heads_.begin() + row + 1, rest.front().first);
            blocks_.insert(blocks_.begin() + row + 1, std::move(rest));
            if (at > blocks_[row].size()) at -= blocks_[row++].size();
        }}
        Block& block = blocks_[row];
        block.insert(block.begin() + at, std::move(entry));
        if (at == 0) heads_[row] = block[0].first;
        ++size_;
        return {{{{this, row, at}}, true}};
    }}

private:
    static const K& key_of(const K& key) {{ return key; }}
    static const K& key_of(const Entry& entry) {{ return entry.first; }}
    // The row of items before the key.
    template <class Item>
    static std::size_t before(const std::vector<Item>& items, const K& key) {{
        std::size_t base = 0;
        for (std::size_t rest = items.size(); rest > 0;) {{
            const std::size_t half = (rest + 1) / 2;
            base += key_of(items[base + half - 1]) < key ? half : 0;
            rest -= half;
        }}
        return base;
    }}
    std::size_t block_of(const K& key) const {{
        const std::size_t at = before(heads_, key);
        return at == 0 || (at < heads_.size() && !(key < heads_[at])) ? at : at - 1;
    }}
    template <class It, class Owner>
    static It lower(Owner* owner, const K& key) {{
        if (owner->blocks_.empty()) return owner->end();
        const std::size_t row = owner->block_of(key), at = before(owner->blocks_[row], key);
        return at < owner->blocks_[row].size() ? It{{owner, row, at}} : It{{owner, row + 1, 0}};
    }}
    template <class It, class Owner>
    static It exact(Owner* owner, const K& key) {{
        const It place = lower<It>(owner, key);
        return place == owner->end() || key < place->first ? owner->end() : place;
    }}
    std::vector<K> heads_;
    std::vector<Block> blocks_;
    std::size_t size_ = 0;
}};

"""
_ERASE = """\
    iterator erase(iterator place) {{
        Block& block = blocks_[place.block];
        block.erase(block.begin() + place.at);
        --size_;
        if (block.empty()) {{
            blocks_.erase(blocks_.begin() + place.block);
            heads_.erase(heads_.begin() + place.block);
            return {{this, place.block, 0}};
        }}
        if (place.at == 0) heads_[place.block] = block[0].first;
        return place.at < block.size() ? place : iterator{{this, place.block + 1, 0}};
    }}
"""
_ERASE_KEY = """\
    std::size_t erase(const K& key) {{
        const iterator place = find(key);
        return place == end() ? 0 : (erase(place), 1);
    }}
"""
_BEGIN = """\
    iterator begin() {{ return {{this, 0, 0}}; }}
    reader begin() const {{ return {{this, 0, 0}}; }}
"""
_MORE = {
    "begin": _BEGIN,
    "erase": _ERASE,
    "erase a key": _ERASE_KEY,
    "empty": "    bool empty() const {{ return size_ == 0; }}\n",
    "clear": "    void clear() {{ *this = {name}(); }}\n",
    "swap": "    void swap({name}& other) {{ std::swap(*this, other); }}\n",
    "count": "    std::size_t count(const K& key) const {{ return find(key) == end() ? 0 : 1; }}\n",
    "[]": "    V& operator[](const K& key) {{ return insert(Entry(key, V())).first->second; }}\n",
    "emplace": """\
    template <class... Given>
    auto emplace(Given&&... given) {{ return insert(Entry(std::forward<Given>(given)...)); }}
""",
}
_API = words("size empty clear swap begin end lower_bound find count [] emplace insert erase for")
_MUTATING = words("clear swap [] emplace insert erase")
_GIVES_PLACE = words("begin lower_bound find at [] emplace insert erase")
_HEADERS = ("cstddef", "iterator", "utility", "vector")


@rewrite(Kind.STRUCTURAL, "B")
def block_map(program: Program) -> Iterator[Change]:
    """Store an ordered map as a sequence of sorted blocks: few allocations, adjacent neighbours.

    Not applied if an iterator or reference may be used after the map has changed.
    """
    for spelled, nodes in spellings(program, "map").items():
        found = container_uses(program, spelled)
        if found is None or len(template_parts(spelled)[1]) != 2 or not {use for use, _ in found} <= _API:
            continue
        if _outlived(program, found) or _given_away(found) or points_into(program, spelled):
            continue
        fresh = program.unused("BlockMap")
        outer = [node.parent if node.parent is not None else node for node in nodes]
        edits = [edit for node in nodes for edit in renamed(node, fresh)]
        first = min(outer, key=lambda node: node.start_byte)
        edits.append(insert_helper(program, first, _helper(fresh, _methods(program, found))))
        edits += [edit for header in _HEADERS for edit in include(program, header)]
        yield change(edits, about_uses(found, nodes), f"Keep {spelled} as a row of sorted blocks.")


def _helper(name: str, methods: set[str]) -> str:
    """Return the class with only those of the rarer methods that the program uses."""
    more = "".join(_MORE[method] for method in sorted(methods & set(_MORE)))
    return _BLOCK_MAP.format(name=name, block=64, more=more.format(name=name).rstrip("\n"))


def _methods(program: Program, found: list[tuple[str, Node]]) -> set[str]:
    """Return the methods used, iteration as ``begin``; erasing by key and by iterator differ."""
    methods = {"begin" if use == "for" else use for use, _ in found}
    calls = [node.parent for use, node in found if use == "erase" and node.parent is not None]
    by_key = any(type_of(program, given) is not None for call in calls for given in arguments(call))
    return methods | ({"erase a key"} if by_key else set())


def _outlived(program: Program, found: list[tuple[str, Node]]) -> bool:
    """Whether an iterator or reference is used after a change of the map in the same function."""
    for use, node in found:
        holder = enclosing(node, "declaration", "for_range_loop") if use in _GIVES_PLACE else None
        function = enclosing(node, "function_definition")
        names = [text(name) for name in _names_of(holder)] if holder is not None else []
        if holder is None or function is None or not _holds_place(holder, use):
            continue
        for other, changed in found:
            later = other in _MUTATING and inside(changed, function) and changed.start_byte > holder.end_byte
            if not later:
                continue
            statement = enclosing(changed, "expression_statement", "declaration") or changed
            looped = enclosing(statement, *LOOPS)
            if looped is not None and not inside(holder, looped):
                return True
            if any(n.start_byte > statement.end_byte for name in names for n in uses(function, name)):
                return True
    return any(
        use == "for" and any(o in _MUTATING and inside(changed, node) for o, changed in found)
        for use, node in found
    )


def _holds_place(holder: Node, use: str) -> bool:
    head = text(holder).split("=")[0]
    return use not in ("[]", "at") or "&" in head


def _names_of(holder: Node) -> list[Node]:
    declarator = field(holder, "declarator")
    binding = (
        next(find(declarator, "structured_binding_declarator"), None) if declarator is not None else None
    )
    if binding is not None:
        return [node for node in binding.named_children if node.type == "identifier"]
    name = declarator_name(field(declarator, "declarator") or declarator)
    return [name] if name is not None else []


def _given_away(found: list[tuple[str, Node]]) -> bool:
    """Whether a function returns an iterator or reference, or takes the address of an element."""
    return any(
        enclosing(node, "return_statement", "pointer_expression") is not None
        for use, node in found
        if use in ("[]", "at", "begin", "lower_bound", "emplace", "insert")
    )
