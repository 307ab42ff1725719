from dataclasses import replace
from types import SimpleNamespace

import pytest

from pytest_aiopt.design.study import load
from pytest_aiopt.errors import DesignError
from pytest_aiopt.model import Feedback

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
    assert {i.split("-")[0] for i in ids[:3]} == {"one"}
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
        ("[models]", "[meter]\nplacements = 6\n[models]", "10 to 48, or 1"),
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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("strem = true", "did you mean 'stream'"),
        ("sead = false", "did you mean 'seed'"),
        ("extras = { top_k = 1 }", "did you mean 'extra'"),
        ("n = 1", "see docs/how-to/studies.md and docs/how-to/models.md"),
        ("budget_s = 1", r"'budget_s' belongs into \[meter\]"),
        ("feedback = 'none'", "belongs into the table of a track"),
    ],
)
def test_a_mistyped_key_of_a_model_suggests_only_keys_of_models(write, text, message):
    with pytest.raises(DesignError, match=message):
        load(write(model(text)))


@pytest.mark.parametrize("key", ["stream", "extra", "alias", "temperature"])
def test_a_key_of_a_model_at_the_top_is_sent_to_its_table(write, key):
    with pytest.raises(DesignError, match=f"'{key}' belongs into the table of a model"):
        load(write(GOOD.replace("iterations = 3", f"iterations = 3\n{key} = 1")))


@pytest.mark.parametrize("key", ["metre_of", "steam", "seat", "exact", "modell_x", "tokens"])
def test_no_far_fetched_suggestion(write, key):
    with pytest.raises(DesignError) as caught:
        load(write(GOOD.replace("iterations = 3", f"iterations = 3\n{key} = 1")))
    assert "did you mean" not in str(caught.value)


def test_another_spec_for_a_role_drops_its_alias(write):
    study = load(write(model('alias = "mine"')))
    assert study.models["local"].shown == "mine"
    assert study.with_models(("local=openai:y",)).models["local"].shown == "openai:y"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DesignError, match=r"no study file .*none.toml"):
        load(tmp_path / "none.toml")


def model(text, spec="openai:x"):
    return GOOD.replace('local = "rewriter-local"\n', "") + f'[models.local]\nspec = "{spec}"\n{text}\n'


@pytest.mark.parametrize(
    ("text", "spec", "message"),
    [
        ("temperature = 3", "openai:x", "temperature must be between"),
        ("temprature = 1", "openai:x", "did you mean 'temperature'"),
        ("max_tokens = 0", "openai:x", "max_tokens"),
        ("context = 100", "openai:x", "context must be larger"),
        ('key_env = "sk-12345678"', "openai:x", "key_env must be a name"),
        ("", "http://me:sk-1@host/v1#m", "no key may stand in a URL"),
        ("temperature = 1", "rewriter-local", "take no settings"),
        ("[budget.cell]\ntokens = 0", "openai:x", "positive"),
        ("[budget.cel]\ntokens = 1", "openai:x", "did you mean 'cell'"),
        ("temperature = true", "openai:x", "or false"),
        ("top_p = true", "openai:x", "or false"),
        ('system = "assistant"', "openai:x", "Invalid enum value 'assistant'"),
        ('max_tokens_name = ""', "openai:x", "name of a field"),
        ("extra = { temperature = 1 }", "openai:x", "extra holds temperature, which the table itself sets"),
        ("extra = { max_completion_tokens = 1 }", "openai:x", "extra holds max_completion_tokens"),
        ('alias = "mine"', "rewriter-local", "take no settings"),
        (
            '[models.other]\nspec = "openai:y"\nalias = "a"\n[models.third]\nspec = "openai:z"\nalias = "a"',
            "openai:x",
            "two models have the alias 'a'",
        ),
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


CONTROLS = f"""default_tracks = ["A", "C"]
{GOOD}
[tracks.Cp]
model = "local"
feedback = "placebo"
[tracks.A1]
model = "local"
feedback = "none"
"""


def test_tracks_are_selected_by_the_file_and_by_name(write):
    study = load(write(CONTROLS))
    assert [track.name for track in study.tracks] == ["A", "C"]
    assert [track.name for track in study.with_tracks(("Cp", "A")).tracks] == ["A", "Cp"]
    assert [track.name for track in study.with_tracks(("all",)).tracks] == ["A", "B", "C", "Cp", "A1"]
    assert study.track("Cp").feedback is Feedback.PLACEBO, "defined, though it has no cells"
    with pytest.raises(DesignError, match=r"unknown track 'E'.*A, B, C, Cp, A1"):
        study.with_tracks(("E",))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('["A", "C"]', '["A", "E"]', "unknown track 'E'"),
        ("[tracks.A1]", '[tracks."A\'"]', "cannot be part of a test id"),
        ("[tracks.A1]", "[tracks.all]", "means every track"),
        ("[models]", "second_stage = [2, 3]\n[models]", "second_stage repeats a seed"),
        (
            "[models]",
            "[contrasts.x]\ntreated = ['Cp']\ncontrol = ['A2']\n[models]",
            "x names.*did you mean 'A'",
        ),
        (
            "[models]",
            "[contrasts.x]\ntreated = ['C']\ncontrol = ['C']\n[models]",
            "some tracks against others",
        ),
        ("[models]", "[contrasts.x]\ntreated = ['C']\n[models]", "control"),
        ("[models]", "[contrasts.x]\nprimry = true\n[models]", "did you mean 'primary'"),
    ],
)
def test_a_bad_track_is_named(write, old, new, message):
    with pytest.raises(DesignError, match=message):
        load(write(CONTROLS.replace(old, new)))


