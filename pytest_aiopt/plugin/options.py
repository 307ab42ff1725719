"""The command line and ini options, declared once: CLI > ini > default. Secrets come from the environment."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import pytest

from pytest_aiopt.design.selection import Selection

PATHS = ("study", "tasks-dir", "results", "prices", "replay", "replay-measurements", "report-dir")
"""The options whose value is a path."""

REMOVED = {
    "audit": "aiopt audit",
    "verify": "aiopt verify",
    "register": "aiopt register",
    "register-again": "aiopt register --again",
    "profile": "aiopt task profile",
    "export": "aiopt records export",
    "import": "aiopt records import",
    "serve-local": "aiopt serve-local",
    "check-codebook": "aiopt codebook",
    "power": "aiopt power",
    "baseline": "aiopt baseline",
    "doctor": "aiopt doctor",
    "shrink": "aiopt task shrink",
    "check-tasks": "aiopt task check",
    "new-task": "aiopt task new",
    "freeze": "aiopt task freeze",
    "json": "aiopt COMMAND --json",
}
"""Options of earlier versions that are commands now."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of this session, resolved; relative paths of ini and defaults start at the rootdir."""

    study: Path
    tasks_dir: Path
    results: Path
    iterations: int | None
    tasks: tuple[str, ...]
    tracks: tuple[str, ...]
    stage: int
    smoke: bool
    sanity: bool
    fresh: bool
    unsafe: bool
    sanitize: bool
    replay: Path | None
    replay_measurements: Path | None
    prices: Path
    models: tuple[str, ...]
    budgets: tuple[str, ...]
    scheduler: str | None

    @property
    def selection(self) -> Selection:
        """The part of the study that these options select."""
        return Selection(
            tasks=self.tasks,
            tracks=self.tracks,
            stage=self.stage,
            iterations=self.iterations,
            models=self.models,
            budgets=self.budgets,
            smoke=self.smoke,
            sanity=self.sanity,
        )

    @classmethod
    def from_config(cls, config: pytest.Config) -> Settings:
        """Read the settings of ``config``; raises pytest.UsageError for contradictions."""
        option = config.option
        if option.aiopt_smoke and option.aiopt_sanity:
            raise pytest.UsageError("--aiopt-smoke and --aiopt-sanity are two different runs; choose one")
        if option.aiopt_scheduler and getattr(option, "dist", "no") != "no":
            raise pytest.UsageError("--aiopt-scheduler and -n distribute cells in two ways; choose one")
        iterations = option.aiopt_iterations
        if iterations is not None and iterations < 1:
            raise pytest.UsageError(f"--aiopt-iterations {iterations}: at least 1")
        return cls(
            study=_path(config, option.aiopt_study, "aiopt_study"),
            tasks_dir=_path(config, option.aiopt_tasks_dir, "aiopt_tasks_dir"),
            results=_path(config, option.aiopt_results, "aiopt_results"),
            iterations=iterations,
            tasks=_names(option.aiopt_tasks),
            tracks=_names(option.aiopt_tracks),
            stage=option.aiopt_stage,
            smoke=option.aiopt_smoke,
            sanity=option.aiopt_sanity,
            fresh=option.aiopt_fresh,
            unsafe=option.aiopt_unsafe_no_sandbox,
            sanitize=option.aiopt_sanitize,
            replay=_given(config, option.aiopt_replay),
            replay_measurements=_given(config, option.aiopt_replay_measurements),
            prices=_path(config, option.aiopt_prices, "aiopt_prices"),
            models=tuple(option.aiopt_model or ()),
            budgets=tuple(option.aiopt_budget or ()),
            scheduler=option.aiopt_scheduler,
        )


def _names(value: str | None) -> tuple[str, ...]:
    return tuple(name for name in (value or "").split(",") if name)


def _path(config: pytest.Config, value: str | None, ini: str) -> Path:
    return _given(config, value) or config.rootpath / str(config.getini(ini))


def _given(config: pytest.Config, value: str | None) -> Path | None:
    return None if value is None else config.invocation_params.dir / value


def add(parser: pytest.Parser) -> None:
    """Declare every option and ini key."""
    group = parser.getgroup("aiopt", "LLM-driven optimisation of C++ programs")
    _add_paths(parser, group)
    _add_runs(group)
    _add_cluster(group)
    _add_models(group)
    _add_report(group)
    _add_removed(group)


