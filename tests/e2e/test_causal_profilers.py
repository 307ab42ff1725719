"""Lull and Coz on programs whose causal effects are known by construction; the figures are in benchmarks/."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pytest_aiopt.evaluation.build.recipe import PROFILED_FLAGS
from pytest_aiopt.evaluation.sandbox import wire
from pytest_aiopt.evaluation.sandbox.sandbox import Sandbox
from pytest_aiopt.evaluation.sandbox.trusted import NATIVE
from pytest_aiopt.model import Build, ItemKind, Limits, ProfileState
from pytest_aiopt.profiling import line_table
from pytest_aiopt.profiling.base import ProfilingFailed, Subject
from pytest_aiopt.profiling.causal import Line
from pytest_aiopt.profiling.coz import coz, coz_file
from pytest_aiopt.profiling.lull import session as lull
from pytest_aiopt.profiling.lull.profiler import VirtualSpeedup

pytestmark = [
    pytest.mark.needs("g++"),
]

PROGRAMS = Path(__file__).parents[1] / "data" / "causal"
MARK = re.compile(r"// ([A-Z_]+)$")


@dataclass(frozen=True)
class Program:
    """A compiled ground-truth program, under the name that candidates have."""

    binary: Path
    lines: Mapping[str, int]

    def run(self, items: int, environment: Mapping[str, str]) -> str:
        argv, variables = [str(self.binary), str(items)], {**os.environ, **environment}
        done = subprocess.run(argv, env=variables, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    def compile_program(name: str) -> Program:
        folder = tmp_path_factory.mktemp(name)
        text = (PROGRAMS / f"{name}.cpp").read_text()
        (folder / "program.cpp").write_text(text)
        flags = ["-std=c++20", "-O2", "-g1", "-no-pie", "-fno-pie", *PROFILED_FLAGS]
        paths = ["-I", str(PROGRAMS), "-I", str(NATIVE)]
        command = ["g++", *flags, *paths, "program.cpp", "-o", "program", "-lpthread"]
        subprocess.run(command, cwd=folder, check=True)
        folder.chmod(0o755)
        marks = ((number, MARK.search(line)) for number, line in enumerate(text.splitlines(), 1))
        return Program(folder / "program", {mark[1]: number for number, mark in marks if mark})

    return compile_program


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return lull.shared_object(tmp_path_factory.mktemp("lull"))


@pytest.fixture
def session(library, tmp_path):
    def make(program: Program, items: int) -> lull.Session:
        plan, output = tmp_path / "plan", tmp_path / "lull.out"

        def launch(text: str) -> tuple[float, str]:
            plan.write_text(text)
            output.unlink(missing_ok=True)
            before = os.times()
            program.run(items, {"LD_PRELOAD": str(library), "LULL_PLAN": str(plan), "LULL_OUT": str(output)})
            after = os.times()
            written = output.read_text() if output.exists() else ""
            return after[2] + after[3] - before[2] - before[3], written

        return lull.Session(line_table.read(program.binary), "program.cpp", launch)

    return make


@pytest.fixture
def subject(tmp_path):
    sandbox = Sandbox.probe(tmp_path, allow_unsafe=True)
    requests = wire.sealed_file(wire.encode_requests([b"x"]))

    def make(program: Program | None, threads: int = 4) -> Subject:
        build = Build("key", "candidate", str(program.binary) if program else None, "sha")
        limits = Limits(cpu_s=10, memory_mb=1024, threads=threads)
        return Subject(build, requests, "workload", limits, sandbox, (lambda: build) if program else None)

    yield make
    os.close(requests)


def linked_statically(name: str, folder: Path) -> Path:
    """Return a program as it is timed."""
    command = ["g++", "-O2", "-static", "-I", str(NATIVE), str(PROGRAMS / f"{name}.cpp")]
    subprocess.run([*command, "-o", str(folder / "static"), "-lpthread"], check=True, capture_output=True)
    return folder / "static"


def effects(program: Program, lines: tuple[Line, ...] | list[Line], level: float) -> dict[str, float]:
    names = {number: name for name, number in program.lines.items()}
    return {
        names[number]: each.value
        for line in lines
        if (number := int(line.name.rpartition(":")[2])) in names
        for each in line.curve
        if each.at == level
    }


def undisturbed(study: Callable[[], lull.Study]) -> lull.Study:
    """Repeat a study while most of its runs had to share the machine; skip the test where they always do."""
    for _ in range(4):
        found = study()
        if found.disturbed <= len(found.runs) // 2:
            return found
    pytest.skip("other work on this machine disturbed most runs of the experiments")


def test_no_wrapped_call_changes_what_it_returns(compiled, library, tmp_path):
    program = compiled("calls")
    steps = [lull.Step(program.lines["BURN"], 750)]
    (tmp_path / "plan").write_text(
        lull.plan_text(line_table.read(program.binary), "program.cpp", steps, end_to_end=True)
    )
    environment = {"LULL_PLAN": str(tmp_path / "plan"), "LULL_OUT": str(tmp_path / "out")}
    assert program.run(1, {"LD_PRELOAD": str(library), **environment}).endswith("ok\n")
    (run,) = coz_file.parse((tmp_path / "out").read_text())
    assert run.experiments[0].delay_ns > 0  # there were pauses


def test_a_line_that_blocks_has_the_effect_it_really_has(compiled, session):
    # STORE blocks 4 ms for each item, PREPARE computes 1 ms beside it: STORE decides, in proportion
    program = compiled("pipeline")
    study = undisturbed(lambda: session(program, 100).study(3.0))
    effect_of = effects(program, study.lines, 0.5)
    assert effect_of["STORE"] > 0.2 + abs(effect_of.get("PREPARE", 0.0))
    assert program.lines["STORE"] in study.samples


def test_one_thread_gains_in_proportion(compiled, session):
    program = compiled("serial")
    study = undisturbed(lambda: session(program, 600).study(3.0))
    effect_of = effects(program, study.lines, 0.5)
    assert effect_of["MOST"] > effect_of["REST"] > -0.1
    assert 0.1 < effect_of["MOST"] < 0.6


def test_waits_by_means_of_cpp20_are_seen(compiled, session):
    # they reach the kernel by libc's syscall(), which Lull stands in for
    program = compiled("atomics")
    study = undisturbed(lambda: session(program, 400).study(4.0))
    effect_of = effects(program, study.lines, 0.25)
    assert effect_of["LONG"] > abs(effect_of["SHORT"])


def test_more_threads_than_processors(compiled, session):
    program = compiled("crowd")
    study = undisturbed(lambda: session(program, 900).study(4.0))
    effect_of = effects(program, study.lines, 0.5)
    assert effect_of["TWO_THIRDS"] > 0
    assert effect_of["TWO_THIRDS"] > effect_of["ONE_THIRD"] - 0.1


def test_without_counters_lines_are_sampled_by_a_thread_which_is_on_record(compiled, library, tmp_path):
    program = compiled("crowd")
    rows = line_table.read(program.binary)
    (tmp_path / "plan").write_text(lull.plan_text(rows, "program.cpp", [], paced=True))
    environment = {"LULL_PLAN": str(tmp_path / "plan"), "LULL_OUT": str(tmp_path / "out")}
    program.run(600, {"LD_PRELOAD": str(library), **environment})
    (run,) = coz_file.parse((tmp_path / "out").read_text())
    assert run.paced == 7
    most, rest = (run.samples[f"program.cpp:{program.lines[name]}"] for name in ("TWO_THIRDS", "ONE_THIRD"))
    assert most > rest


def test_short_runs_are_experiments_as_a_whole(compiled, session):
    program = compiled("serial")
    study = undisturbed(lambda: session(program, 30).study(3.0))
    assert {point for run in study.runs for each in run.experiments for point in each.visits} == {
        lull.END_TO_END
    }
    assert effects(program, study.lines, 0.5)["MOST"] > 0


def test_end_to_end_confirmation(compiled, session):
    program = compiled("pipeline")
    effect = session(program, 30).end_to_end(program.lines["STORE"])
    assert effect is not None
    assert effect.at == lull.CONFIRMED
    assert effect.samples >= lull.LEAST_REPEATS
    assert effect.value > 0.3  # PREPARE takes a quarter of the time and remains


def test_a_confirmation_that_takes_too_long_is_left_out(compiled, session):
    assert session(compiled("pipeline"), 60).end_to_end(1, budget_s=0.5) is None


def test_lull_profiles_a_candidate_in_the_sandbox(compiled, subject):
    program = compiled("pipeline")
    profile = VirtualSpeedup(3.0).profile(subject(program))
    assert profile.state is ProfileState.TAKEN, profile.detail
    top = profile.items[0]
    assert (top.line, top.kind) == (program.lines["STORE"], ItemKind.CAUSAL)
    assert top.low <= top.value <= top.high
    assert top.value > 0.3
    assert top.curve[-1].at == lull.CONFIRMED
    assert re.fullmatch(rf"line {top.line} at 90%: by \d+ whole runs", profile.detail)


def test_lull_judges_no_run_that_is_mostly_its_own_work(compiled, subject):
    program = compiled("brief")
    static = linked_statically("brief", program.binary.parent)
    timed = Build("key", "candidate", str(static), "sha")
    asked = replace(subject(program, threads=7), build=timed)
    profile = VirtualSpeedup(1.5, (program.lines["MOST"],)).profile(asked)
    assert (profile.state, profile.items) == (ProfileState.FAILED, ())
    assert "ms on Lull's clock" in profile.detail


def test_lull_leaves_a_single_thread_to_other_profilers(compiled, subject):
    profile = VirtualSpeedup().profile(subject(compiled("serial"), threads=1))
    assert profile.state is ProfileState.UNAVAILABLE
    assert "one thread" in profile.detail


def test_without_source_there_is_no_causal_profile(subject, compiled):
    made = subject(compiled("serial"))
    without = Subject(made.build, made.requests, "workload", made.limits, made.sandbox)
    profile = VirtualSpeedup().profile(without)
    assert profile.state is ProfileState.FAILED
    assert "no source" in profile.detail


def test_a_static_program_is_refused_in_one_line(compiled, session, tmp_path):
    program = compiled("serial")
    static = linked_statically("serial", tmp_path)
    with pytest.raises(ProfilingFailed, match="static"):
        session(Program(static, program.lines), 10).study(1.0)


@pytest.mark.needs("coz")
def test_coz_writes_what_we_read(compiled, tmp_path):
    program = compiled("serial")
    output = tmp_path / "profile.coz"

    def launch(settings: Mapping[str, str]) -> str:
        output.unlink(missing_ok=True)
        program.run(150, coz.environment(output, "program.cpp", settings))
        return output.read_text()

    lines = coz.accumulate(launch, 8.0)  # which of them Coz has enough experiments for is chance
    assert {int(line.name.rpartition(":")[2]) for line in lines} & set(program.lines.values())


@pytest.mark.needs("coz")
def test_coz_may_sample_in_the_sandbox(compiled, subject):
    profile = coz.Coz(5.0).profile(subject(compiled("barrier")))
    assert profile.state is ProfileState.TAKEN or "no effect that is certain" in profile.detail
