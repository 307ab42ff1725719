from __future__ import annotations

import importlib.util
import itertools
import logging
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import numpy as np
import pytest

from pytest_aiopt.model import Candidate
from pytest_aiopt.search.openevolve import Edit, Search, SearchSettings, apply_reply

SCRIPT = Path(__file__).with_name("campaigns.py")
_spec = importlib.util.spec_from_file_location("aiopt_search_campaigns", SCRIPT)
assert _spec is not None
assert _spec.loader is not None
campaigns = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(campaigns)


def digest_of(islands: int, steps: int = 60, **options: object) -> str:
    search = campaigns.make_search(islands)
    return str(campaigns.digest(campaigns.run(search, steps, **options), search))


@pytest.mark.parametrize("islands", [1, 3])
def test_processes_with_any_hash_seed_agree(islands: int) -> None:
    def start(hash_seed: str) -> subprocess.Popen[str]:
        environment = os.environ | {"PYTHONHASHSEED": hash_seed}
        command = [sys.executable, "-W", "error", str(SCRIPT), str(islands), "60"]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True)

    outputs = [process.communicate(timeout=120) for process in [start("0"), start("1"), start("random")]]
    assert {error for _, error in outputs} == {""}, "the engine must not print or log"
    assert {out.strip() for out, _ in outputs} == {digest_of(islands)}


@pytest.mark.parametrize("islands", [1, 3])
def test_global_generators_neither_matter_nor_move(islands: int) -> None:
    expected = digest_of(islands)
    random.seed(99)
    np.random.seed(99)
    states = []

    def reseed() -> None:
        states.append((random.getstate(), np.random.get_state()[2]))

    assert digest_of(islands, between=reseed) == expected
    assert all(state == states[0] for state in states)
    assert digest_of(islands, between=lambda: random.seed(5)) == expected


def test_searches_in_threads_do_not_disturb_each_other() -> None:
    expected = {islands: digest_of(islands, 30) for islands in (1, 2, 3)}
    found: dict[int, str] = {}
    stop = threading.Event()

    def noise() -> None:
        while not stop.wait(0.0005):
            random.random()

    def work(islands: int) -> None:
        found[islands] = digest_of(islands, 30)

    background = threading.Thread(target=noise)
    background.start()
    workers = [threading.Thread(target=work, args=(islands,)) for islands in expected]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    stop.set()
    background.join(10)
    assert found == expected


def test_the_clock_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = digest_of(3)
    backwards = itertools.count(0, -1)
    monkeypatch.setattr(time, "time", lambda: float(next(backwards)))
    assert digest_of(3) == expected


def test_seeds_differ() -> None:
    first, second = (
        [prompt for _, prompt in campaigns.run(campaigns.make_search(seed=seed), 20)] for seed in (1, 2)
    )
    assert first != second


