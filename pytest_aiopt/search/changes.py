"""Everything in which our search differs from OpenEvolve 0.4.1 as shipped, with the reasons.

The engine is configured from these tables and the fidelity test reads them: a setting or a line of a
prompt that differs from OpenEvolve's without an entry here fails that test.

Beyond the tables, by construction: the loop is sequential, so step n sees every child before it (OpenEvolve
queues two iterations ahead); program ids come from step and source instead of uuid4, and sets of ids keep
the order of insertion; the initial program says that it is unchanged, where OpenEvolve prints "Unknown
changes" and compares it with a parent of score 0; a reply whose blocks do not all match is rejected, where
OpenEvolve applies the rest; marker lines may be quoted or differ in case, and of several separators the one
that makes the SEARCH part match counts, where OpenEvolve refuses the reply; a failed child's last failure is
shown with its parent.
Kept although they could be argued with: the headings "Inspiration Programs" and "Last Execution Output". They
are equal in all tracks and not false. The advice on targeted improvements and on diverse solutions is kept
in the frame "openevolve"; OPEN_TEXT_CHANGES removes it in the frame "open".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_aiopt.search.abridge import abridge
from pytest_aiopt.search.settings import SearchSettings


@dataclass(frozen=True, slots=True)
class SettingChange:
    """A field of OpenEvolve's Config, by dotted path, that gets ``value``."""

    path: str
    value: object
    why: str


@dataclass(frozen=True, slots=True)
class TextChange:
    """A passage of one of OpenEvolve's templates or fragments and what stands there with us."""

    source: str
    stock: str
    ours: str
    why: str


@dataclass(frozen=True, slots=True)
class ArgumentChange:
    """A function of the arguments of OpenEvolve's ``build_prompt`` and of the room for programs."""

    apply: Callable[[Mapping[str, Any], int], dict[str, Any]]
    why: str


ABRIDGED = ArgumentChange(
    abridge,
    "the current program stood up to four times in a prompt, cut diffs beside the full texts they led to, "
    "and prompts grew to 130,000 characters; a change is shown with the score of its parent",
)

_FIXED = (
    SettingChange("random_seed", None, "would reseed the global generators of the host process"),
    SettingChange("database.random_seed", None, "as above; every step draws from a generator of its own"),
    SettingChange(
        "database.max_snapshot_artifacts",
        None,
        "only the oldest 100 programs would keep artifacts, so the treatment fades in long runs",
    ),
    SettingChange(
        "prompt.artifact_security_filter",
        False,
        "replaces 32 letters or digits in a row by <REDACTED_TOKEN>, which destroys function names",
    ),
    SettingChange("prompt.use_template_stochasticity", False, "variation without a seed"),
    SettingChange(
        "prompt.suggest_simplification_after_chars",
        None,
        "asks to shorten every program of more than 500 characters",
    ),
    SettingChange(
        "max_code_length", 1_000_000, "rejects children over 10,000; our limit is relative to the parent"
    ),
)


REWRITE = SettingChange("diff_based_evolution", False, "of the track: answers are whole programs")


def setting_changes(
    settings: SearchSettings, iterations: int, *, rewrite: bool = False
) -> tuple[SettingChange, ...]:
    """Return the fixed changes, then those that follow from the study's settings and length.

    ``rewrite``: the model answers with whole programs, OpenEvolve's own mode beside diffs.
    """
    sized = "of the study; the shipped value makes prompts of seven times the program"
    paced = "of the study; the shipped value is made for thousands of iterations"
    free = "of the study"
    capacity = (iterations + 1) * settings.num_islands + 1
    return (
        *_FIXED,
        *([REWRITE] if rewrite else []),
        SettingChange("database.population_size", capacity, "nothing is evicted: room for all and migrants"),
        SettingChange("database.archive_size", settings.archive_size, paced + ": no selection below 100"),
        SettingChange("database.num_islands", settings.num_islands, paced),
        SettingChange("database.migration_interval", settings.migration_interval, paced),
        SettingChange("database.migration_rate", settings.migration_rate, free),
        SettingChange("database.feature_bins", settings.feature_bins, free),
        SettingChange("database.exploration_ratio", settings.exploration_ratio, free),
        SettingChange("database.exploitation_ratio", settings.exploitation_ratio, free),
        SettingChange("database.elite_selection_ratio", settings.elite_selection_ratio, free),
        SettingChange("prompt.num_top_programs", settings.num_top_programs, sized),
        SettingChange("prompt.num_diverse_programs", settings.num_diverse_programs, sized),
    )


