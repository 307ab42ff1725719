"""The command line and ini options, declared once: CLI > ini > default. Secrets come from the environment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of this session, resolved; relative paths of ini and defaults start at the rootdir."""

    study: Path
    tasks_dir: Path
    results: Path
    iterations: int | None
    tasks: tuple[str, ...]
    smoke: bool
    sanity: bool
    fresh: bool
    unsafe: bool
    replay: Path | None
    replay_measurements: Path | None

    @classmethod
    def from_config(cls, config: pytest.Config) -> Settings:
        """Read the settings of ``config``; raises pytest.UsageError for contradictions."""
        option = config.option
        if option.aiopt_smoke and option.aiopt_sanity:
            raise pytest.UsageError("--aiopt-smoke and --aiopt-sanity are two different runs; choose one")
        iterations = option.aiopt_iterations
        if iterations is not None and iterations < 1:
            raise pytest.UsageError(f"--aiopt-iterations {iterations}: at least 1")
        return cls(
            study=_path(config, option.aiopt_study, "aiopt_study"),
            tasks_dir=_path(config, option.aiopt_tasks_dir, "aiopt_tasks_dir"),
            results=_path(config, option.aiopt_results, "aiopt_results"),
            iterations=iterations,
            tasks=tuple(name for name in (option.aiopt_tasks or "").split(",") if name),
            smoke=option.aiopt_smoke,
            sanity=option.aiopt_sanity,
            fresh=option.aiopt_fresh,
            unsafe=option.aiopt_unsafe_no_sandbox,
            replay=_given(config, option.aiopt_replay),
            replay_measurements=_given(config, option.aiopt_replay_measurements),
        )


def _path(config: pytest.Config, value: str | None, ini: str) -> Path:
    return _given(config, value) or config.rootpath / str(config.getini(ini))


def _given(config: pytest.Config, value: str | None) -> Path | None:
    return None if value is None else config.invocation_params.dir / value


def add(parser: pytest.Parser) -> None:
    """Declare every option and ini key."""
    group = parser.getgroup("aiopt", "LLM-driven optimisation of C++ programs")
    _add_paths(parser, group)
    _add_runs(group)
    _add_commands(group)


def _add_paths(parser: pytest.Parser, group: pytest.OptionGroup) -> None:
    for name, default, text in (
        ("study", "experiments/tracks.toml", "Study file: tracks, models, tasks, seeds"),
        ("tasks-dir", "tasks", "Directory of the task folders"),
        ("results", "results", "Directory of journals, noise floors and builds"),
    ):
        key = f"aiopt_{name.replace('-', '_')}"
        group.addoption(f"--aiopt-{name}", dest=key, metavar="PATH", help=f"{text} (default: {default})")
        parser.addini(key, f"{text}, relative to the rootdir", default=default)


def _add_runs(group: pytest.OptionGroup) -> None:
    group.addoption(
        "--aiopt-iterations", type=int, metavar="N", help="Model calls a cell, instead of the study's"
    )
    group.addoption("--aiopt-tasks", metavar="A,B", help="Only these tasks of the study")
    for name, text in (
        ("smoke", "One task, one seed, two iterations, short measurements: for CI"),
        (
            "sanity",
            "Before a costly study: five iterations a model; fails unless a valid mutation changes speed",
        ),
        ("fresh", "Set stored records of the selected cells aside and start again"),
        ("unsafe-no-sandbox", "Run candidates where no sandbox layer works"),
    ):
        group.addoption(f"--aiopt-{name}", action="store_true", help=text)
    group.addoption(
        "--aiopt-replay",
        metavar="DIR",
        help="Answer model calls, measurements and profiles from the journals under DIR; a miss is an error",
    )
    group.addoption(
        "--aiopt-replay-measurements",
        metavar="DIR",
        help="Answer measurements and profiles from the journals under DIR; models are called",
    )


def _add_commands(group: pytest.OptionGroup) -> None:
    group.addoption("--aiopt-report", action="store_true", help="Compare the stored cells and run no test")
    group.addoption(
        "--aiopt-audit",
        action="store_true",
        help="Prove from the journals what every prompt held; run no test",
    )
    group.addoption(
        "--aiopt-check-codebook",
        action="store_true",
        help="Hold the rules that class mutations against the labelled corpus of the tasks; run no test",
    )
    group.addoption(
        "--aiopt-power",
        action="store_true",
        help="Simulate the study from the stored cells and print its power by seeds and tasks; run no test",
    )
    group.addoption(
        "--aiopt-baseline",
        action="store_true",
        help="Measure and store the noise floor of every task on this machine, run no test",
    )
    group.addoption(
        "--aiopt-check-tasks",
        nargs="?",
        const="",
        metavar="TASK",
        help="Hold a task (default: all) against the criteria of a fit task; run no test",
    )
    group.addoption(
        "--aiopt-new-task", metavar="NAME", help="Make the folder of a new task from a small one; run no test"
    )
    group.addoption(
        "--aiopt-json", action="store_true", help="End such a command with one JSON object on the last line"
    )
    group.addoption(
        "--aiopt-freeze",
        nargs="?",
        const="",
        metavar="TASK",
        help="Generate and store the correctness corpus of a task (default: of all), run no test",
    )
