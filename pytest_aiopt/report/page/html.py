"""One self-contained page per study: the report, its figures, and expandable cells and mutations.

The page loads no external resources, and no text from a model can run: its content security policy allows
only its script and its style sheet, by their digests, and no connections.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
import msgspec
from markupsafe import Markup

from pytest_aiopt.analysis.outcomes.ladder import Ladder
from pytest_aiopt.analysis.readings import Reader
from pytest_aiopt.analysis.trajectory import Trajectory
from pytest_aiopt.report import answers
from pytest_aiopt.report.document import Report
from pytest_aiopt.report.evidence import evidence
from pytest_aiopt.report.figures import bars, curves, heat, strips
from pytest_aiopt.report.figures.svg import Figure, swatch, titled
from pytest_aiopt.report.page.pages import Pages, pages
from pytest_aiopt.report.sections import sections
from pytest_aiopt.report.summary import summary
from pytest_aiopt.report.tables.base import Section, Table
from pytest_aiopt.report.tables.comma_separated import as_csv

TEMPLATES = Path(__file__).parent / "templates"
MOST_ROWS = 60
"""Maximum number of rows of a figure's table on the page; the downloadable file has all."""
FIGURES_OF = {
    "speedups": ("champions",),
    "pace": ("curves",),
    "funnel": ("funnel",),
    "mutations": ("character", "methodologies"),
    "diversity": ("diversity",),
}
"""Figures by section; "rates" belongs to the answer."""


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its figures."""

    section: Section
    figures: tuple[Figure, ...]


def render(
    report: Report, trajectories: Sequence[Trajectory], *, reader: Reader, ladders: Sequence[Ladder]
) -> bytes:
    """Return the page of a report of one study."""
    (study,) = report.studies
    styles = {track: at for at, track in enumerate(sorted({t.cell.track for t in trajectories}))}
    drawn = {figure.name: figure for figure in _figures(report, trajectories, ladders, styles)}
    _, _, *details = answers.sentences(study.answer, study.tracks)
    made = pages(trajectories, reader, styles)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "csv_link": _csv_link,
        "swatch": lambda style: Markup(swatch(style)),
        "svg": lambda panel, name: Markup(titled(panel, name)),
        "slug": _slug,
        "sentence": _sentence,
    }
    script, style = (Markup((TEMPLATES / name).read_text()) for name in ("page.js", "page.css"))
    return (
        environment.get_template("report.html.j2")
        .render(
            policy=_policy(script, style),
            script=script,
            style=style,
            study=study,
            summary=summary(study, report),
            details=details,
            evidence=evidence(trajectories),
            rates=drawn.get("rates"),
            parts=[
                Part(s, tuple(drawn[name] for name in FIGURES_OF.get(s.key, ()) if name in drawn))
                for s in sections(study)
            ],
            styles=styles,
            most_rows=MOST_ROWS,
            results=report.results,
            pages=made,
            index=_inline(made),
        )
        .encode()
    )


def _figures(
    report: Report,
    trajectories: Sequence[Trajectory],
    ladders: Sequence[Ladder],
    styles: dict[str, int],
) -> Iterator[Figure]:
    (study,) = report.studies
    found = (
        strips.rates(trajectories, styles),
        strips.champions(trajectories, ladders, styles),
        curves.curves(trajectories, styles),
        bars.funnel(study.tracks, styles),
        bars.over_time(trajectories),
        heat.methodologies(trajectories),
        bars.diversity(study.tracks, styles),
    )
    yield from (figure for figure in found if figure is not None)


def _policy(script: str, style: str) -> str:
    """Return the content security policy that allows only this script and this style sheet."""
    digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in (script, style)]
    return f"default-src 'none'; script-src 'sha256-{digests[0]}'; style-src 'sha256-{digests[1]}'"


def _inline(made: Pages) -> Markup:
    """Return the index of cells as JSON that cannot close its enclosing element."""
    text = msgspec.json.encode(made.index).decode()
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028"))


def _csv_link(table: Table) -> Markup:
    """Return a data URL of a table as CSV."""
    data = base64.b64encode(as_csv(table.records(), table.keys)).decode()
    return Markup(f"data:text/csv;base64,{data}")


def _sentence(text: str) -> str:
    """Return text with an initial capital, unless it begins with a name, and with a full stop."""
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    begun = text[:1].upper() + text[1:] if first.rstrip(":").isalpha() else text
    return begun if begun.endswith((".", "?", "!")) else f"{begun}."


def _slug(text: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in text)
