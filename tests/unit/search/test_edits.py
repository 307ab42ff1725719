from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.model import Candidate, Refusal
from pytest_aiopt.search.edits import Edit, apply_reply, take_rewrite

PARENT = "int f(int n) {\n    int total = 0;\n\n    total += n;\n    return total;\n}\n"


def block(search: str, replace: str) -> str:
    return f"<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE\n"


def reason(reply: str, parent: str = PARENT) -> str:
    outcome = apply_reply(parent, reply)
    assert isinstance(outcome, Refusal)
    assert len(outcome.detail.splitlines()) == 1
    return outcome.detail


def child(reply: str, parent: str = PARENT) -> Edit:
    outcome = apply_reply(parent, reply)
    assert isinstance(outcome, Edit), outcome
    return outcome


def test_a_child_is_a_candidate_that_knows_its_changes() -> None:
    edit = child("Because.\n\n" + block("    total += n;", "    total += 2 * n;") + "Done.")
    assert edit.source == PARENT.replace("+= n", "+= 2 * n")
    assert edit.sha == Candidate(edit.source).sha
    assert edit.changes == "Change 1: 'total += n;' to 'total += 2 * n;'"


@given(
    lines=st.lists(st.from_regex(r"[a-z]{1,8} = [0-9]{1,4};", fullmatch=True), min_size=1, max_size=12),
    data=st.data(),
)
def test_every_block_replaces_its_own_line(lines: list[str], data: st.DataObject) -> None:
    lines = [f"{line}  // {number}" for number, line in enumerate(lines)]
    changed = data.draw(st.sets(st.sampled_from(range(len(lines))), min_size=1))
    blocks = [block(lines[i], f"y{i} += {i};") for i in data.draw(st.permutations(sorted(changed)))]
    expected = [f"y{i} += {i};" if i in changed else line for i, line in enumerate(lines)]
    assert child("\n".join(blocks), "\n".join(lines)).source == "\n".join(expected)


def test_one_unmatched_block_rejects_the_whole_reply_and_is_named() -> None:
    good, bad = block("    total += n;", "    total += 1;"), block("    total -= n;\n    x();", "    y();")
    assert reason(good + bad) == "block 2 of 2 does not match the program: 'total -= n;'"


def test_white_space_alone_does_not_keep_a_block_from_matching() -> None:
    assert child(block("total += n;", "total += 1;")).source == PARENT.replace("+= n", "+= 1")
    assert child(block("    total += n;   ", "    total += 1;")).source == PARENT.replace("+= n", "+= 1")


@pytest.mark.parametrize("reply", ["", "Sorry, I can't.", "```cpp\nint f();\n```", "<<<<<<< SEARCH\nint"])
def test_a_reply_without_a_complete_block(reply: str) -> None:
    assert "SEARCH" in reason(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "<<<<<<< SEARCH\na\n=======\nb\n=======\nc\n>>>>>>> REPLACE\n",
        block("    total += n;", "    total += 1;") + "<<<<<<< SEARCH\n    return total;\n=======\n    ret",
    ],
    ids=["two separators", "cut off in the second block"],
)
def test_a_malformed_or_truncated_reply(reply: str) -> None:
    assert reason(reply).startswith("malformed reply")


def test_an_empty_search_part_is_not_an_insertion_at_the_first_empty_line() -> None:
    assert reason(block("", "    hack();")) == "block 1 of 1 has an empty SEARCH part"


def test_a_child_must_differ() -> None:
    assert reason(block("    total += n;", "    total += n;")) == "the reply changes nothing"


def test_blocks_that_cancel_out_change_nothing() -> None:
    there, back = block("    total += n;", "    x();"), block("    x();", "    total += n;")
    assert reason(there + back) == "the reply changes nothing"


def test_windows_line_ends_in_the_reply() -> None:
    reply = block("    total += n;", "    total += 1;\n    ++total;").replace("\n", "\r\n")
    assert child(reply).source == PARENT.replace("+= n;", "+= 1;\n    ++total;")


def test_windows_line_ends_in_the_parent_survive() -> None:
    windows = PARENT.replace("\n", "\r\n")
    edit = child(block("    total += n;", "    total += 1;\n    ++total;"), windows)
    assert edit.source == PARENT.replace("+= n;", "+= 1;\n    ++total;").replace("\n", "\r\n")


def test_text_that_cannot_be_encoded_is_an_edit_error() -> None:
    assert "Unicode" in reason(block("    total += n;", "    total += 1; // \ud800"))


@given(st.text(max_size=200))
def test_any_reply_has_an_outcome(reply: str) -> None:
    assert isinstance(apply_reply(PARENT, reply), Edit | Refusal)


REWRITTEN = "int f() {\n    return 2;\n}\n"


@pytest.mark.parametrize("fence", ["cpp", "c++", ""])
def test_a_whole_program_is_taken_from_its_fence(fence):
    found = take_rewrite("int f() { return 1; }\n", f"Here it is:\n```{fence}\n{REWRITTEN}```\nFast.\n")
    assert (found.source, found.changes) == (REWRITTEN, "Full rewrite")


def test_the_program_in_cpp_goes_before_another_block():
    reply = f"Build it:\n```sh\nmake\n```\n```cpp\n{REWRITTEN}```\n"
    assert take_rewrite("int f();\n", reply).source == REWRITTEN


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("int f() { return 2; }", "no complete fenced program"),
        ("```cpp\nint f() {", "no complete fenced program"),
        ("```cpp\nint f();\n```", "changes nothing"),
    ],
)
def test_a_reply_without_a_new_program_is_refused(reply, reason):
    found = take_rewrite("int f();\n", reply)
    assert isinstance(found, Refusal)
    assert reason in found.detail


def test_line_ends_of_a_rewrite_follow_the_parent():
    assert take_rewrite("int f();\r\n", f"```cpp\n{REWRITTEN}```").source == REWRITTEN.replace("\n", "\r\n")
