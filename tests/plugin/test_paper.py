"""The report as LaTeX and PDF: every fact is on record, and what is missing is said to be."""

import re
import shlex

import pytest

from pytest_aiopt.cli.main import parser
from pytest_aiopt.report.paper import pdf, plots

NASTY = r"\end{document} $x$ 50% a_b #1 & {c} ~^ ''q'' `t` --flag <i> |p| é 漢 \input{/etc/hostname}"

PREAMBLE, BODY = b"\\documentclass{article}", b"\\begin{document}x\\end{document}"


@pytest.fixture
def done(project):
    """Four finished cells of a study with a placebo of nothing: two tasks, two tracks."""
    project.run("-k", "seed_1 and (track_A or track_C)")
    return project


def paper(project, *args):
    result = project.aiopt("report", "--format", "latex", *args)
    assert result.ret == 0, result.errlines
    return project.path / "results/mini/report/paper"


def numbers_in(text):
    return set(re.findall(r"\d+\.?\d*", text))


def test_every_number_of_the_methods_is_on_record(done):
    folder = paper(done)
    report = "\n".join(done.aiopt("report", "-v").outlines)
    records = "".join(path.read_text().split("\n")[0] for path in done.journals())
    methods = (folder / "methods.tex").read_text()
    written = numbers_in(re.sub(r"on \d{4}-\d\d-\d\d", "", methods))
    constant = {"95"}  # of the interval
    assert written <= numbers_in(report) | numbers_in(records) | constant | {"1."}
    assert "on record are 4 cells, 4 of them finished," in methods
    assert "The study was not registered before it ran." in methods
    assert "as nothing was registered" in (folder / "paper.tex").read_text()


def test_the_registration_and_its_deviations_are_in_the_methods(project):
    assert project.aiopt("register").ret == 0
    project.run("-k", "one and seed_1 and track_A")
    folder = paper(project)
    report = " ".join(project.aiopt("report", "-v").outlines)
    sha256 = re.search("registered .*? sha256 +([0-9a-f]{64})", report)[1]
    methods = (folder / "methods.tex").read_text().replace(r"\allowbreak{}", "")
    assert sha256 in methods
    assert "1 deviation from the registration on record" in methods
    document = (folder / "paper.tex").read_text().replace(r"\allowbreak{}", "")
    assert re.search(r"\\item Deviation: .* missing", document)
    versions = (folder / "tables/versions.tex").read_text()
    assert re.search(r"pytest & (\S+) & \1 ", versions)


def test_settings_and_tasks_are_those_of_the_journals(done):
    folder = paper(done)
    settings = (folder / "tables/settings.tex").read_text()
    assert re.search(r"iterations & 3 & all & 4 ", settings)
    assert re.search(r"track.feedback & none & A & 2 ", settings)
    assert re.search(r"track.feedback & profile & C & 2 ", settings)
    assert "machine" not in settings


def test_the_commands_to_reproduce_exist(done):
    text = (paper(done) / "artifact.tex").read_text()
    commands = [
        re.sub(r"\\_", "_", found).replace("{}", "") for found in re.findall(r"ttfamily (.*?)\}\]", text)
    ]
    ours = [shlex.split(command)[1:] for command in commands if command.startswith("aiopt ")]
    assert len(ours) >= 5
    for words in ours:
        assert parser().parse_args(words)


def test_figures_are_vectors_in_column_width(done):
    folder = paper(done)
    figures = sorted(path.name for path in (folder / "figures").iterdir())
    assert {"champions.pdf", "curves.pdf", "funnel.pdf", "rates.pdf"} <= set(figures)
    for name in figures:
        data = (folder / "figures" / name).read_bytes()
        width = float(re.search(rb"/MediaBox \[ ?0 0 ([\d.]+)", data)[1])
        assert width == pytest.approx(72 * 3.33, abs=0.1)
        assert b"/Subtype /Image" not in data
        assert f"figures/{name.removesuffix('.pdf')}" in (folder / "paper.tex").read_text()


def test_many_tasks_go_into_several_figures():
    panels = [(f"task_{n}", []) for n in range(11)]
    assert [len(some) for some in plots._batches(panels)] == [8, 3]


def test_a_missing_library_and_a_missing_tex_are_named(done, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(plots, "find_spec", lambda name: None)
        result = done.aiopt("report", "--format", "latex")
        assert result.ret == 1
        assert result.errlines == [
            "ERROR: figures of a paper need matplotlib; pip install pytest-aiopt[paper]"
        ]
    monkeypatch.setattr(pdf.shutil, "which", lambda name: None)
    result = done.aiopt("report", "--format", "pdf")
    assert result.ret == 1
    assert result.errlines == [
        "ERROR: a PDF needs pdflatex; apt-get install texlive-latex-recommended, or choose latex"
    ]


@pytest.mark.needs("pdflatex")
def test_names_full_of_commands_compile(project):
    study = project.path / "experiments/tracks.toml"
    study.write_text(study.read_text().replace("[tracks.A]", f"[tracks.A]\ndescription = {NASTY!r}"))
    project.run("-k", "one and seed_1 and track_A")
    result = project.aiopt("report", "--format", "latex,pdf")
    assert result.ret == 0, result.errlines
    assert (project.path / "results/mini/report/paper.pdf").read_bytes().startswith(b"%PDF")
    assert "U+6F22" in (project.path / "results/mini/report/paper/methods.tex").read_text()


@pytest.mark.needs("pdflatex")
def test_a_document_that_does_not_compile_says_why():
    with pytest.raises(pdf.AioptError, match="pdflatex failed: Undefined control sequence"):
        pdf.compiled([("paper.tex", PREAMBLE + rb"\nothing" + BODY)])
    with pytest.raises(pdf.ToolMissing, match="texlive-latex-recommended"):
        pdf.compiled([("paper.tex", PREAMBLE + rb"\usepackage{no-such-package}" + BODY)])
