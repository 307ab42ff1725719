"""Replies as real models write them: thoughts, markers, white space, fences, elisions."""

from __future__ import annotations

import pytest

from pytest_aiopt.analysis.outcomes.claims import claimed
from pytest_aiopt.model import EditReason, Refusal, thoughts
from pytest_aiopt.search.edits import Edit, apply_reply, take_rewrite

PARENT = """\
// ===========
int f(int n) {
    int total = 0;
    // ===========
    total += n;

    total += 7;
    return total;
}
"""
A, B = "    total += n;", "    total += 7;"


def block(search: str, replace: str) -> str:
    return f"<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE\n"


ON_A, ON_B = block(A, "    total += 2 * n;"), block(B, "    total += 8;")
WITH_A = PARENT.replace("+= n;", "+= 2 * n;")
HALF = "<<<<<<< SEARCH\n    total\n=======\n"


def child(reply: str, parent: str = PARENT) -> str:
    found = apply_reply(parent, reply)
    assert isinstance(found, Edit), found
    return found.source


def why(reply: str, parent: str = PARENT) -> EditReason:
    found = apply_reply(parent, reply)
    assert isinstance(found, Refusal), found
    return found.reason


PAIRS = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<reasoning>", "</reasoning>"),
    ("<thought>", "</thought>"),
    ("<THINK>", "</THINK>"),
    ("[THINK]", "[/THINK]"),
    ("<seed:think>", "</seed:think>"),
    ("◁think▷", "◁/think▷"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
    ("<mm:think>", "</mm:think>"),
    ("< think >", "</ think >"),
    ("<antThinking>", "</antThinking>"),
    ("<inner_thoughts>", "</inner_thoughts>"),
    ("<scratch_pad>", "</scratch_pad>"),
    ("<internal_monologue>", "</internal_monologue>"),
    ("<chain_of_thought>", "</chain_of_thought>"),
    ("<planning>", "</planning>"),
    ("<plan>", "</plan>"),
    ("<|inner_prefix|>", "<|inner_suffix|>"),
    ("<|reasoning|>", "<|/reasoning|>"),
    ("<|begin_of_reasoning|>", "<|end_of_reasoning|>"),
    ("<|start_thoughts|>", "<|end_thoughts|>"),
    ("[THOUGHT]", "[/THOUGHT]"),
    ("<draft>", "</draft>"),
    ("<pondering>", "</pondering>"),
    ("<internal>", "</internal>"),
    ("<|channel>thought\n", "<channel|>"),
]
CLOSED = [  # whose beginning alone may be prose
    ('<details type="reasoning" done="true">\n<summary>Thought</summary>', "</details>"),
    ("Thinking...", "\n...done thinking.\n\n"),
    ("Here is my thought process:", "\nHere is my response:\n"),
    ("```thinking\n", "\n```\n"),
]


@pytest.mark.parametrize("draft", [ON_B, ON_A, HALF, "=======\n", "```cpp\nint x;\n"])
@pytest.mark.parametrize(("opening", "closing"), PAIRS)
def test_only_what_follows_the_thoughts_counts(opening: str, closing: str, draft: str) -> None:
    assert child(f"{opening}\nHm.\n{draft}{closing}\n{ON_A}") == WITH_A
    assert child(f"{opening}{draft}{closing}{ON_A}") == WITH_A


@pytest.mark.parametrize("draft", [ON_B, ON_A, HALF, "=======\n"])
@pytest.mark.parametrize(("opening", "closing"), CLOSED)
def test_only_what_follows_thoughts_with_both_ends_counts(opening: str, closing: str, draft: str) -> None:
    assert child(f"{opening}\nHm.\n{draft}{closing}\n{ON_A}") == WITH_A


@pytest.mark.parametrize("prose", ["Thinking...\n", "Here is my thought process: one line.\n", "<details>\n"])
def test_what_only_looks_like_thoughts_is_prose(prose: str) -> None:
    assert child(f"{prose}{ON_A}") == WITH_A


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<answer>\n", "</answer>"),
        ("<|START_RESPONSE|>", "<|END_RESPONSE|>"),
        ("<|begin_of_box|>", "<|end_of_box|>"),
        ("\u200b", ""),
        ("\ufeff", "<|im_end|>"),
        ("", "</s>"),
        ("", "<end_of_turn>"),
        ("", "<|eot_id|>"),
    ],
)
def test_tokens_around_the_answer_are_no_part_of_it(before: str, after: str) -> None:
    assert child(f"{before}{ON_A.strip()}{after}") == WITH_A
    assert child(f"<think>\n{ON_B}</think>{before}{ON_A.strip()}{after}") == WITH_A


