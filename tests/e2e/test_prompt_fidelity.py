"""Our selections and prompts against those of OpenEvolve's own code on the same population."""

from __future__ import annotations

import difflib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openevolve.process_parallel as stock
import pytest
from openevolve.config import Config, LLMConfig, LLMModelConfig
from openevolve.prompt.sampler import PromptSampler
from openevolve.prompt.templates import TemplateManager
from openevolve.utils.code_utils import extract_diffs

from pytest_aiopt.errors import AioptError
from pytest_aiopt.model import Candidate, Frame, Prompt
from pytest_aiopt.search.blocks import blocks_of
from pytest_aiopt.search.changes import (
    ABRIDGED,
    OPEN_TEXT_CHANGES,
    REWRITE_TEXT_CHANGES,
    TEXT_CHANGES,
    TextChange,
    setting_changes,
    text_changes,
)
from pytest_aiopt.search.openevolve import Edit, Member, Search, SearchSettings, Selection, apply_reply
from pytest_aiopt.search.prompts import change_texts, make_config

SEED, ITERATIONS = 11, 40
SYSTEM = "Optimise {this}. Fitness is the speedup."
PROGRAM = """\
#include "task.hpp"

// The sum of the n numbers at p; every number counts once, in any order, and the result never overflows as
// the numbers are small. The numbers belong to the caller and stay valid until the function returns. Nothing
// else reads or writes them meanwhile, so the order of the reads is free.
int scan(const int* p, int n) {
    int total = 0;
    for (int i = 0; i < n; ++i) {
        total += p[i];
    }
    return total;
}

// Whether the sum is odd. It is the same as the parity of the number of odd numbers.
bool odd(const int* p, int n) {
    return scan(p, n) % 2 != 0;
}
"""
ARTIFACTS = {
    "runtime_notes": "line | share\n6 | 41.2 % | computePairwiseDistancesWithCutoffSquared",
    "last_failure": "compile_error: 'x' was not declared {in this scope}",
}


class CapturingModel:
    """Keeps the prompts it is sent and answers with nothing usable."""

    def __init__(self) -> None:
        self.model = "capturing"
        self.prompts: list[Prompt] = []

    async def generate_with_context(self, system_message: str, messages: list[dict[str, str]]) -> str:
        self.prompts.append(Prompt(system_message, messages[0]["content"]))
        return "no block"


class InProcess:
    """OpenEvolve's controller and worker in this process; the fake model sees what would be sent."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        for name in ("config", "evaluation_file", "evaluator", "llm_ensemble", "prompt_sampler"):
            monkeypatch.setattr(stock, f"_worker_{name}", None, raising=False)
        self._evaluator = folder / "evaluator.py"
        self._evaluator.write_text("def evaluate(path):\n    return {'combined_score': 1.0}\n")
        self._step = 0
        self.submitted: list[tuple[str, list[str]]] = []
        self._model = CapturingModel()

    def controller(self, search: Search, config: Config) -> SimpleNamespace:
        model = self._model = CapturingModel()
        config.llm = LLMConfig(models=[LLMModelConfig(name="capturing", init_client=lambda _: model)])
        config.evaluator.cascade_evaluation = False
        controller: Any = SimpleNamespace(
            database=search._database, config=config, file_suffix=".cpp", executor=self
        )
        serialised = stock.ProcessParallelController._serialize_config(controller, config)
        stock._close_worker_event_loop()  # which a worker starting anew forgets without closing it
        stock._worker_init(serialised, str(self._evaluator))
        make_snapshot = stock.ProcessParallelController._create_database_snapshot
        controller._create_database_snapshot = lambda: make_snapshot(controller)
        return controller

    def submit(self, _: object, step: int, snapshot: dict[str, Any], parent: str, others: list[str]) -> None:
        """Stand for the process pool."""
        self.submitted.append((parent, others))
        random.seed(repr((SEED, step, "prompt")))
        result = stock._run_iteration_worker(step, snapshot, parent, others)
        assert (
            result.error == "No valid diffs found in response"
            or not stock._worker_config.diff_based_evolution
        )

    def iteration(
        self, search: Search, config: Config, step: int, island: int
    ) -> tuple[str, list[str], Prompt]:
        """Return the parent, the inspirations and the prompt of OpenEvolve's own iteration."""
        controller = self.controller(search, config)
        random.seed(repr((SEED, step, "select")))
        stock.ProcessParallelController._submit_iteration(controller, step, island)
        return (*self.submitted[-1], self._model.prompts[-1])

    def prompt(self, search: Search, config: Config, step: int, selection: Selection) -> Prompt:
        """Return OpenEvolve's prompt for a given selection."""
        controller = self.controller(search, config)
        snapshot = controller._create_database_snapshot() | {"sampling_island": selection.island}
        self.submit(None, step, snapshot, selection.parent.id, list(selection.inspirations))
        return self._model.prompts[-1]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[InProcess]:
    state = random.getstate()
    yield InProcess(monkeypatch, tmp_path)
    random.setstate(state)
    stock._close_worker_event_loop()


