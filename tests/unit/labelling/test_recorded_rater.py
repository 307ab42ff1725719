"""A strong model as a rater, recorded: 64 mutations of another model, 38 of them rated by two people."""

import lzma
from pathlib import Path

import pytest

from pytest_aiopt.codebook.raters.agreement import kappa
from pytest_aiopt.labelling.model import Calls, rate, rating_of
from pytest_aiopt.labelling.rating import from_csv
from pytest_aiopt.labelling.sample import Mutation
from pytest_aiopt.testing import ScriptedModel

DATA = Path(__file__).parents[2] / "data" / "ratings"


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    path = tmp_path_factory.mktemp("rater") / "rater_calls.jsonl"
    path.write_bytes(lzma.decompress((DATA / "rater_calls.jsonl.xz").read_bytes()))
    return Calls(path)


def test_every_reply_holds_a_rating(calls):
    ratings = [rating_of(call) for call in calls.every()]
    assert len(ratings) == 64
    assert all(ratings)


@pytest.mark.parametrize("person", ["rater_1", "rater_2"])
def test_its_depths_agree_with_people(calls, person):
    people = from_csv((DATA / "people.csv").read_text(), DATA / "people.csv")
    theirs = {rating.mutation: rating.depth for rating in people if rating.rater == person}
    pairs = [
        (rating_of(call).depth, theirs[call.mutation]) for call in calls.every() if call.mutation in theirs
    ]
    assert len(pairs) == 38
    assert kappa(pairs).value >= 0.80


def test_the_recording_replays_without_a_model(calls):
    """The programs are taken out of the recorded prompts; what is asked today is what was asked then."""

    def refuse(prompt, seed):
        raise AssertionError("the call is on record")

    call = next(calls.every())
    whole, diff = call.prompt.user.split("\n```\n\n# Change\n```diff\n")
    parent = whole.removeprefix("# Program before the change\n```cpp\n") + "\n"
    mutation = Mutation("agg_service", parent, changed(parent, diff.removesuffix("\n```\n")))
    ((again, rating),) = rate([mutation], ScriptedModel(refuse, "judge"), "judge", calls, budget=1)
    assert (again.prompt, rating) == (call.prompt, rating_of(call))


def changed(parent, diff):
    """The parent with a unified diff applied."""
    old, new, at = parent.splitlines(), [], 0
    for line in diff.splitlines()[2:]:
        if line.startswith("@@"):
            start = int(line.split()[1][1:].partition(",")[0]) - 1
            new += old[at:start]
            at = start
        elif line.startswith("+"):
            new.append(line[1:])
        else:
            new += [old[at]] if line.startswith(" ") else []
            at += 1
    return "\n".join([*new, *old[at:]]) + "\n"
