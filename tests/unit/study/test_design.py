import pytest

from pytest_aiopt.errors import DesignError
from pytest_aiopt.model import Feedback
from pytest_aiopt.study.design import load

GOOD = """
name = "mini"
tasks = ["one", "two"]
seeds = [1, 2]
iterations = 3
[models]
local = "rewriter-local"
strong = "rewriter-strong"
[tracks.A]
model = "local"
feedback = "none"
[tracks.B]
model = "strong"
feedback = "none"
[tracks.C]
model = "local"
feedback = "profile"
"""


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "study.toml"
        path.write_text(text)
        return path

    return write


def test_the_grid_has_seeds_outermost(write):
    ids = [cell.id for cell in load(write(GOOD)).grid()]
    assert len(ids) == 12
    assert ids[0] == "one-track_A-seed_1"
    assert [i.endswith("seed_1") for i in ids] == [True] * 6 + [False] * 6


def test_factors_are_read(write):
    study = load(write(GOOD))
    assert study.track("C").feedback is Feedback.PROFILE
    assert study.model_of(study.track("C")) == "rewriter-local"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("iterations = 3", "iteration = 3", "did you mean 'iterations'"),
        ("iterations = 3", "iterations = 0", "at least 1"),
        ("iterations = 3", 'iterations = "3"', "iterations"),
        ('feedback = "profile"', 'feedback = "profil"', "feedback"),
        ('model = "strong"', 'model = "storng"', "unknown model 'storng'.*local, strong"),
        ("seeds = [1, 2]", "seeds = [1, 1]", "distinct"),
        ("seeds = [1, 2]", "seeds = []", "distinct"),
        ("[models]", "[search]\nnum_island = 2\n[models]", "did you mean 'num_islands'"),
        ("[models]", "[search]\nnum_islands = 0\n[models]", "at least 1"),
        ("[models]", "[meter]\nbudget = 2\n[models]", "did you mean 'budget_s'"),
        ('name = "mini"', 'name = "a/b"', "test id"),
        ('name = "mini"', "name = ", "study.toml"),
    ],
)
def test_a_bad_study_file_is_named_with_the_remedy(write, old, new, message):
    path = write(GOOD.replace(old, new))
    with pytest.raises(DesignError, match=message) as caught:
        load(path)
    assert "study.toml" in str(caught.value) or "study file" in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DesignError, match=r"no study file .*none.toml"):
        load(tmp_path / "none.toml")


def test_the_id_follows_what_is_fixed_and_not_which_cells_exist(write):
    study = load(write(GOOD))
    assert load(write(GOOD.replace("seeds = [1, 2]", "seeds = [1, 2, 3]"))).id == study.id
    assert load(write(GOOD.replace("iterations = 3", "iterations = 4"))).id != study.id
    assert load(write(GOOD.replace("rewriter-strong", "openai:x"))).id != study.id


def test_factors_that_came_later_leave_the_id_of_older_studies_alone(write):
    meter = "[meter]\nbudget_s = 2.0\nconfirm_s = 4.0\nfloor_evaluations = 8\n[models]"
    assert load(write(GOOD.replace("[models]", meter))).id == "mini-0a1dbc45", "as before they came"
    study = load(write(GOOD))
    for key in ('strategy = "best_of_n"', 'hint = "oracle"'):
        changed = load(write(f"{GOOD}{key}\n"))
        assert changed.id != study.id
    default = load(write(f'{GOOD}strategy = "evolution"\nhint = "none"\n'))
    assert default.id == study.id
    assert load(write(f"{GOOD}[budget.cell]\ntokens = 5\n")).id == study.id


def model(text, spec="openai:x"):
    return GOOD.replace('local = "rewriter-local"\n', "") + f'[models.local]\nspec = "{spec}"\n{text}\n'


def test_what_changes_a_models_replies_changes_the_id_and_transport_does_not(write):
    plain = load(write(GOOD.replace("rewriter-local", "openai:x"))).id
    for transport in ("", "timeout_s = 5", "context = 100000", 'key_env = "MY_KEY"'):
        assert load(write(model(transport))).id == plain
    for setting in ("temperature = 0.1", "top_p = 0.5", "max_tokens = 9", 'reasoning_effort = "low"'):
        assert load(write(model(setting))).id != plain


@pytest.mark.parametrize(
    ("text", "spec", "message"),
    [
        ("temperature = 3", "openai:x", "temperature must be between"),
        ("temprature = 1", "openai:x", "did you mean 'temperature'"),
        ("max_tokens = 0", "openai:x", "max_tokens"),
        ("context = 100", "openai:x", "context must be larger"),
        ('key_env = "sk-12345678"', "openai:x", "key_env must be a name"),
        ("", "http://me:sk-1@host/v1#m", "no key may stand in a URL"),
        ("temperature = 1", "rewriter-local", "takes no settings"),
        ("[budget.cell]\ntokens = 0", "openai:x", "positive"),
        ("[budget.cel]\ntokens = 1", "openai:x", "did you mean 'cell'"),
    ],
)
def test_a_bad_model_or_budget_is_named(write, text, spec, message):
    with pytest.raises(DesignError, match=message) as caught:
        load(write(model(text, spec)))
    assert "sk-1" not in str(caught.value)


def test_smoke_and_sanity_shrink_the_study(write):
    study = load(write(GOOD))
    smoke, sanity = study.smoke(), study.sanity()
    assert (len(smoke.grid()), smoke.iterations) == (3, 2)
    assert [track.name for track in sanity.tracks] == ["A", "B"]
    assert sanity.iterations == 5
    assert len({study.id, smoke.id, sanity.id}) == 3


def test_an_unknown_task_is_refused(write):
    with pytest.raises(DesignError, match=r"unknown task 'three'.*one, two"):
        load(write(GOOD)).restricted(("three",))
