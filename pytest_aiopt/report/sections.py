"""The order of sections in a study's report, shared by all renderings."""

from __future__ import annotations

from pytest_aiopt.report.document import StudyReport
from pytest_aiopt.report.tables import everywhere, mutations, outcomes, pace, surroundings
from pytest_aiopt.report.tables.base import Section

ANSWER = "answer"
NAMES = (
    ANSWER,
    "speedups",
    "contrasts",
    "everywhere",
    "pace",
    "funnel",
    "mutations",
    "diversity",
    "reconfirmed",
    "design",
    "models",
    "machines",
)
"""Keys of all sections in reading order; a study may lack some of them."""


def sections(study: StudyReport) -> tuple[Section, ...]:
    """Return the sections of one study's report after its answer, in reading order."""
    return (
        outcomes.speedups(study),
        outcomes.contrasts(study),
        *everywhere.section(study.everywhere),
        *pace.sections(study.pace),
        *mutations.sections(study.tracks),
        *surroundings.again(study.reconfirmed),
        surroundings.design(study.design, study.tasks),
        surroundings.models(study.models),
        surroundings.machines(study.machines, study.floors),
    )
