"""A small project for pytester: two tasks, four tracks, fake instruments and a scripted model."""

import contextlib
import io
import shutil
import sys
import textwrap
from pathlib import Path

# Sessions run in this process; what they import must outlive them (numpy cannot be imported twice).
import matplotlib.backends.backend_pdf
import matplotlib.figure  # noqa: F401
import pytest

import pytest_aiopt.campaign.laboratory
import pytest_aiopt.models.openai_compatible
import pytest_aiopt.report.text.terminal
import pytest_aiopt.search.openevolve
import pytest_aiopt.verify.verification  # noqa: F401
from pytest_aiopt.cli.main import main

sys.path.append(str(Path(__file__).parent))  # for machine.py and tampering.py

STUDY = """
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
[tracks.D]
model = "strong"
feedback = "profile"
"""
TASK = """
title = "Double"
entry = "twice"
prompt = "Doubles numbers."
[[workloads]]
name = "w0"
split = "visible"
[[workloads]]
name = "h0"
split = "held_out"
[criteria]
self_contained = "yes"
fast_evaluation = "yes"
non_obvious = "yes"
rich = "yes"
not_circular = "yes"
"""
INPUTS = """
import numpy as np
from hypothesis import strategies as st

def cases():
    return st.binary(max_size=64)

def workload(rng: np.random.Generator):
    return [rng.bytes(64)]
"""
REFERENCE = """
def solve(request):
    return request + request
"""
FAKES = """
import pytest
from pytest_aiopt import testing

def reply(prompt, seed):
    first = testing.current_program(prompt).splitlines()[0]
    return testing.replace_line(first, f"int f{seed}() {{ return {seed}; }}")

def pytest_aiopt_make_model(spec):
    return testing.ScriptedModel(reply, spec.spec)

@pytest.fixture
def aiopt_instruments():
    return testing.FakeInstruments()
"""
TEST = """
def test_cell(campaign):
    assert campaign.run().finished
"""


class Project:
    """Files of a study in a pytester directory; ``run`` runs pytest on its experiments."""

    def __init__(self, pytester):
        self.pytester = pytester
        self.path = pytester.path
        self.laboratory = None
        self.write("pytest.ini", "[pytest]\n")
        self.write("experiments/tracks.toml", STUDY)
        self.write("experiments/test_tracks.py", TEST)
        self.write("experiments/conftest.py", FAKES)
        for name in ("one", "two"):
            self.write(f"tasks/{name}/task.toml", TASK)
            self.write(f"tasks/{name}/program.cpp", "int first() { return 1; }\nint second() { return 2; }\n")
            self.write(f"tasks/{name}/task.hpp", 'extern "C" int twice(int);\n')
            self.write(f"tasks/{name}/driver.cpp", "\n")
            self.write(f"tasks/{name}/inputs.py", INPUTS)
            self.write(f"tasks/{name}/reference.py", REFERENCE)

    def write(self, name, text):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return path

    def run(self, *args, where="experiments"):
        quick = ("-p", "no:hypothesispytest", "-p", "no:benchmark", "-p", "no:timeout")
        return self.pytester.runpytest_inprocess(*quick, *([where] if where else []), *args)

    def aiopt(self, *args):
        """Run the command ``aiopt`` in this process, with ``laboratory`` in place of Laboratory."""
        written, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(written), contextlib.redirect_stderr(errors):
            code = main(args, make_laboratory=self.laboratory)
        return pytest.RunResult(
            code, written.getvalue().splitlines(), errors.getvalue().splitlines(), duration=0
        )

    def journals(self, results="results"):
        return sorted((self.path / results).rglob("journal.jsonl"))


@pytest.fixture
def project(pytester):
    return Project(pytester)


@pytest.fixture(scope="module")
def browser():
    """Chromium, driven by Playwright."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield opened
        opened.close()
