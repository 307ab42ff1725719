"""What a prompt shows of programs: each text once, the best ones first, within the room."""

from __future__ import annotations

from typing import Any

from pytest_aiopt.model import Candidate, Frame
from pytest_aiopt.search.abridge import CURRENT, REPEATED, abridge, left_out
from pytest_aiopt.search.openevolve import Edit, Search, SearchSettings, Selection


def program(name: str, code: str, *, parent: str | None = "p", changes: str = "diff") -> dict[str, Any]:
    metadata = {"changes": changes, "parent_metrics": {"combined_score": 1.5}}
    return {"id": name, "code": code, "parent_id": parent, "metadata": metadata}


def shown(
    current: str, top: list[dict[str, Any]], room: int, inspirations: tuple[dict[str, Any], ...] = ()
) -> dict[str, Any]:
    arguments = {"previous_programs": top, "top_programs": top, "inspirations": list(inspirations)}
    return abridge({"current_program": current, **arguments}, room)


def codes(arguments: dict[str, Any], name: str = "top_programs") -> list[str]:
    return [each["code"] for each in arguments[name]]


def test_the_current_program_is_not_repeated_among_the_best() -> None:
    found = shown("now", [program("a", "best"), program("b", "now")], 100)
    assert codes(found) == ["best", CURRENT]


def test_two_programs_with_one_text_show_it_once() -> None:
    found = shown("now", [program("a", "best"), program("b", "best")], 100, (program("c", "best"),))
    assert codes(found) == ["best", REPEATED]
    assert codes(found, "inspirations") == [REPEATED]


def test_an_inspiration_that_is_listed_is_left_to_openevolve() -> None:
    best = program("a", "best")
    assert shown("now", [best], 100, (best,))["inspirations"] == [best]


def test_the_best_other_program_has_room_of_its_own_and_the_rest_share_what_is_left() -> None:
    found = shown("x" * 40, [program("a", "a" * 50), program("b", "b" * 10), program("c", "c" * 9)], 50)
    assert codes(found) == ["a" * 50, "b" * 10, left_out("c" * 9)]


def test_a_program_too_long_gives_its_room_to_the_next() -> None:
    found = shown("x" * 40, [program("a", "a" * 70), program("b", "b" * 50)], 50)
    assert codes(found) == [left_out("a" * 70), "b" * 50]


def test_the_current_program_may_exceed_the_room() -> None:
    found = shown("x" * 400, [program("a", "a" * 50), program("b", "b")], 50)
    assert codes(found) == ["a" * 50, left_out("b")]


def test_a_change_is_shown_with_the_parents_score_and_without_a_diff_beside_the_text() -> None:
    whole = shown("now", [program("a", "best")], 100)["previous_programs"][0]["metadata"]["changes"]
    assert whole == "Score before: 1.5000. Change: see its text"
    cut = shown("now", [program("a", "long" * 99, changes="Change 1")], 100)["previous_programs"][0]
    assert cut["metadata"]["changes"] == "Score before: 1.5000. Change: Change 1"
    neither = shown("now", [program("a", "long" * 99, changes="diff" * 99)], 100)["previous_programs"][0]
    assert neither["metadata"]["changes"] == "Score before: 1.5000. Change: left out"


def test_a_change_is_shown_with_its_new_tokens_in_a_study_with_an_edit_budget() -> None:
    counted = program("a", "long" * 99, changes="Change 1")
    counted["metadata"]["new_tokens"] = 120
    shown_as = shown("now", [counted], 100)["previous_programs"][0]["metadata"]["changes"]
    assert shown_as == "Score before: 1.5000. New tokens: 120. Change: Change 1"


def test_the_initial_program_has_no_score_before() -> None:
    first = program("a", "best", parent=None)
    assert shown("now", [first], 100)["previous_programs"] == [first]


STEERING = (
    "Do not rewrite the entire program",
    "maintains diversity",
    "Different solutions",
    "diverse approaches",
)


def grown(frame: Frame, *, rewrite: bool = False) -> str:
    settings = SearchSettings(num_top_programs=1, num_diverse_programs=1)
    search = Search(system_message="", settings=settings, seed=1, iterations=9, frame=frame, rewrite=rewrite)
    search.start(Candidate("int a;\n"), 1.0)
    first = search.best
    for step in range(1, 4):
        search.admit(step, Selection(first, (), 0), Edit(f"int a{step};\n", changes="c"), 1.0 + step)
    worst = min(search.programs[1:], key=lambda member: member.score)
    return search.prompt(5, Selection(first, (worst.id,), 0), {}).user


def test_sentences_that_steer_an_edit_stand_in_openevolves_frame_alone() -> None:
    text = grown(Frame.OPENEVOLVE)
    assert all(sentence in text for sentence in STEERING[:3])
    assert not any(sentence in grown(Frame.OPEN) for sentence in STEERING)
    assert not any(sentence in grown(Frame.OPEN, rewrite=True) for sentence in STEERING)
    assert "maintains diversity" in grown(Frame.OPENEVOLVE, rewrite=True)
