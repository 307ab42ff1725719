"""Build prompts with OpenEvolve's PromptSampler, from our settings and templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

from openevolve.config import Config
from openevolve.database import Program, ProgramDatabase
from openevolve.prompt.sampler import PromptSampler
from openevolve.prompt.templates import TemplateManager

from pytest_aiopt.errors import AioptError
from pytest_aiopt.model import Prompt
from pytest_aiopt.search.changes import ABRIDGED, TEXT_CHANGES, SettingChange, TextChange, text_changes

SCORE = "combined_score"
"""The only metric a program has; OpenEvolve prints every metric it knows of into the prompts."""


def make_config(system_message: str, language: str, changes: Sequence[SettingChange]) -> Config:
    """Return OpenEvolve's defaults with ``changes`` applied."""
    config = Config(language=language)
    config.prompt.system_message = system_message
    for change in changes:
        *parents, name = change.path.split(".")
        section = attrgetter(".".join(parents))(config) if parents else config
        if not hasattr(section, name):
            raise AioptError(f"OpenEvolve has no setting {change.path}", "install openevolve==0.4.1")
        setattr(section, name, change.value)
    return config


def change_texts(manager: TemplateManager, changes: Sequence[TextChange] = TEXT_CHANGES) -> None:
    """Replace the passages of ``changes`` in the templates and fragments of ``manager``."""
    for change in changes:
        texts = manager.templates if change.source in manager.templates else manager.fragments
        if texts.get(change.source, "").count(change.stock) != 1:
            problem = f"OpenEvolve's prompt text {change.source!r} has changed"
            raise AioptError(problem, "install openevolve==0.4.1")
        texts[change.source] = texts[change.source].replace(change.stock, change.ours)


class Prompter:
    """Shows a parent with its artifacts, the best programs of its island and the inspirations.

    ``room``: characters of all programs of a prompt together. ``open_frame``: see ``changes``.
    """

    def __init__(self, config: Config, *, room: int, open_frame: bool) -> None:
        self._config = config
        self._room = room
        self._sampler = PromptSampler(config.prompt)
        change_texts(self._sampler.template_manager, text_changes(open_frame=open_frame))

    def build(
        self,
        database: ProgramDatabase,
        parent: Program,
        inspirations: Sequence[Program],
        step: int,
        artifacts: Mapping[str, str],
    ) -> Prompt:
        """Return what ``openevolve.process_parallel._run_iteration_worker`` sends at this state, abridged."""
        island = parent.metadata["island"]
        ranked = sorted(
            (database.programs[pid] for pid in database.islands[island] if pid in database.programs),
            key=lambda program: program.metrics[SCORE],
            reverse=True,
        )
        top = self._config.prompt.num_top_programs
        shown = top + self._config.prompt.num_diverse_programs
        arguments: dict[str, Any] = {
            "current_program": parent.code,
            "parent_program": parent.code,
            "program_metrics": parent.metrics,
            "previous_programs": _dicts(ranked[:top]),
            "top_programs": _dicts(ranked[:shown]),
            "inspirations": _dicts(inspirations),
            "language": self._config.language,
            "evolution_round": step,
            "diff_based_evolution": self._config.diff_based_evolution,
            "program_artifacts": dict(artifacts),
            "feature_dimensions": self._config.database.feature_dimensions,
        }
        text = self._sampler.build_prompt(**ABRIDGED.apply(arguments, self._room))
        return Prompt(system=text["system"], user=text["user"])


def _dicts(programs: Sequence[Program]) -> list[dict[str, Any]]:
    return [program.to_dict() for program in programs]