def child_of(parent: str, step: int) -> Edit:
    line = next(line for line in parent.split("\n") if "total +=" in line)
    padding = "x" * (step * 5 % 17)
    child = apply_reply(
        parent, f"<<<<<<< SEARCH\n{line}\n=======\n{line} // {padding}{step}\n>>>>>>> REPLACE\n"
    )
    assert isinstance(child, Edit)
    return child


def abridge_openevolves(monkeypatch: pytest.MonkeyPatch, room: int = SearchSettings().program_chars) -> None:
    """Give OpenEvolve's own sampler the arguments that our change of them makes."""
    build = PromptSampler.build_prompt

    def abridged(sampler: PromptSampler, **arguments: Any) -> dict[str, str]:
        return build(sampler, **ABRIDGED.apply(arguments, room))

    monkeypatch.setattr(PromptSampler, "build_prompt", abridged)


def grown_search(
    settings: SearchSettings, steps: int, *, rewrite: bool = False, frame: Frame = Frame.OPENEVOLVE
) -> Search:
    """Return a search with ``steps`` children, ties and declines among them."""
    search = Search(
        system_message=SYSTEM,
        settings=settings,
        seed=SEED,
        iterations=ITERATIONS,
        rewrite=rewrite,
        frame=frame,
    )
    search.start(Candidate(PROGRAM), 1.0)
    for step in range(1, steps + 1):
        selection = search.next_parent(step)
        search.admit(step, selection, child_of(selection.parent_source, step), 0.7 + step * 7 % 11 / 10)
    return search


def write_templates(folder: Path, changes: Sequence[TextChange]) -> str:
    """Write OpenEvolve's templates with ``changes`` applied, as its ``template_dir`` wants them."""
    manager = TemplateManager()
    change_texts(manager, changes)
    folder.mkdir()
    for name, text in manager.templates.items():
        (folder / f"{name}.txt").write_text(text)
    (folder / "fragments.json").write_text(json.dumps(manager.fragments))
    return str(folder)


@pytest.mark.parametrize("frame", Frame)
@pytest.mark.parametrize("islands", [1, 3])
@pytest.mark.parametrize(("top", "diverse"), [(2, 1), (3, 2), (1, 0), (5, 3)])
@pytest.mark.parametrize("grown", [0, 1, 7, 24])
def test_an_iteration_equals_openevolves(
    engine: InProcess,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    islands: int,
    top: int,
    diverse: int,
    grown: int,
    frame: Frame,
) -> None:
    settings = SearchSettings(
        num_islands=islands, num_top_programs=top, num_diverse_programs=diverse, migration_interval=3
    )
    config = make_config(SYSTEM, "cpp", setting_changes(settings, ITERATIONS))
    changes = text_changes(open_frame=frame is Frame.OPEN)
    config.prompt.template_dir = write_templates(tmp_path / "templates", changes)
    search, twin = grown_search(settings, grown, frame=frame), grown_search(settings, grown, frame=frame)
    step, artifacts = grown + 1, ARTIFACTS if grown % 2 else {}

    selection = search.next_parent(step)
    ours = search.prompt(step, selection, artifacts)

    twin._database.store_artifacts(selection.parent.id, artifacts)
    abridge_openevolves(monkeypatch)
    theirs = engine.iteration(twin, config, step, selection.island)
    assert theirs == (selection.parent.id, list(selection.inspirations), ours)