@pytest.mark.parametrize(("opening", "closing"), PAIRS)
def test_thoughts_that_never_end_are_no_answer(opening: str, closing: str) -> None:
    assert why(f"{opening}\n{ON_A}") is EditReason.ENDS_IN_REASONING
    assert why(f"{opening}\n{ON_A}{closing}No change needed.") is EditReason.NO_EDIT


@pytest.mark.parametrize("draft", ["Let me see.", ON_A, ON_B, HALF])
def test_thoughts_without_an_opening(draft: str) -> None:
    assert child(f"{draft}\n</think>\n{ON_A}") == WITH_A


def test_harmony_with_its_special_tokens_lost() -> None:
    assert child(f"analysisWe need a change.\n{ON_B}assistantfinal{ON_A}") == WITH_A


@pytest.mark.parametrize(
    "line", ['    puts("</think>");', "    // </think>", '    puts("<think>");', "</think>", "<think>"]
)
def test_a_tag_within_code_stays_code(line: str) -> None:
    assert child(block(A, line)) == PARENT.replace(A, line)
    assert child(f"<think>\n{ON_B}</think>\n{block(A, line)}") == PARENT.replace(A, line)


def test_claims_are_read_from_the_answer() -> None:
    assert claimed("<think>I could use a cache, SIMD: memoize.</think>I unrolled it.") == frozenset()
    assert claimed("It would be lazy, memoized.\n</think>\nUses SIMD.") == {"H"}


def test_thoughts_between_two_answers() -> None:
    said = thoughts.split(f"{ON_A}<think>\n{ON_B}</think>\nDone.")
    assert (ON_A in said.answer, ON_B in said.reasoning, ON_B in said.answer) == (True, True, False)


def test_a_marker_is_a_whole_line() -> None:
    search = "    // ===========\n    total += n;"
    assert child(block(search, "    total += 2;")) == PARENT.replace(search, "    total += 2;")
    assert child(block("// ===========\nint f(int n) {", "int f(int n) {")) == PARENT.split("\n", 1)[1]


@pytest.mark.parametrize("blank", [" ", "\t", "  \t "])
def test_blanks_behind_markers(blank: str) -> None:
    spaced = "\n".join(
        line + blank if line.startswith(("<<<", "===", ">>>")) else line for line in ON_A.split("\n")
    )
    assert child(spaced) == WITH_A


def test_markers_in_lower_case_with_a_colon_or_ticks() -> None:
    assert child(ON_A.replace("SEARCH", "search").replace("REPLACE", "replace")) == WITH_A
    assert child(ON_A.replace("SEARCH", "SEARCH:")) == WITH_A
    assert child(ON_A.rstrip() + "```\n") == WITH_A


def test_a_quoted_answer() -> None:
    assert child("".join(f"> {line}\n" for line in ON_A.rstrip().split("\n"))) == WITH_A


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<<<<<<< SEARCH", "<<<<<<< ORIGINAL"),
        ("<<<<<<< SEARCH", "<<<<<<< SEARCH f.cpp"),
        ("<<<<<<< SEARCH", "------- SEARCH"),
        ("<<<<<<< SEARCH", "<<<<<<< HEAD"),
        ("<<<<<<< SEARCH", "<<<<< SEARCH"),
    ],
)
def test_markers_of_other_tools_are_named(one: str, other: str) -> None:
    found = apply_reply(PARENT, ON_A.replace(one, other))
    assert isinstance(found, Refusal)
    assert found.reason is EditReason.MALFORMED
    assert "begins with the line <<<<<<< SEARCH" in found.detail


def test_an_indented_block() -> None:
    assert child("1. first:\n" + "\n".join("   " + line for line in ON_A.split("\n"))) == WITH_A


@pytest.mark.parametrize("marker", ["=======", ">>>>>>> REPLACE"])
def test_code_that_holds_a_marker_line(marker: str) -> None:
    parent = f'auto t = R"(\n{marker}\n)";\nint f() {{ return 1; }}\n'
    reply = block(f'auto t = R"(\n{marker}\n)";', f'auto t = R"(\n{marker}\nx)";')
    assert child(reply, parent) == parent.replace('\n)"', '\nx)"')


