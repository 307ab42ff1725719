"""Which functions a text in a prompt speaks of."""

from __future__ import annotations

from pytest_aiopt.cpp.syntax import Program
from pytest_aiopt.model import Prompt
from pytest_aiopt.rewriter import clues
from pytest_aiopt.rewriter.model import make
from pytest_aiopt.rewriter.prompt_reader import read_prompt

SOURCE = """\
// The sum of the prices of some items.
long sum_prices(const long* rows) { return rows[0]; }

// The number of items, each of them once.
long count_different(const long* rows) { return rows[1]; }

struct Owners {
    long next(long row) { return row + 1; }
};

// Who has a row.
struct Store {
    Owners owners;

    long owned(long row) { return owners.next(row); }
};

long place_of(long row) { return row; }

long answer(const long* rows, long kind) {
    return kind == 0 ? sum_prices(rows) : kind == 1 ? count_different(rows) : place_of(kind);
}
"""


def named(clue: str, source: str = SOURCE) -> dict[str, float]:
    lines = source.split("\n")
    found = clues.relevances(Program(source), clue)
    heads = {number: line for number, line in enumerate(lines, 1) if "(" in line and "{" in line}
    return {
        heads[number].split("(")[0].split()[-1]: share for number, share in found.items() if number in heads
    }


def test_a_function_is_found_by_its_name_in_another_form() -> None:
    found = named("questions about prices, rarely about others")
    assert found == {"sum_prices": 1.0}


def test_a_word_of_many_functions_counts_less_than_one_of_a_single_function() -> None:
    found = named("different items")
    assert found["count_different"] == 1.0
    assert 0 < found["sum_prices"] < 0.5


def test_a_function_gets_the_weight_of_the_function_that_calls_it() -> None:
    found = named("1,300 kOwned for one row in a thousand")
    assert found["owned"] == found["next"] == 1.0


def test_a_function_that_calls_many_passes_a_part_to_each() -> None:
    found = named("answers")
    assert found["answer"] == 1.0
    assert found["place_of"] == found["sum_prices"] < 0.5


def test_a_text_without_common_words_points_nowhere() -> None:
    assert named("Batching: handle several requests together.") == {}
    assert named("") == {}


PROMPT = """\
## Last Execution Output
### scored_inputs
```
Tables in which {asked} are asked for, hardly anything else.
```

# Current Program
```cpp
{program}
```

# Task
Suggest improvements.
"""

TWO_LOOPS = """\
#include <vector>

long sum_prices(const std::vector<long>& rows) {
    long sum = 0;
    for (int i = 0; i < rows.size(); i++) sum += rows[i];
    return sum;
}

long count_places(const std::vector<long>& rows) {
    long sum = 0;
    for (int i = 0; i < rows.size(); i++) sum += rows[i] > 0;
    return sum;
}
"""


def test_a_prompt_without_shares_gives_a_clue() -> None:
    parsed = read_prompt("", PROMPT.format(program=TWO_LOOPS, asked="prices"))
    assert not parsed.shares
    assert "prices" in parsed.clue


def test_the_rewriter_changes_the_function_that_a_prompt_speaks_of() -> None:
    def untouched(line: str, asked: str) -> int:
        prompt = Prompt(system="", user=PROMPT.format(program=TWO_LOOPS, asked=asked))
        replies = [make("rewriter-local").complete(prompt, seed=seed).text for seed in range(30)]
        return sum(line not in reply for reply in replies if "<<<<<<< SEARCH" in reply)

    assert untouched("> 0", "prices") > 1.5 * untouched("> 0", "places")
