"""A campaign whose every second reply is a hostile program takes all of its steps, over two sessions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pytest_aiopt.campaign.run import run
from pytest_aiopt.design.study import load
from pytest_aiopt.errors import ModelError
from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.journal.events import AnyEvent, Built, Edited, Finished, Judged, Measured, read
from pytest_aiopt.model import Completion, Prompt, Status
from pytest_aiopt.tasks import loader
from pytest_aiopt.testing import ScriptedModel

pytestmark = [pytest.mark.needs("g++"), pytest.mark.needs("bwrap"), pytest.mark.timeout(300)]
REDTEAM = Path(__file__).parents[1] / "redteam"
HOSTILE = (
    "compiling/claims_a_full_disk",
    "stalling/spins_then_deadlocks",
    "profiling/output_is_a_pipe",
    "states/number_of_a_file",
)
STUDY = """
name = "hostile"
tasks = ["running"]
seeds = [1]
iterations = {iterations}
profilers = ["counters"]
[models]
script = "rewriter-local"
[tracks.A]
model = "script"
feedback = "none"
edit_format = "rewrite"
[search]
max_growth = 1000
[meter]
budget_s = 0.2
confirm_s = 0.2
placements = 1
floor_evaluations = 1
"""


def replies() -> list[str]:
    honest = (REDTEAM / "tasks/running/program.cpp").read_text()
    found = []
    for number, name in enumerate(HOSTILE):
        found.append((REDTEAM / f"programs/{name}.cpp").read_text())
        found.append(
            honest.replace("sum += worth(numbers[i]);", f"sum += worth(numbers[i]) + {number} - {number};")
        )
    return [f"```cpp\n{source}```" for source in found]


class Stops(ScriptedModel):
    """Answers some calls, then its endpoint is gone."""

    def __init__(self, texts: list[str], answered: int) -> None:
        super().__init__(texts)
        self.answered = answered

    def complete(self, prompt: Prompt, *, seed: int) -> Completion:
        if self.calls == self.answered:
            raise ModelError("the endpoint is gone", "start it again")
        return super().complete(prompt, seed=seed)


def test_it_takes_all_its_steps_in_two_sessions(tmp_path: Path) -> None:
    shutil.copytree(REDTEAM / "tasks" / "running", tmp_path / "tasks" / "running")
    settings = tmp_path / "tasks" / "running" / "task.toml"
    settings.write_text(settings.read_text().replace("[limits]", "[limits]\nwall_s = 0.5\nthreads = 4"))
    corpus.freeze(loader.load(tmp_path / "tasks", "running"), cases=20)
    study, texts = tmp_path / "study.toml", replies()
    study.write_text(STUDY.format(iterations=len(texts)))

    def session(model: ScriptedModel) -> list[AnyEvent]:
        run(load(study), tasks_dir=tmp_path / "tasks", results=tmp_path / "results", model=model)
        return read(next((tmp_path / "results").rglob("journal.jsonl")))

    with pytest.raises(ModelError, match="endpoint is gone"):
        session(Stops(texts, answered=5))
    events = session(ScriptedModel(texts[5:]))
    assert isinstance(events[-1], Finished)
    assert sum(isinstance(each, Edited) and each.candidate is not None for each in events) == len(texts)
    assert any(isinstance(each, Built) and not each.ok for each in events)
    ends = {each.verdict.status for each in events if isinstance(each, Judged | Measured) and each.verdict}
    assert {Status.TIMEOUT, Status.PASSED} <= ends