@pytest.mark.parametrize("grown", [0, 7])
def test_an_iteration_that_asks_for_whole_programs_equals_openevolves(
    engine: InProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, grown: int
) -> None:
    settings = SearchSettings()
    config = make_config(SYSTEM, "cpp", setting_changes(settings, ITERATIONS, rewrite=True))
    changes = (*TEXT_CHANGES, *REWRITE_TEXT_CHANGES)
    config.prompt.template_dir = write_templates(tmp_path / "templates", changes)
    search, twin = grown_search(settings, grown, rewrite=True), grown_search(settings, grown, rewrite=True)
    selection = search.next_parent(grown + 1)
    ours = search.prompt(grown + 1, selection, ARTIFACTS)
    twin._database.store_artifacts(selection.parent.id, ARTIFACTS)
    abridge_openevolves(monkeypatch)
    theirs = engine.iteration(twin, config, grown + 1, selection.island)
    assert theirs == (selection.parent.id, list(selection.inspirations), ours)
    assert "Provide the complete new program code." in ours.user


def leaves(section: Any, prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield dotted path and value of every field of a configuration."""
    for field in fields(section):
        value = getattr(section, field.name)
        if is_dataclass(value):
            yield from leaves(value, f"{prefix}{field.name}.")
        else:
            yield prefix + field.name, value


def test_every_setting_that_differs_from_the_shipped_one_is_in_the_table() -> None:
    changes = setting_changes(SearchSettings(), ITERATIONS)
    shipped = dict(leaves(Config(language="cpp")))
    ours = dict(leaves(make_config(SYSTEM, "cpp", changes)))
    differing = {path for path in ours if ours[path] != shipped[path]} - {"prompt.system_message"}
    assert differing == {change.path for change in changes if shipped[change.path] != change.value}
    fixed = [change.path for change in changes if not change.why.startswith("of the study")]
    assert set(fixed) <= differing, "a change of the table that changes nothing"
    assert all(change.why for change in (*changes, *TEXT_CHANGES))


def ledger_scenario() -> tuple[Search, Selection]:
    """Return a population, and a selection, in which every line that we change occurs."""
    shipped = SearchSettings(num_top_programs=3, num_diverse_programs=2, archive_size=100)
    search = Search(
        system_message=SYSTEM,
        settings=shipped,
        seed=SEED,
        iterations=ITERATIONS,
    )
    search.start(Candidate(PROGRAM), 2.0)
    members: list[Member] = [search.best]
    for step, score in enumerate((1.8, 1.9, 1.7, 1.6, 1.5, 1.4), start=1):
        parent = members[0] if step == 1 else members[1]
        child = child_of(parent.candidate.source + "\n// more" * 9 * step, step)
        search.admit(step, Selection(parent, (), 0), child, score)
        members.append(search.programs[-1])
    assert len(search.programs) == 7
    return search, Selection(members[1], (members[6].id,), 0)


SETTINGS_LEDGER = {
    "prompt.artifact_security_filter": [
        "-6 | 41.2 % | <REDACTED_TOKEN>",
        "+6 | 41.2 % | computePairwiseDistancesWithCutoffSquared",
    ],
    "prompt.suggest_simplification_after_chars": [
        "-- Consider simplifying - code length exceeds 500 characters"
    ],
}
"""The lines that a change of a setting removes and adds; the other settings act on the selection alone."""


def rewritten(before: str, change: TextChange, template: str) -> str:
    """Return a rendered prompt with one change made in the rendered text instead of the template."""
    following = template[template.index(change.stock) + len(change.stock) :][:1]
    pattern = re.escape(change.stock)
    line, bullets = r"[^\n]*?", r"(?:\n- [^\n]*)*?"
    pattern = re.sub(r"\\{(\w+)\\}", rf"(?P<\1>{line}{bullets})", pattern)
    end = re.escape(following) if following else r"\n|\Z"
    return re.sub(f"{pattern}(?={end})", lambda match: change.ours.format(**match.groupdict()), before)


def test_prompts_differ_from_the_shipped_ones_by_the_tables_alone(
    engine: InProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    search, selection = ledger_scenario()
    ours = search.prompt(9, selection, ARTIFACTS)
    search._database.store_artifacts(selection.parent.id, ARTIFACTS)
    texts = TemplateManager().templates | TemplateManager().fragments
    settings = setting_changes(SearchSettings(num_top_programs=3, num_diverse_programs=2), ITERATIONS)
    config = make_config(SYSTEM, "cpp", [])
    current = engine.prompt(search, config, 9, selection)

    for count, setting in enumerate(settings, start=1):
        config = make_config(SYSTEM, "cpp", settings[:count])
        changed = engine.prompt(search, config, 9, selection)
        assert line_diff(current.user, changed.user) == SETTINGS_LEDGER.get(setting.path, [])
        current = changed

    changes = (*TEXT_CHANGES, *(text for text in OPEN_TEXT_CHANGES if text.source != "full_rewrite_user"))
    for count, text in enumerate(changes, start=1):
        config.prompt.template_dir = write_templates(tmp_path / f"templates{count}", changes[:count])
        changed = engine.prompt(search, config, 9, selection)
        assert changed.user != current.user, f"the scenario does not show {text}"
        assert changed.user == rewritten(current.user, text, texts[text.source])
        current = changed

    abridge_openevolves(monkeypatch)
    assert engine.prompt(search, config, 9, selection) == ours
    removed = [line for line in line_diff(current.user, ours.user) if line[0] == "-"]
    assert removed
    assert all(line[1:] in ours.user or "Change" in line for line in removed)


def line_diff(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.split("\n"), after.split("\n"))
    return [line[0] + line[2:] for line in lines if line[0] in "+-"]


def test_an_openevolve_with_other_templates_is_refused() -> None:
    manager = TemplateManager()
    manager.templates["diff_user"] = manager.templates["diff_user"].replace("Focus areas", "Hints")
    with pytest.raises(AioptError, match=r"'diff_user' has changed; install openevolve==0.4.1"):
        change_texts(manager)


@pytest.mark.parametrize(
    "lines",
    [
        ["int a;", "=======", "int b;"],
        ["// =======", "int a;", "=======", "// ======= b", "int b;"],
        ['puts("<<<<<<< SEARCH");', "=======", 'puts(">>>>>>> REPLACE");'],
        ["int a;", "// ==========", "=======", ""],
    ],
    ids=["plain", "a rule in a comment", "markers in strings", "a deletion"],
)
def test_markers_are_whole_lines_as_in_openevolve(lines: list[str]) -> None:
    reply = "\n".join(["Faster:", "<<<<<<< SEARCH", *lines, ">>>>>>> REPLACE", "That is all."])
    blocks = blocks_of(reply, lambda text: True)
    assert isinstance(blocks, list)
    ours = [(block.search.rstrip(), block.replace.rstrip()) for block in blocks]
    assert ours == extract_diffs(reply)


def test_every_island_sends_its_own_best_program_to_the_others() -> None:
    settings = SearchSettings(num_islands=3, migration_interval=3, migration_rate=0.1)
    search = Search(system_message=SYSTEM, settings=settings, seed=SEED, iterations=ITERATIONS)
    search.start(Candidate(PROGRAM), 1.0)
    for step in range(1, 10):
        selection = search.next_parent(step)
        search.admit(step, selection, child_of(selection.parent_source, step), 2.0 - step / 10)
    programs = search._database.programs
    migrants = [program for program in programs.values() if program.metadata.get("migrant")]
    assert {programs[str(migrant.parent_id)].metadata["island"] for migrant in migrants} == {0, 1, 2}