def blocks(study):
    """The tracks of each (seed, task) block, in the order of the grid."""
    found = {}
    for cell in study.grid():
        found.setdefault((cell.seed, cell.task), []).append(cell.track)
    return found


def test_tracks_are_shuffled_within_blocks_alike_whatever_is_selected(write):
    seeds = "seeds = [1, 2, 3, 4, 5, 6, 7, 8]"
    study = load(write(CONTROLS.replace("seeds = [1, 2]", seeds))).with_tracks(("all",))
    every = blocks(study)
    assert list(every) == [(seed, task) for seed in study.seeds for task in study.tasks], "seeds outermost"
    assert all(sorted(order) == ["A", "A1", "B", "C", "Cp"] for order in every.values())
    assert len({tuple(order) for order in every.values()}) > 8, "another order in most blocks"
    some = blocks(study.with_tracks(("A", "Cp", "B")))
    assert some == {
        block: [name for name in order if name in ("A", "Cp", "B")] for block, order in every.items()
    }
    assert blocks(replace(study, order_seed=1)) != every


def test_a_twin_is_drawn_for_a_block_only_where_a_track_shows_the_placebo(write):
    study = load(write(CONTROLS))
    assert study.twin("one", 1, ["w1", "w2"]) == ""
    placebo = study.with_tracks(("A", "Cp"))
    drawn = {placebo.twin(task, seed, ["w1", "w2"]) for task in ("one", "two") for seed in range(8)}
    assert drawn == {"w1", "w2"}
    assert placebo.twin("one", 1, []) == ""


def test_smoke_takes_the_first_task_with_all_tracks_or_all_with_one_of_each_feedback(write):
    study = load(write(GOOD))
    assert study.smoke().tasks == ("one",)
    several = study.smoke_of_tasks(all_tracks=False)
    assert (several.tasks, several.iterations) == (("one", "two"), 1)
    assert sorted(track.feedback for track in several.tracks) == sorted({t.feedback for t in study.tracks})
    assert study.smoke_of_tasks(all_tracks=True).tracks == study.tracks
    assert study.restricted(("all",)).tasks == ("one", "two")


def test_a_second_stage_adds_seeds_and_contrasts_are_read(write):
    text = CONTROLS.replace(
        "[models]", "second_stage = [3]\n[contrasts.x]\ntreated=['C']\ncontrol=['A']\n[models]"
    )
    study = load(write(text))
    assert (study.seeds, study.with_stage(2).seeds) == ((1, 2), (1, 2, 3))
    assert [study.stage_of(seed) for seed in (1, 2, 3)] == [1, 1, 2]
    (contrast,) = study.contrasts
    assert (contrast.name, contrast.treated, contrast.control, contrast.primary) == (
        "x",
        ("C",),
        ("A",),
        False,
    )
    with pytest.raises(DesignError, match="declares 1"):
        load(write(CONTROLS)).with_stage(2)


def posed(study, workloads, seed):
    """The scored workload of a block of a task with these workloads."""
    task = SimpleNamespace(name="one", scorable=workloads, pose=lambda scored, start: (scored, start))
    return study.posed(task, seed)


def test_the_scored_workload_rotates_by_seed_over_all_that_can_be_confirmed(write):
    study = load(write(GOOD.replace("iterations = 3", 'iterations = 3\nscored = "rotate"')))
    drawn = [posed(study, ("w0", "w1", "w2"), seed)[0] for seed in range(1, 7)]
    assert drawn[:3] == drawn[3:]
    assert set(drawn) == {"w0", "w1", "w2"}
    assert posed(study, ("w0",), 5) == ("w0", "program")


def test_without_rotation_each_seed_is_scored_on_the_first_workload(write):
    study = load(write(GOOD.replace("iterations = 3", 'iterations = 3\nstart = "rung:01"')))
    assert {posed(study, ("w0", "w1"), seed) for seed in range(5)} == {("", "rung:01")}


def test_tracks_take_the_edit_budget_of_the_study_or_their_own(write):
    text = GOOD.replace("iterations = 3", "iterations = 3\nedit_budget = 150")
    study = load(write(text.replace("[tracks.B]", "[tracks.B]\nedit_budget = 0")))
    assert [study.track(name).edit_budget for name in "ABC"] == [150, 0, 150]
    assert study.track("A").variant == "edit_budget 150"
    with pytest.raises(DesignError, match="edit_budget = 3; 0 for no limit, or at least 10"):
        load(write(text.replace("150", "3")))
