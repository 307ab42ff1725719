"""Raters: samples are blind and stable, ratings survive, models are asked once, the page guards itself."""

import json
import threading
import urllib.error
import urllib.request
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.codebook.raters.ratings import BadRatings, Place
from pytest_aiopt.errors import StoreError
from pytest_aiopt.labelling import changes, rubric
from pytest_aiopt.labelling.agreement import CODEBOOK, judged, placed
from pytest_aiopt.labelling.model import Call, Calls, prompt_of, rate, rating_of
from pytest_aiopt.labelling.page import Session, server
from pytest_aiopt.labelling.rating import Rating, Ratings, from_csv, to_csv
from pytest_aiopt.labelling.sample import Mutation, drawn, positions
from pytest_aiopt.model import Completion, Usage
from pytest_aiopt.model.methodology import NAMES
from pytest_aiopt.testing import ScriptedModel

PARENT = "int f(int x) {\n    return x + x;\n}\n"


def mutation(number, task="one"):
    return Mutation(task, PARENT, PARENT.replace("x + x", f"x * {number}"))


def source(track="A", step=1, task="one"):
    return Place("mini", task, track, 1, step)


RATING = st.builds(
    Rating,
    mutation=st.text("0123456789abcdef", min_size=1, max_size=16),
    rater=st.text("ab ,\"\n'é", min_size=1, max_size=5).filter(str.strip),
    time=st.floats(0, 2e9, allow_nan=False),
    depth=st.integers(0, 4),
    labels=st.lists(st.sampled_from(sorted(NAMES.values())), unique=True).map(tuple),
    sure=st.integers(1, 3),
    note=st.text('xyz ,"\n', max_size=9),
)


@given(st.lists(RATING, max_size=5))
def test_csv_brings_back_every_rating(ratings):
    assert from_csv(to_csv(ratings), "x.csv") == ratings


def test_the_latest_rating_of_a_rater_counts(tmp_path):
    book = Ratings(tmp_path / "deep" / "ratings.jsonl")
    book.append([Rating("m", "ann", 1.0, 2), Rating("m", "bob", 1.0, 3)])
    book.append([Rating("m", "ann", 2.0, 4, ("caching",))])
    assert {who: one.depth for (_, who), one in book.latest().items()} == {"ann": 4, "bob": 3}
    assert len(book.every()) == 3, "nothing is overwritten"


@pytest.mark.parametrize("cut", range(2, 60, 7))
def test_a_line_that_a_kill_cut_off_costs_that_rating_alone(tmp_path, cut):
    book = Ratings(tmp_path / "ratings.jsonl")
    book.append([Rating("one", "ann", 1.0, 2), Rating("two", "ann", 2.0, 3)])
    book.path.write_bytes(book.path.read_bytes()[:-cut])
    book.append([Rating("three", "ann", 3.0, 4)])
    assert [one.mutation for one in book.every()] == ["one", "three"]


def test_a_damaged_line_is_named(tmp_path):
    book = Ratings(tmp_path / "ratings.jsonl")
    book.append([Rating("one", "ann", 1.0, 2)])
    book.path.write_bytes(b'{"depth": 3}\n' + book.path.read_bytes())
    with pytest.raises(StoreError, match=r"ratings\.jsonl:1: "):
        book.every()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"depth": 5}, "depth 5"),
        ({"labels": ("speed",)}, "unknown label 'speed'"),
        ({"sure": 0}, "sure 0"),
        ({"rater": ""}, "must have a value"),
    ],
)
def test_wrong_values_are_refused(tmp_path, change, problem):
    values = {"mutation": "m", "rater": "ann", "time": 0.0, "depth": 1}
    book = Ratings(tmp_path / "ratings.jsonl")
    with pytest.raises(StoreError, match=problem):
        book.append([Rating(**{**values, **change})])
    assert not book.path.exists()


def test_wrong_lines_of_a_csv_file_are_named():
    header = "mutation,rater,time,depth,labels,sure,note\n"
    with pytest.raises(StoreError, match=r"x\.csv:2: .*depth"):
        from_csv(header + "m,ann,1.0,deep,,3,\n", "x.csv")
    with pytest.raises(StoreError, match=r"x\.csv:3: unknown label"):
        from_csv(header + "m,ann,1.0,2,caching,3,\nm,ann,1.0,2,fast,3,\n", "x.csv")