_PYTHON_EXAMPLE = """\
for i in range(m):
    for j in range(p):
        for k in range(n):
            C[i, j] += A[i, k] * B[k, j]
=======
# Reorder loops for better memory access pattern
for i in range(m):
    for k in range(n):
        for j in range(p):
            C[i, j] += A[i, k] * B[k, j]
"""
_CPP_EXAMPLE = """\
    int middle = (low + high) / 2;
=======
    // Cannot overflow
    int middle = low + (high - low) / 2;
"""
_STEERED = "of the track: tells a model how far to go, where the study observes how far it goes"
_LABEL = "a fixed phrase after every program, whatever its score"

TEXT_CHANGES = (
    TextChange(
        "diff_user",
        "- Feature coordinates: {feature_coords}\n",
        "",
        "always empty: the coordinates would have to be metrics, and the score is the only one",
    ),
    TextChange(
        "diff_user",
        "- Focus areas: {improvement_areas}\n",
        "",
        'says "Fitness improved" or "declined" against the worst of the top programs, not the parent',
    ),
    TextChange(
        "diff_user",
        "# Original code to find and replace (must match exactly)",
        "// Original code to find and replace (must match exactly)",
        "a Python comment",
    ),
    TextChange("diff_user", "# New replacement code", "// New replacement code", "a Python comment"),
    TextChange("diff_user", _PYTHON_EXAMPLE, _CPP_EXAMPLE, "Python, and a hint at one kind of optimisation"),
    TextChange(
        "diff_user",
        "Each SEARCH section must exactly match code in the current program.",
        "Each SEARCH section must hold whole lines, copied exactly from the current program.",
        "a section that ends in mid-line does not match, which the text does not say",
    ),
    TextChange(
        "evolution_history",
        "## Previous Attempts",
        "## How the Top Programs Were Made",
        "lists the best programs, worst first, not the previous attempts",
    ),
    TextChange(
        "previous_attempt",
        "### Attempt {attempt_number}",
        "### Program {attempt_number}",
        "the number is the rank under Top Performing Programs",
    ),
    TextChange(
        "attempt_all_metrics_improved",
        "Improvement in all metrics",
        "Higher score than before the change",
        "there is one metric",
    ),
    TextChange(
        "attempt_all_metrics_regressed",
        "Regression in all metrics",
        "Lower score than before the change",
        "there is one metric",
    ),
    TextChange(
        "attempt_mixed_metrics", "Mixed results", "Same score as before the change", "there is one metric"
    ),
    TextChange("top_program", "\nKey features: {key_features}", "", _LABEL + ': "Metric: combined_score"'),
    TextChange(
        "diverse_programs_title",
        "Diverse Programs",
        "Further Programs",
        "they are the next best by score; diversity plays no part",
    ),
    TextChange(
        "inspiration_program",
        ", Type: {program_type}",
        "",
        '"High-Performer" from a score of 0.8, which the unchanged program has',
    ),
    TextChange("inspiration_program", "\nUnique approach: {unique_features}", "", _LABEL),
)

REWRITE_TEXT_CHANGES = (
    *(
        TextChange("full_rewrite_user", change.stock, change.ours, change.why)
        for change in TEXT_CHANGES[:2]  # the two lines on coordinates and areas
    ),
    TextChange(
        "full_rewrite_user",
        "# Your rewritten program here",
        "// Your rewritten program here",
        "a Python comment",
    ),
)
"""The same for the template that asks for whole programs."""

_DIVERSE = (
    "The system maintains diversity across these dimensions: {feature_dimensions}\n"
    "Different solutions with similar fitness but different features are valuable.\n"
)

OPEN_TEXT_CHANGES = (
    TextChange(
        "diff_user",
        "\n\nIMPORTANT: Do not rewrite the entire program - focus on targeted improvements.",
        "",
        _STEERED,
    ),
    TextChange("diff_user", _DIVERSE, "", _STEERED),
    TextChange("full_rewrite_user", _DIVERSE, "", _STEERED),
    TextChange(
        "inspirations_section",
        "\n\nThese programs represent diverse approaches and creative solutions that may inspire new ideas:",
        "",
        _STEERED,
    ),
)
"""Sentences that the frame "open" leaves out beyond TEXT_CHANGES."""


def text_changes(*, open_frame: bool) -> tuple[TextChange, ...]:
    """Return the changes of all templates under a frame, in the order in which they apply."""
    return (*TEXT_CHANGES, *REWRITE_TEXT_CHANGES, *(OPEN_TEXT_CHANGES if open_frame else ()))
