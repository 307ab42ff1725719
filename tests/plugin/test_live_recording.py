"""A recorded study of a strong language model behind an endpoint replays; its prompts held all rules."""

import tarfile
from pathlib import Path

import pytest

from pytest_aiopt.cli.main import main
from pytest_aiopt.journal.events import Edited, Proposed, read
from pytest_aiopt.model import EditReason

RECORDING = Path(__file__).parents[2] / "results" / "live.tar.xz"
CALLS, PER_CELL = 186, 6


@pytest.fixture
def published(pytester):
    """The recording, unpacked."""
    with tarfile.open(RECORDING) as archive:
        archive.extractall(pytester.path / "published", filter="data")
    return pytester.path / "published"


def journals(folder):
    return {path.parent.relative_to(folder): read(path) for path in folder.rglob("journal.jsonl")}


def prompts(events):
    return [(e.prompt.system, e.prompt.user) for e in events if isinstance(e, Proposed)]


def test_it_replays_with_the_same_prompts(pytester, published):
    result = pytester.runpytest_inprocess(
        *("-p", "no:benchmark", "published", "-k", "not (text_fields and track_Dp and seed_1)"),  # never run
        *("--aiopt-replay", "published/journals", "--aiopt-results", "again"),
    )
    result.assert_outcomes(passed=CALLS // PER_CELL)
    again = journals(pytester.path / "again" / "live")
    recorded = journals(published / "journals" / "live")
    assert again.keys() == recorded.keys()
    for cell, events in recorded.items():
        assert len(prompts(events)) == PER_CELL
        assert prompts(again[cell]) == prompts(events)


def test_every_reply_was_read_and_every_refusal_is_of_a_rule_in_the_prompt(published):
    budget = "new tokens"
    for events in journals(published / "journals").values():
        texts = {
            e.step: "\n".join((e.prompt.system, e.prompt.user)) for e in events if isinstance(e, Proposed)
        }
        for edited in (e for e in events if isinstance(e, Edited) and e.candidate is None):
            assert edited.reason is EditReason.RULE
            assert edited.rule == "edit_budget"
            assert budget in texts[edited.step]


def test_its_prompts_hold_what_their_tracks_say(pytester, published, capsys):
    results = pytester.path / "results"
    assert main(["records", "import", str(RECORDING), "--results", str(results)]) == 0
    where = ["--study", str(published / "study.toml"), "--tasks-dir", str(published / "tasks")]
    capsys.readouterr()
    assert main(["audit", "--results", str(results), *where]) == 0
    said = capsys.readouterr().out
    assert said.count(": ok") == CALLS // PER_CELL
    assert said.count("6 prompts, 6 treated") == 15
    assert said.count("6 prompts, 0 treated") == 16
    assert said.count("hint workload, 6 hinted") == 8