def test_a_marker_line_that_only_the_replacement_holds() -> None:
    replaced = '    puts(R"(\n=======\n)");'
    assert child(block(A, replaced)) == PARENT.replace(A, replaced)


def test_an_end_written_twice() -> None:
    assert child(ON_A + ">>>>>>> REPLACE\n") == WITH_A


@pytest.mark.parametrize(
    "search",
    ["total += n;", "\ttotal += n;", "\n    total += n;", "    total += n;\n", "        total  +=  n;"],
)
def test_white_space_alone_differs(search: str) -> None:
    found = child(block(search, search.replace("+= n", "+= 2 * n").replace("+=  n", "+= 2 * n")))
    assert "".join(found.split()) == "".join(WITH_A.split())


def test_the_replacement_takes_the_indentation_of_the_program() -> None:
    reply = block("total += n;", "if (n > 0) {\n    total += n;\n}")
    assert "    if (n > 0) {\n        total += n;\n    }\n" in child(reply)


def test_a_search_part_that_ends_within_a_line() -> None:
    assert child(
        block("    int total = 0;\n    // ====", "    int total = 1;\n    // ====")
    ) == PARENT.replace("= 0;", "= 1;")
    assert child(block("(int n)", "(long n)")) == PARENT.replace("(int n)", "(long n)")


def test_a_match_by_words_alone_must_be_unique() -> None:
    parent = "void f() {\n  go();\n}\nvoid g() {\n    go();\n}\n"
    assert why(block("go();", "stop();"), parent) is EditReason.AMBIGUOUS


@pytest.mark.parametrize("fence", ["```cpp", "```", "~~~c++"])
def test_fences_within_a_part(fence: str) -> None:
    close = fence[:3]
    assert child(block(A, f"{fence}\n    total += 2 * n;\n{close}")) == WITH_A
    assert child(block(f"{fence}\n{A}\n{close}", f"{fence}\n    total += 2 * n;\n{close}")) == WITH_A
    assert why(block(A, f"{fence}\n    total += 2 * n;")) is EditReason.MALFORMED


@pytest.mark.parametrize(
    ("search", "replace"),
    [
        (A, "+    total += 2 * n;"),
        (f"-{A}", "+    total += 2 * n;"),
        (A, f"-{A}\n+    total += 2 * n;"),
    ],
)
def test_signs_of_a_diff(search: str, replace: str) -> None:
    assert child(block(search, replace)) == WITH_A


def test_signs_that_are_code_stay() -> None:
    parent = "int f(int a) {\n  return a\n+ 1\n+ 2;\n}\n"
    assert child(block("+ 1", "+ 3"), parent) == parent.replace("+ 1", "+ 3")
    assert child(block(A, "++total;")) == PARENT.replace(A, "++total;")


@pytest.mark.parametrize(
    "line",
    [
        "// ... existing code ...",
        "    // ...",
        "/* ... rest of the function ... */",
        "// rest of the code unchanged",
        "// (remaining code stays the same)",
        "// existing code here",
        "    ...",
        "// … unchanged …",
        "// rest of code",
        "// (same as before)",
        "// [rest of function unchanged]",
        "// omitted for brevity",
        "// keep the rest as is",
        "// other code remains here",
        "// no changes below",
        "// <rest of the code>",
        "// --- snip ---",
        "// [...]",
        "// all other code stays the same",
        "{ ... }",
        "{ /* ... */ }",
    ],
)
def test_code_that_is_left_out_is_named(line: str) -> None:
    assert why(block(f"{A}\n\n{B}", f"    total += 2;\n{line}")) is EditReason.ELIDED
    assert why(f"```cpp\nint f(int n) {{\n{line}\n}}\n```") is EditReason.NO_EDIT
    rewritten = take_rewrite(PARENT, f"```cpp\nint f(int n) {{\n{line}\n}}\n```")
    assert isinstance(rewritten, Refusal)
    assert rewritten.reason is EditReason.ELIDED


