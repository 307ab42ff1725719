"""Real instruments on the small task ``add_up``; builds are shared by the whole session."""

import importlib.util
import shutil
import sys
from pathlib import Path

import pytest

from pytest_aiopt.campaign.bench import Bench
from pytest_aiopt.design.study_file import MeterSpec
from pytest_aiopt.evaluation.build.toolchain import Toolchain
from pytest_aiopt.evaluation.gate import corpus
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.journal.store import Store
from pytest_aiopt.tasks import loader

TASKS = Path(__file__).parents[1] / "data" / "tasks"

# Shared with benchmarks/blocked_samples.py; test modules are imported on their own (importlib mode).
_spec = importlib.util.spec_from_file_location("ground_truth", Path(__file__).parents[1] / "ground_truth.py")
sys.modules["ground_truth"] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sys.modules["ground_truth"])


@pytest.fixture(scope="session")
def bench(tmp_path_factory):
    root = tmp_path_factory.mktemp("bench")
    shutil.copytree(TASKS / "add_up", root / "tasks" / "add_up")
    task = loader.load(root / "tasks", "add_up")
    corpus.freeze(task, cases=100)
    sandbox = Sandbox.probe(root / "cache", allow_unsafe=True)
    return Bench(
        task,
        toolchain=Toolchain(cache=root / "cache" / "builds", sandbox=sandbox),
        sandbox=sandbox,
        meter=MeterSpec(budget_s=0.5, confirm_s=0.5, floor_evaluations=3),
        store=Store(root / "results"),
    )