def test_the_host_process_is_left_alone(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    root = logging.getLogger()
    before = (root.level, list(root.handlers), signal.getsignal(signal.SIGINT), uuid.uuid4, random.random)
    digest_of(3, 20)
    after = (root.level, list(root.handlers), signal.getsignal(signal.SIGINT), uuid.uuid4, random.random)
    assert after == before
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_other_users_of_openevolve_still_draw_from_the_global_generator() -> None:
    import openevolve.database

    random.seed(4)
    expected = random.random()
    random.seed(4)
    assert openevolve.database.random.random() == expected
    assert openevolve.database.uuid.uuid4() != openevolve.database.uuid.uuid4()


def test_replaying_a_prefix_leads_to_the_same_continuation() -> None:
    whole = list(campaigns.run(campaigns.make_search(3), 40))
    assert list(campaigns.run(campaigns.make_search(3), 25)) == whole[:25]


@pytest.mark.parametrize("islands", [1, 3])
def test_nothing_is_evicted_and_the_best_is_kept(islands: int) -> None:
    search = campaigns.make_search(islands)
    best = 1.0
    for selection, _ in campaigns.run(search, 80):
        best = max(best, *(member.score for member in search.programs))
        assert search.best.score == best
        assert selection.parent.candidate.sha == Candidate(selection.parent_source).sha
    assert {member.island for member in search.programs} == set(range(islands))
    migrants = [member for member in search.programs if not re.match(r"\d{5}-", member.id)]
    assert bool(migrants) == (islands > 1)
    generations = {member.id: member.generation for member in search.programs}
    assert max(generations.values()) > 1


def test_islands_take_turns() -> None:
    seen = [selection.island for selection, _ in campaigns.run(campaigns.make_search(3), 9)]
    assert seen == [1, 2, 0] * 3


def test_the_prompt_of_the_first_step_holds_the_program_the_message_and_the_artifacts() -> None:
    search = campaigns.make_search()
    selection = search.next_parent(1)
    prompt = search.prompt(1, selection, {"runtime_notes": "{57} | hot_line()"})
    assert prompt.system == "Make it {fast}."
    assert f"# Current Program\n```cpp\n{campaigns.PROGRAM}" in prompt.user
    assert "### runtime_notes\n```\n{57} | hot_line()\n```" in prompt.user
    assert "runtime_notes" not in search.prompt(1, selection, {}).user


def test_long_names_in_artifacts_survive() -> None:
    name = "std::vector<computePairwiseDistancesWithCutoffSquaredAndMore>::push_back password=1"
    search = campaigns.make_search()
    assert name in search.prompt(1, search.next_parent(1), {"runtime_notes": name}).user


def test_the_score_is_the_only_metric_shown() -> None:
    for _, prompt in campaigns.run(campaigns.make_search(), 20):
        metrics = [line for line in prompt.user.splitlines() if line.startswith("- Metrics:")]
        assert metrics
        for line in metrics:
            assert line.split(": ", 1)[1].startswith("combined_score: ")
            assert "," not in line


def test_the_prompt_is_at_most_six_times_the_program() -> None:
    ratios = [
        len(prompt.user) / len(selection.parent_source)
        for selection, prompt in campaigns.run(campaigns.make_search(), 60)
    ]
    assert statistics.median(ratios) < 6


def test_a_child_without_a_summary_is_admitted() -> None:
    search = campaigns.make_search()
    selection = search.next_parent(1)
    search.admit(1, selection, Candidate(campaigns.PROGRAM + "// more\n"), 1.25)
    assert search.best.score == 1.25
    assert "- Changes: Score before: 1.0000. Change:" in search.prompt(2, search.next_parent(2), {}).user


@pytest.mark.parametrize("score", [float("nan"), float("inf"), 0.0, -0.5])
def test_a_score_that_would_break_the_selection_is_refused(score: float) -> None:
    search = campaigns.make_search()
    selection = search.next_parent(1)
    with pytest.raises(ValueError, match="finite and positive"):
        search.admit(1, selection, Candidate("int x;"), score)
    assert len(search.programs) == 1


def test_next_parent_before_start() -> None:
    search = Search(system_message="", settings=SearchSettings(), seed=1, iterations=1)
    with pytest.raises(ValueError, match="before start"):
        search.next_parent(1)


@pytest.mark.parametrize("step", [0, 301])
def test_steps_count_from_one_to_iterations(step: int) -> None:
    with pytest.raises(ValueError, match=f"step {step} of a search of 300 steps"):
        campaigns.make_search(iterations=300).next_parent(step)


def test_cost_of_a_step_with_300_programs() -> None:
    search = campaigns.make_search()
    costs = []
    for step in range(1, 301):
        began = time.process_time()
        selection = search.next_parent(step)
        prompt = search.prompt(step, selection, {"runtime_notes": "x" * 1200})
        edit = apply_reply(selection.parent_source, campaigns.reply_to(prompt, selection.parent_source))
        assert isinstance(edit, Edit)
        search.admit(step, selection, edit, campaigns.score_of(edit.source))
        costs.append(time.process_time() - began)
    assert statistics.median(costs[-50:]) < 0.050