@pytest.mark.parametrize(
    "line",
    [
        "// same as the loop above",
        "// remaining items",
        "// other bits first",
        "// the rest",
        "// remainder loop",
        "// rest of the line",
        "// keep the rest in a register",
        "// unchanged since the last call",
        "// existing entries are reused",
        "// 4 remaining lines",
        "f(args...);",
    ],
)
def test_common_comments_are_no_elision(line: str) -> None:
    assert line in child(block(A, f"    {line}\n    total += 2;"))


EXAMPLES = [
    block("# Original code to find and replace (must match exactly)", "# New replacement code"),
    block("for i in range(m):\n    for j in range(p):", "# Reorder\nfor i in range(m):"),
    block("    int middle = (low + high) / 2;", "    int middle = low + (high - low) / 2;"),
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_echo_of_the_prompts_example_is_ignored(example: str) -> None:
    assert child(example + ON_A) == WITH_A
    assert why(example) is EditReason.NO_EDIT


@pytest.mark.parametrize(
    "line", ["=======", "======= ", "-------", "<<<<<<<", ">>>>>>> REPLACE", "========="]
)
def test_prose_may_hold_lines_like_markers(line: str) -> None:
    assert child(f"My change\n{line}\nIt is good.\n{ON_A}") == WITH_A
    assert child(f"{ON_A}\nMy change\n{line}\n") == WITH_A


NEW = "int f(int n) {\n    return 2 * n + 7;\n}\n"
FIRST = "int f(int n) {\n    return n;\n}\n"


@pytest.mark.parametrize(
    "reply",
    [
        f"First version:\n```cpp\n{FIRST}```\nBetter, final:\n```cpp\n{NEW}```\n",
        f"The loop\n```cpp\n    total += n;\n```\nbecomes\n```cpp\n{NEW}```\n",
        f"```sh\nmake\n```\n```\n{NEW}```\nRun it:\n```sh\nmake f\n```\n",
        f"```cpp\n{NEW}```\nCalled as\n```cpp\nint x = f(3);\n```\n",
        f"```cc\n{NEW}```",
        f"```C++\n{NEW}```",
        f'```cpp title="f.cpp"\n{NEW}```',
        f"```cpp:f.cpp\n{NEW}```",
        f"``` cpp\n{NEW}```",
        f"```{{.cpp}}\n{NEW}```",
        f"```c++20\n{NEW}```",
        f"```CPP\n{NEW}```",
        f"````markdown\n```cpp\n{NEW}```\n````",
        f"<answer>\n```cpp\n{NEW}```\n</answer>",
        f"```console\n$ g++ f.cpp\n```\n```cpp\n{NEW}```",
        f"```cpp\n{NEW}```\n```cpp\nint f(int);\nint main() {{ return f(1); }}\n```",
        f"~~~cpp\n{NEW}~~~",
        f"````cpp\n{NEW}````",
        f"\ufeff```cpp\n{NEW}```",
        "- so:\n" + "".join(f"  {line}\n" for line in f"```cpp\n{NEW}```".split("\n")),
        f"<think>\n```cpp\n{FIRST}```\n</think>\n```cpp\n{NEW}```",
        f"```cpp\n{NEW}```\n```python\ndef f(n):\n    return n\n```",
    ],
)
def test_the_last_program_that_defines_the_entry(reply: str) -> None:
    found = take_rewrite(PARENT, reply)
    assert isinstance(found, Edit), found
    assert found.source == NEW


def test_backticks_within_a_comment_do_not_end_the_program() -> None:
    program = "/* use it so:\n```\nf(1)\n```\n*/\n" + NEW
    found = take_rewrite(PARENT, f"```cpp\n{program}```\n")
    assert isinstance(found, Edit)
    assert found.source == program


def test_a_program_that_is_cut_off_is_none() -> None:
    found = take_rewrite(PARENT, f"```cpp\n{FIRST}```\nBetter:\n```cpp\nint f(int n) {{\n")
    assert isinstance(found, Refusal)
    assert found.reason is EditReason.NO_PROGRAM


def test_the_entry_is_what_c_may_call() -> None:
    parent = 'extern "C" int run(int n) {\n    return n;\n}\nint help(int n) {\n    return n;\n}\n'
    program = 'extern "C" int run(int n) {\n    return 2 * n;\n}\n'
    found = take_rewrite(parent, f"```cpp\n{program}```\n```cpp\nint help(int n) {{\n    return 0;\n}}\n```")
    assert isinstance(found, Edit)
    assert found.source == program
