"""The function of each line, as a reader of the source names it."""

from __future__ import annotations

import pytest

from pytest_aiopt.cpp.functions import by_line

SOURCE = """\
#include <vector>
struct Row { int a; bool operator<(const Row& o) const { return a < o.a; } };
template <class T> struct Keeper {
    Keeper(int first) : total(first) {
        grow();
    }
    explicit operator bool() const { return total; }
    void work();
    int total{};
};
template <class T>
void Keeper<T>::work() {
    auto add = [&](int more) {
        total += more;
    };
    run([this] {
        grow();
    });
}
namespace {
int twice(int a) {
    return 2 * a; }
}
"""


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("#include", ""),
        ("struct Row", "Row::operator<"),
        ("Keeper(int first)", "Keeper::Keeper"),
        ("operator bool", "Keeper::operator bool"),
        ("void work();", ""),
        ("template <class T>\n", ""),
        ("::work() {", "Keeper::work"),
        ("auto add", "Keeper::work"),
        ("total += more", "add in Keeper::work"),
        ("run([this]", "Keeper::work"),
        ("});", "lambda in Keeper::work"),
        ("return 2 * a", "twice"),
        ("namespace", ""),
    ],
)
def test_a_line_is_in_the_innermost_function_that_holds_its_start(text: str, function: str) -> None:
    line = SOURCE[: SOURCE.index(text)].count("\n")
    assert by_line(SOURCE)[line] == function


@pytest.mark.parametrize("source", ["", "\n\n", "int f( {", "}}}\nint g() { return 1; }", "\ufeffint x;"])
def test_every_line_has_an_entry_in_any_text(source: str) -> None:
    assert len(by_line(source)) == len(source.split("\n"))