def _add_paths(parser: pytest.Parser, group: pytest.OptionGroup) -> None:
    for name, default, text in (
        ("study", "experiments/tracks.toml", "Study file: tracks, models, tasks, seeds"),
        ("tasks-dir", "tasks", "Directory of the task folders"),
        ("results", "results", "Directory of journals, noise floors and builds"),
        ("prices", "experiments/prices.toml", "Price table of the models, for budgets and plans in money"),
    ):
        key = f"aiopt_{name.replace('-', '_')}"
        group.addoption(f"--aiopt-{name}", dest=key, metavar="PATH", help=f"{text} (default: {default})")
        parser.addini(key, f"{text}, relative to the rootdir", default=default)


def _add_runs(group: pytest.OptionGroup) -> None:
    group.addoption(
        "--aiopt-iterations", type=int, metavar="N", help="Model calls per cell, instead of the study's"
    )
    group.addoption("--aiopt-tasks", metavar="A,B", help="Only these tasks of the study, or all")
    group.addoption(
        "--aiopt-tracks",
        metavar="A,C",
        help="These tracks of the study instead of its default_tracks, or all that it defines",
    )
    group.addoption(
        "--aiopt-stage",
        type=int,
        default=1,
        metavar="N",
        help="The study's seeds up to its N-th declared stage: 2 adds those of second_stage (default: 1)",
    )
    for name, text in (
        (
            "smoke",
            "One task (or those of --aiopt-tasks), one seed, two iterations, short measurements: for CI",
        ),
        (
            "sanity",
            "Before a costly study: five iterations a model; fails unless a valid mutation changes speed",
        ),
        ("fresh", "Set stored records of the selected cells aside and start again"),
        ("sanitize", "Judge every candidate, not only champions, with sanitizers too: slower"),
        ("unsafe-no-sandbox", "Run candidates where no sandbox layer works"),
    ):
        group.addoption(f"--aiopt-{name}", action="store_true", help=text)
    group.addoption(
        "--aiopt-replay",
        metavar="DIR",
        help="Answer everything from the journals under DIR, without model or compiler; a miss is an error",
    )
    group.addoption(
        "--aiopt-replay-measurements",
        metavar="DIR",
        help="Answer measurements and profiles from the journals under DIR; models are called",
    )


def _add_cluster(group: pytest.OptionGroup) -> None:
    group.addoption(
        "--aiopt-scheduler",
        metavar="ADDRESS",
        help="Run cells on the workers of this Dask scheduler (tcp://HOST:8786); docs/how-to/cluster.md",
    )


def _add_models(group: pytest.OptionGroup) -> None:
    group.addoption(
        "--aiopt-model",
        action="append",
        metavar="ROLE=SPEC",
        help="Another model for a role of the study: openai:NAME or http://HOST/v1#NAME; may be repeated",
    )
    group.addoption(
        "--aiopt-budget",
        action="append",
        metavar="SCOPE.KIND=N",
        help="Change a limit of the study: cell or study . tokens, money or wall_s; may be repeated",
    )


def _add_report(group: pytest.OptionGroup) -> None:
    group.addoption(
        "--aiopt-report",
        nargs="?",
        const="terminal",
        metavar="FORMATS",
        help="Compare the stored cells and run no test: in the terminal (-v: all sections; or name one, "
        "such as pace), or as files (html, md, json, csv, parquet); several separated by commas",
    )
    group.addoption(
        "--aiopt-report-dir",
        metavar="DIR",
        help="Where the report's files go (default: report/ in the study's results)",
    )
    group.addoption(
        "--aiopt-run",
        metavar="GLOB",
        help="Report only studies whose folder matches (default: that of --aiopt-study, else all but "
        "smoke and sanity runs)",
    )


def _add_removed(group: pytest.OptionGroup) -> None:
    for name in REMOVED:
        group.addoption(
            f"--aiopt-{name}", nargs="?", const="", dest=f"removed_{name}", help=argparse.SUPPRESS
        )


def refuse_removed(config: pytest.Config) -> None:
    """Raise pytest.UsageError where an option is given that is a command now."""
    for name, command in REMOVED.items():
        if getattr(config.option, f"removed_{name}") is not None:
            raise pytest.UsageError(
                f"--aiopt-{name} was replaced by the command {command}; see {command} --help"
            )
