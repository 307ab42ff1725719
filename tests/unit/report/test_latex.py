"""Text from models and tasks as LaTeX: nothing in it is a command, and nothing is lost."""

import re
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pytest_aiopt.report.paper.latex import WIDTH, escaped, longtable, tabular
from pytest_aiopt.report.tables.base import Table, column, word

# All that escaped text may consist of, besides characters that mean themselves.
COMMAND = re.compile(
    r"\\textbackslash\{\}|\\textasciicircum\{\}|\\textasciitilde\{\}|\\text(?:less|greater|bar)\{\}"
    r"|\\text(?:en|em)dash\{\}|\\ldots\{\}|\\allowbreak\{\}|\{\\ttfamily\\char(?:34|96)\}|\\[{}$&#%_]"
    r"|\$\\(?:pm|mu|cdot|times|le|ge)\$|\{\}"
)
HARMLESS = re.compile(r"[^\\{}$&#%_^~]*")
PRINTED = {
    r"\textbackslash{}": "\\", r"\textasciicircum{}": "^", r"\textasciitilde{}": "~", r"\textless{}": "<",
    r"\textgreater{}": ">", r"\textbar{}": "|", r"{\ttfamily\char34}": '"', r"{\ttfamily\char96}": "`",
    r"\allowbreak{}": "", "{}": "",
}  # fmt: skip


def printed(text: str) -> str:
    """Return the characters that LaTeX prints for escaped ASCII text."""
    return COMMAND.sub(lambda found: PRINTED.get(found[0], found[0].removeprefix("\\")), text)


@given(st.text())
@example("\\end{document}\\input{/etc/passwd}")
@example("$\\immediate\\write18{id}$ ^^5cend % comment")
@example("model_" * 20)
def test_no_text_is_a_command(text: str) -> None:
    assert HARMLESS.fullmatch(COMMAND.sub("", escaped(text)))


@given(st.text(string.printable))
@example("--format ''quoted'' ??` a-b" + "x" * 70)
def test_ascii_text_is_printed_as_it_is(text: str) -> None:
    assert printed(escaped(text)) == " ".join(text.split())
    assert "--" not in escaped(text)
    assert "''" not in escaped(text)


def test_characters_that_fonts_lack_are_named() -> None:
    assert escaped("é × 漢 \u0007a") == r"é $\times$ U+6F22 U+0007a"


@given(st.text(min_size=1))
def test_a_row_does_not_end_early(text: str) -> None:
    table = Table("t", "t", (column("a", text=True), column("b", text=True)), ((word(text), word(text)),))
    (row,) = re.findall(r"\\midrule\n(.*) \\\\\n\\bottomrule", tabular(table))
    assert len(re.split(r"(?<!\\)&", row)) == 2
    assert not row.startswith(("[", "*"))


@pytest.mark.parametrize("columns", [1, 4, 12])
def test_a_table_with_long_texts_fits_the_page(columns: int) -> None:
    table = Table(
        "wide",
        "wide",
        tuple(column(f"c{n}", text=True, widest=34) for n in range(columns)),
        (tuple(word("some words " * 9) for _ in range(columns)),),
    )
    widths = [float(width) for width in re.findall(r"p\{(\d+)pt\}", longtable(table, "wide"))]
    assert len(widths) == columns
    assert sum(widths) + 8 * columns <= WIDTH + columns
