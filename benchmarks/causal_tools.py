"""What Lull, Coz and a CPU profile say of a ground-truth program of profiler_accuracy.py."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from causal_programs import Effects, Program, Quiet

from pytest_aiopt.profiling import line_table
from pytest_aiopt.profiling.addresses import Image, resolve
from pytest_aiopt.profiling.base import ProfilingFailed
from pytest_aiopt.profiling.causal import Line
from pytest_aiopt.profiling.coz import coz
from pytest_aiopt.profiling.lull import session as lull
from pytest_aiopt.profiling.perf import tool as perf_tool


def _variables(library: Path, plan: Path, output: Path) -> dict[str, str]:
    return {"LD_PRELOAD": str(library), "LULL_PLAN": str(plan), "LULL_OUT": str(output)}


def by_lull(
    program: Program, budget_s: float, folder: Path, seed: int, quiet: Quiet
) -> tuple[Effects, float, float]:
    """Return what Lull predicts, which share of its runs others disturbed, and seconds without the waits."""
    library, started = lull.shared_object(folder), quiet.clock()

    plan, output = folder / "plan", folder / "lull.out"

    def launch(text: str) -> tuple[float, str]:
        plan.write_text(text)
        output.unlink(missing_ok=True)
        quiet.wait()
        before = os.times()
        program.run(environment=_variables(library, plan, output))
        after = os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        return used, output.read_text()

    rows = line_table.read(program.binary, program.source)
    study = lull.Session(rows, program.source, launch, seed, quiet.clock).study(budget_s)
    return effects_of(program, study.lines), study.disturbed / study.made, quiet.clock() - started


def by_coz(program: Program, budget_s: float, folder: Path, quiet: Quiet) -> Effects:
    """Return what Debian's Coz predicts."""
    output = folder / "profile.coz"

    def launch(settings: Mapping[str, str]) -> str:
        quiet.wait()
        output.unlink(missing_ok=True)
        program.run(environment=coz.environment(output, program.source, settings))
        return output.read_text()

    try:
        return effects_of(program, coz.accumulate(launch, budget_s))
    except ProfilingFailed:
        return {}


def by_perf(program: Program, folder: Path) -> Effects:
    """Return what a CPU profile suggests: a line saves its share of the samples."""
    data = folder / "perf.data"
    argv = [
        *perf_tool.record_argv(data, perf_tool.sampling(0.001), 1024),
        str(program.binary),
        str(program.items),
    ]
    subprocess.run(argv, check=True, capture_output=True)
    done = subprocess.run(
        [perf_tool.tool(), "script", "-i", str(data), "-G", "--no-inline", "-F", "ip"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    image = Image(program.binary)
    addresses = [image.address(int(word, 16)) for word in done.stdout.split()]
    sites = resolve(program.binary, {each for each in addresses if each is not None}, program.source)
    names = {number: name for name, number in program.lines.items()}
    shares = dict.fromkeys(program.lines, 0.0)
    for address in addresses:
        site = sites.get(address) if address is not None else None
        if site and site.line in names:
            shares[names[site.line]] += 1 / len(addresses)
    return {(name, level): level * share for name, share in shares.items() for level in lull.LEVELS}


def effects_of(program: Program, lines: Sequence[Line]) -> Effects:
    """Return the effects of the named lines by name."""
    names = {number: name for name, number in program.lines.items()}
    return {
        (names[number], each.at): each.value
        for line in lines
        if (number := int(line.name.rpartition(":")[2])) in names
        for each in line.curve
    }


def sampling_overhead(program: Program, folder: Path, quiet: Quiet, pairs: int) -> float | None:
    """Return by what fraction sampling alone slows a program down; None where all was disturbed."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        plan, output = Path(name) / "plan", Path(name) / "out"
        plan.write_text(lull.plan_text(line_table.read(program.binary, program.source), program.source, []))
        settings = _variables(lull.shared_object(folder), plan, output)
        both = [(quiet(lambda: program.run(environment=settings)), quiet(program.run)) for _ in range(pairs)]
    ratios = [sampled / plain for sampled, plain in both if sampled and plain]
    return statistics.median(ratios) - 1 if ratios else None