FOUND = [
    (source(track, step), mutation(f"{track}{step}"))
    for track, steps in (("A", 30), ("D", 4), ("Dp", 4))
    for step in range(steps)
]


def test_the_sample_is_balanced_over_tracks_and_does_not_show_them():
    sample = drawn(FOUND, 9)
    tracks = {one.id: where.track for where, one in FOUND}
    assert Counter(tracks[one.id] for one in sample) == {"A": 3, "D": 3, "Dp": 3}
    assert set(Mutation.__dataclass_fields__) == {"task", "parent", "child"}


def test_a_larger_sample_holds_the_smaller_one_and_another_seed_draws_others():
    small, large = drawn(FOUND, 6), drawn(FOUND, 20)
    assert [one.id for one in large[:6]] == [one.id for one in small]
    assert {one.id for one in drawn(FOUND, 6, seed=1)} != {one.id for one in small}
    assert drawn(list(reversed(FOUND)), 20) == large, "the order of records does not matter"


def test_the_same_change_is_drawn_once():
    twice = [(source("A"), mutation(2)), (source("D"), mutation(2))]
    assert len(drawn(twice, 5)) == 1
    assert mutation(2).id != mutation(3).id


def test_labels_and_rubric_name_the_same_methods():
    assert list(rubric.MEANINGS) == list(NAMES.values())
    assert all(f"{depth} {name}" in rubric.text() for depth, (name, _) in rubric.DEPTHS.items())


def test_ratings_from_elsewhere_are_found_by_their_place(tmp_path):
    row = {"study": "mini", "task": "one", "track": "A", "step": 2}
    raters = {
        "ann": {"depth": 2, "structural": True, "labels": ["micro"], "sure": 1},
        "bob": {"depth": 4, "structural": True},
    }
    path = tmp_path / "x.json"
    path.write_text(json.dumps([row | raters]))
    read = placed(path, FOUND)
    assert [(one.rater, one.depth, one.labels) for one in read] == [("ann", 2, ("micro",)), ("bob", 4, ())]
    assert {one.mutation for one in read} == {mutation("A2").id}
    path.write_text(json.dumps([{**row, "step": 99} | raters]))
    with pytest.raises(StoreError, match="step 99"):
        placed(path, FOUND)
    path.write_text(json.dumps([row | {"ann": {"depth": 2}}]))
    with pytest.raises(BadRatings):
        placed(path, FOUND)


def test_the_codebook_is_one_more_rater(tmp_path):
    book = Ratings(tmp_path / "ratings.jsonl")
    book.append(
        [Rating(mutation("A2").id, "ann", 1.0, 1, ("micro",)), Rating("not on record", "ann", 1.0, 1)]
    )
    (rated,) = judged(book, FOUND)
    assert rated.place == source("A", 2)
    assert set(rated.ratings) == {"ann", CODEBOOK}
    assert rated.ratings[CODEBOOK].depth == 1


def call(text, finish="stop"):
    one = mutation(2)
    return Call(one.id, "m", prompt_of(one), 1, Completion(text, finish, "m", Usage(10, 5)), 0.0)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ('{"depth": 3, "labels": ["Caching"], "sure": 2, "note": "keeps it"}', (3, ("caching",), 2)),
        ('```json\n{"depth": 1}\n```', (1, (), 3)),
        ('<think>{"depth": 4}</think>Well: {"depth": 2, "labels": []}', (2, (), 3)),
        ('{"depth": 1} No, rather {"depth": 2}', (2, (), 3)),
        ('{"depth": 7}', None),
        ('{"depth": "3"}', None),
        ('{"depth": 3, "labels": ["speed"]}', None),
        ("depth 3", None),
        ("", None),
    ],
)
def test_what_a_model_says_is_read_or_is_no_rating(reply, expected):
    found = rating_of(call(reply))
    assert (found and (found.depth, found.labels, found.sure)) == expected


def test_a_reply_that_was_cut_off_is_no_rating():
    assert rating_of(call('{"depth": 3}', "length")) is None


