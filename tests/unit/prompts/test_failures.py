from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.model import Diagnostic, Status, Verdict
from pytest_aiopt.prompts import failures


def test_compiler_messages_are_located():
    text = failures.compile_error(
        [Diagnostic(3, 7, "error", "no such thing"), Diagnostic(4, 1, "warning", "odd")], "detail"
    )
    assert text == "compile_error\nprogram.cpp:3:7: error: no such thing"


def test_without_a_located_message_the_detail_is_shown():
    assert failures.compile_error([], "compiling took too long") == "compile_error\ncompiling took too long"


def test_a_verdict_shows_its_counterexample():
    text = failures.verdict(Verdict(Status.WRONG_ANSWER, "1 of 2", 2, 0, "got: 00"))
    assert text == "wrong_answer: 1 of 2\ngot: 00"


@given(st.text(max_size=5000))
def test_every_text_is_bounded_and_keeps_inside_its_fence(detail):
    for text in (failures.edit_error(detail), failures.verdict(Verdict(Status.CRASH, detail))):
        assert len(text) <= failures.MAX_CHARS + 20
        assert "```" not in text
