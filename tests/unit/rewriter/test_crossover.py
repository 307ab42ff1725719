"""Parts of a better program in the prompt find their way into the current one, with what they need."""

from __future__ import annotations

import random
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from pytest_aiopt.cpp.syntax import Program
from pytest_aiopt.rewriter import STRENGTHS
from pytest_aiopt.rewriter.crossover import crossings, parts_of
from pytest_aiopt.rewriter.engine import propose

CURRENT = """\
#include <vector>

namespace {

struct Book {
    int pages;
};

int pages_of(const std::vector<Book>& books) {
    int sum = 0;
    for (Book book : books) sum += book.pages;
    return sum;
}

int count_of(const std::vector<Book>& books) { return static_cast<int>(books.size()); }

}  // namespace

int total(const std::vector<Book>& books) { return pages_of(books) + count_of(books); }
"""
DONOR = (
    CURRENT.replace("#include <vector>", "#include <cstddef>\n#include <vector>")
    .replace("int pages_of", "std::size_t page(const Book& book) { return book.pages; }\n\nint pages_of")
    .replace(
        "for (Book book : books) sum += book.pages;", "for (const Book& book : books) sum += page(book);"
    )
)


def children(donor: str) -> dict[str, str]:
    program = Program(CURRENT)
    return {s.change.description: program.apply(s.change.edits) for s in crossings(program, donor)}


def test_parts_are_functions_structs_and_includes_by_name() -> None:
    keys = [part.key for part in parts_of(Program(CURRENT))]
    assert keys == [
        "include <vector>#1",
        "struct_specifier Book#1",
        "function pages_of#1",
        "function count_of#1",
        "function total#1",
    ]


def test_a_part_comes_with_the_new_parts_that_it_names() -> None:
    ((why, child),) = children(DONOR).items()
    assert "pages_of" in why
    assert "page" in why
    assert re.sub(r"\s+", "", child) == re.sub(r"\s+", "", DONOR)


def test_what_is_the_same_is_left_where_it_is() -> None:
    other = CURRENT.replace("books.size()", "books.end() - books.begin()")
    ((_, child),) = children(other).items()
    assert child == other


def test_an_equal_program_gives_nothing() -> None:
    assert children(CURRENT) == {}


@pytest.mark.needs("g++")
def test_the_child_compiles(tmp_path: Path) -> None:
    (child,) = children(DONOR).values()
    (tmp_path / "program.cpp").write_text(child)
    command = ["g++", "-std=c++17", "-fsyntax-only", "program.cpp"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60).returncode == 0


@pytest.mark.parametrize(("name", "crosses"), [("rewriter-local", False), ("rewriter-strong", True)])
def test_only_the_strong_one_crosses(name: str, crosses: bool) -> None:
    seen: Counter[str] = Counter()
    for seed in range(60):
        made = propose(Program(CURRENT), {}, STRENGTHS[name], random.Random(seed), donors=[DONOR])
        seen.update(site.rewrite.name for site in made.sites)
    assert (seen["crossover"] > 0) is crosses


def test_a_child_that_the_prompt_shows_is_not_made_again() -> None:
    other = CURRENT.replace("books.size()", "books.end() - books.begin()")
    strength = STRENGTHS["rewriter-strong"]
    for seed in range(30):
        made = propose(Program(CURRENT), {}, strength, random.Random(seed), known={other}, donors=[other])
        assert all(site.rewrite.name != "crossover" for site in made.sites)
