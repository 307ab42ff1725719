from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.model import Prompt
from pytest_aiopt.rewriter import make
from pytest_aiopt.rewriter.prompt_reader import read_prompt
from tests.unit.rewriter.prompts import OLDER, PROGRAM, prompt


def test_the_current_program_is_read_and_not_one_of_the_history() -> None:
    message = prompt()
    assert OLDER.strip() in message.user
    assert read_prompt(message.system, message.user).program == PROGRAM


def test_the_programs_of_the_history_are_known() -> None:
    message = prompt()
    assert read_prompt(message.system, message.user).others == {OLDER}


def test_the_header_comes_from_the_system_message() -> None:
    message = prompt()
    assert "struct Given" in read_prompt(message.system, message.user).header


def test_fences_and_headings_in_the_history_do_not_mislead() -> None:
    quoted = "```cpp\nint quoted;\n```\n# Current Program\n```cpp\nint wrong;\n```"
    message = prompt(failed=quoted)
    assert read_prompt(message.system, message.user).program == PROGRAM


def test_a_program_with_a_fence_in_a_comment_is_read_whole() -> None:
    program = "/*\n```\n*/\nint one;\n"
    message = prompt(program)
    assert read_prompt(message.system, message.user).program == program


def test_shares_come_as_fractions_by_line() -> None:
    message = prompt(profile={13: 41.2, 22: 7.5})
    assert read_prompt(message.system, message.user).shares == pytest.approx({13: 0.412, 22: 0.075})


def test_without_a_profile_there_are_no_shares() -> None:
    message = prompt(failed="57 | f | 41.2 % | 38.0-44.4 % | not a profile")
    assert read_prompt(message.system, message.user).shares == {}


def user_with(notes: str, program: str = PROGRAM, more: str = "") -> str:
    section = f"### runtime_notes\n```\n{notes}\n```\n"
    return f"- Fitness: 1.2000\n{section}{more}\n# Current Program\n```cpp\n{program}\n```\n\n# Task\nGo on."


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("14 | f | 41.2 % | 38.0-44.4 % | sum += track.seconds;", {14: 0.412}),
        ("14 | waiting for I/O | 20.0 % | sum += track.seconds;", {14: 0.2}),
        ("program.cpp:14 | +7.5 % | sum += track.seconds;", {14: 0.075}),
        ("14 | -3.0 % | sum += track.seconds;", {14: 0.0}),
        ("13 | f | no samples | sum += track.seconds;", {}),
        ("line | function | share | source", {}),
        ("other lines 6.1 %, outside the program 3.0 %", {}),
        ("3 | f | 30.0 % | sum += track.seconds;", {14: 0.3}),  # the text says which line is meant
        ("line 14, f: sum += track.seconds;\n  5.0 % (4.0-6.0) running, 2.5 % (2.0-3.0) ready", {14: 0.075}),
        ("line 14, A::f: sum += track.seconds;\n  under 0.1 %; 90.0 % of heap blocks", {}),
        ("line 3: sum += track ...\n  30.0 % (29.0-31.0)", {14: 0.3}),
        ("13 | f | 10.0 % | a\n13 | g | 15.5 % | b", {13: 0.255}),
    ],
)
def test_rows_of_any_kind_count_by_their_line(row: str, expected: dict[int, float]) -> None:
    read = read_prompt("", user_with(row)).shares
    assert read == pytest.approx(expected)


def test_programs_with_a_better_score_can_give_parts() -> None:
    shown = "".join(
        f"### Program {n} (Score: {score})\n```cpp\nint shown{n};\n```\n"
        for n, score in enumerate(("1.1000", "1.9000", "1.3000", "1.2000"))
    )
    read = read_prompt("", user_with("none", more=shown))
    assert read.donors == ("int shown1;", "int shown2;")
    assert len(read.others) == 4


def test_the_last_failure_is_read_as_such_and_not_as_a_profile() -> None:
    message = prompt(failed="compile_error\nprogram.cpp:3:4: error: 'x'")
    assert read_prompt(message.system, message.user).failure.startswith("compile_error")
    assert read_prompt("", user_with("13 | f | 1.0 % | x")).failure == ""


@pytest.mark.parametrize(
    "user",
    [
        "",
        "# Current Program",
        "# Current Program\n```cpp\nint x;",
        "# Current Program\nint x;\n",
        "```cpp\nint x;\n```",
    ],
)
def test_a_prompt_without_a_program_is_answered_without_blocks(user: str) -> None:
    reply = make("rewriter-local").complete(Prompt(system="", user=user), seed=1)
    assert "<<<<<<<" not in reply.text
    assert reply.finish_reason == "stop"


@given(st.text(max_size=300))
def test_any_text_as_program_gets_some_answer(program: str) -> None:
    user = f"# Current Program\n```cpp\n{program}\n```\n\n# Task\nImprove it."
    assert make("rewriter-strong").complete(Prompt(system="", user=user), seed=1).text