def test_a_model_reads_the_rubric_and_both_programs_and_nothing_else():
    one = mutation(2)
    prompt = prompt_of(one)
    assert rubric.text() in prompt.system
    assert PARENT in prompt.user
    assert "+    return x * 2;" in prompt.user
    assert not any(word in prompt.system + prompt.user for word in ("track", "speedup", "score", "seed"))


def test_a_model_is_asked_within_its_budget_and_never_twice(tmp_path):
    asked = []

    def reply(prompt, seed):
        asked.append(seed)
        return '{"depth": 2}'

    sample, calls = [mutation(n) for n in range(5)], Calls(tmp_path / "calls.jsonl")
    model = ScriptedModel(reply, "m")
    assert len(list(rate(sample, model, "m", calls, budget=3))) == 3
    assert len(list(rate(sample, model, "m", calls, budget=9))) == 5
    assert len(asked) == 5 == len(set(asked))
    replayed = list(rate(sample, model, "m", calls, budget=0))
    assert [one.completion.text for one, _ in replayed] == ['{"depth": 2}'] * 5
    assert len(asked) == 5


def test_the_diff_of_the_page_is_coloured_and_escaped():
    lines = changes.lines("int a;\nbool b = a < 1;\n", "int a;\nbool b = a > 1; // <b>\n")
    assert [line.mark for line in lines] == [" ", "-", "+", " "]
    assert "&lt;b&gt;" in lines[2].html
    assert "<b>" not in lines[2].html
    assert 'class="kt"' in lines[0].html


@pytest.fixture
def served(tmp_path):
    session = Session(
        [mutation(n) for n in range(3)], Ratings(tmp_path / "ratings.jsonl"), "ann", lambda: 9.0
    )
    running = server(session)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    yield session, f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    thread.join()
    running.server_close()


def asked(url, data=None, **headers):
    """Status, address after redirects and text of a request that uses no proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, data, {name.replace("_", "-"): v for name, v in headers.items()})
    try:
        with opener.open(request, timeout=20) as reply:
            return reply.status, reply.url, reply.read().decode(), reply.headers
    except urllib.error.HTTPError as error:
        with error:  # it holds the reply open
            return error.code, error.url, error.read().decode(), error.headers


def test_the_page_leads_from_one_mutation_to_the_next(served):
    session, url = served
    assert asked(url)[1] == f"{url}/1"
    assert asked(f"{url}/1", b"depth=3&labels=caching&labels=micro&sure=2&note=so")[1] == f"{url}/2"
    (given,) = session.ratings.every()
    assert given == Rating(mutation(0).id, "ann", 9.0, 3, ("caching", "micro"), 2, "so")
    assert asked(f"{url}/3", b"depth=0")[1] == f"{url}/2", "the first that is open"
    assert asked(f"{url}/2", b"depth=1")[1] == f"{url}/done"
    assert "All 3 mutations" in asked(f"{url}/done")[2]
    assert positions(session.sample, [one.mutation for one in session.ratings.every()]) == []


@pytest.mark.parametrize("form", [b"", b"depth=9", b"depth=x", b"depth=1&labels=speed", b"depth=1&sure=7"])
def test_a_form_that_is_no_rating_is_shown_again(served, form):
    session, url = served
    status, _, text, _ = asked(f"{url}/1", form)
    assert status == 422
    assert "Not saved:" in text
    assert session.ratings.every() == ()


def test_requests_from_elsewhere_are_refused(served):
    session, url = served
    assert asked(url, Host="evil.example:80")[0] == 403
    assert asked(f"{url}/1", b"depth=3", Origin="http://evil.example")[0] == 403
    assert asked(f"{url}/1", b"x" * 30_000)[0] == 400
    assert [asked(f"{url}/{path}")[0] for path in ("4", "-1", "etc", "label.py")] == [404] * 4
    assert session.ratings.every() == ()
    policy = asked(f"{url}/1")[3]["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_a_port_in_use_is_named(served):
    session, url = served
    with pytest.raises(StoreError, match="cannot be used"):
        server(session, int(url.rpartition(":")[2]))
