"""New tokens: against an LCS by dynamic programming, and what is free."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.cpp.newness import new_by_line, new_tokens, newest_lines, tokens

PROGRAMS = sorted((Path(__file__).parents[3] / "tasks").glob("*/program.cpp"))
WORDS = st.lists(st.sampled_from(["a", "b", "c", "+", "(", "x1", "42", "->"]), max_size=40)


def lcs(one: list[str], other: list[str]) -> int:
    """The length of a longest common subsequence, by the textbook's table."""
    row = [0] * (len(other) + 1)
    for left in one:
        above = row[:]
        for at, right in enumerate(other, start=1):
            row[at] = above[at - 1] + 1 if left == right else max(above[at], row[at - 1])
    return row[-1]


@given(WORDS, WORDS)
def test_on_one_line_the_count_is_what_the_lcs_leaves(old, new):
    assert new_tokens(" ".join(old), " ".join(new)) == len(new) - lcs(old, new)


@given(WORDS, WORDS, st.randoms(use_true_random=False))
def test_lines_only_lower_the_count(old, new, rng):
    def broken(words):
        return "".join(word + rng.choice(" \n") for word in words)

    assert 0 <= new_tokens(broken(old), broken(new)) <= len(new) - lcs(old, new)


@given(st.lists(WORDS.map(" ".join), max_size=12), st.randoms(use_true_random=False))
def test_lines_that_move_and_lines_that_go_are_free(lines, rng):
    moved = rng.sample(lines, rng.randint(0, len(lines)))
    assert new_tokens("\n".join(lines), "\n".join(moved)) == 0


def test_a_line_that_is_copied_is_new():
    assert new_tokens("f(a);\ng(b);", "f(a);\ng(b);\nf(a);") == 5


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.parent.name)
def test_comments_and_layout_are_free(path):
    source = path.read_text()
    assert new_tokens(source, "// first\n" + source.replace("\n", "\n\n\t") + "/* last */") == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a->*b", ["a", "->*", "b"]),
        ("x <<= 1'000.5e-3f;", ["x", "<<=", "1'000.5e-3f", ";"]),
        ("#define F(x) x + 1 /* y */", ["#", "define", "F", "(", "x", ")", "x", "+", "1"]),
        ("char c = '\\''; // no 'quote", ["char", "c", "=", "'\\''", ";"]),
        ('R"-(a)" // b)-" c', ['R"-(a)" ', '// b)-"', "c"]),
        ("a // goes on \\\n b\nc", ["a", "c"]),
        ("a /* never closed", ["a"]),
    ],
)
def test_tokens_of_cpp(text, expected):
    assert tokens(text) == expected


def test_macros_and_literals_cannot_hide_code():
    statement = "for (int i = 0; i < n; ++i) sum += values[i];"
    assert new_tokens("", f"#define LOOP {statement}") == 3 + new_tokens("", statement)
    table = "".join(random.Random(1).choices("abcdefgh", k=800))
    assert new_tokens("", f'"{table}"') == 101


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.parent.name)
def test_programs_against_rungs_agree_with_the_table(path):
    old = path.read_text()
    rung = sorted(path.parent.glob("ladder/*.cpp"))[0].read_text()
    before, after = tokens(old)[:400], tokens(rung)[:400]
    assert new_tokens(" ".join(before), " ".join(after)) == len(after) - lcs(before, after)


def test_new_tokens_have_a_place_in_the_parent():
    parent = "f(a);\n/* two\nlines */ g(b);\nh(c);\n"
    assert new_by_line(parent, parent.replace("b", "b + 1")) == {3: 2}
    assert new_by_line(parent, "#include <x>\n" + parent) == {1: 5}
    assert new_by_line(parent, parent.replace("h(c);", "")) == {}
    assert new_by_line("", "a b") == {1: 2}


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.parent.name)
def test_the_new_tokens_of_a_rung_all_have_a_place(path):
    rung = sorted(path.parent.glob("ladder/*.cpp"))[-1].read_text()
    placed = sum(new_by_line(path.read_text(), rung).values())
    assert placed >= new_tokens(path.read_text(), rung)


@given(WORDS, st.lists(WORDS.map(" ".join), max_size=8))
def test_the_lines_with_the_most_new_tokens_hold_what_the_lcs_leaves(old, lines):
    child = "\n".join(lines)
    found = newest_lines(" ".join(old), child, most=len(lines))
    assert sum(count for count, _ in found) == len(tokens(child)) - lcs(old, tokens(child))
    assert [count for count, _ in found] == sorted((count for count, _ in found), reverse=True)
    assert all(line in lines for _, line in found)
