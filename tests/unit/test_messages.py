"""No module reads English that this package writes: reasons are enums, places are numbers."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "pytest_aiopt"
MODULES = sorted(PACKAGE.rglob("*.py"))
METHODS = {
    "startswith",
    "endswith",
    "removeprefix",
    "removesuffix",
    "partition",
    "rpartition",
    "split",
    "rsplit",
    "replace",
    "find",
    "index",
    "count",
}
# Who writes the text that a module, or every module of a room, compares with words: never this package.
# A prompt is read as a model reads it, or held against its track.
SOURCES = {
    "tasks.contract": "authors of mutants",
    "report.paper.pdf": "pdflatex",
    "analysis.outcomes.claims": "replies of models",
    "analysis.outcomes.mechanism": "replies of models",
    "campaign.audit": "headings of prompts",
    "codebook": "C++ and objdump",
    "cpp": "C++",
    "design.study_file": "msgspec",
    "evaluation.build.compilers": "ld",
    "evaluation.build.diagnostics": "g++ and ld",
    "evaluation.build.directives": "C++",
    "evaluation.build.preprocessed": "the preprocessor",
    "evaluation.build.toolchain": "g++ and the shell",
    "evaluation.gate.sanitizers": "the sanitizers",
    "evaluation.host.remedies": "bwrap and ld",
    "journal.upgrade": "journals of schema 2, whose texts are fixed",
    "model.thoughts": "replies of models",
    "models.answers": "endpoints",
    "models.faults": "endpoints",
    "models.refusals": "endpoints",
    "profiling.addresses": "addr2line and demangled names",
    "profiling.perf.bperf_report": "bperf",
    "profiling.perf.counters": "the C library's headers",
    "profiling.perf.hotlines": "perf script",
    "profiling.perf.skid": "objdump",
    "profiling.perf.timeline": "perf script",
    "profiling.perf.tool": "perf evlist",
    "profiling.valgrind.allocations": "DHAT",
    "profiling.valgrind.callgraph": "callgrind",
    "profiling.valgrind.cases": "callgrind",
    "prompts.surroundings": "the compiler's version line",
    "report.figures.svg": "SVG",
    "rewriter": "C++ and prompts",
    "search": "replies of models",
    "tasks.task_file": "msgspec",
    "testing": "headings of prompts",
}


def name_of(path):
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def compared(tree):
    """The texts that code looks for in other texts, by regex, method or comparison."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            is_regex = isinstance(owner, ast.Name) and owner.id == "re"
            if is_regex or node.func.attr in METHODS:
                yield from literals(*node.args[:1])
        elif isinstance(node, ast.Compare):
            yield from literals(node.left, *node.comparators)


def literals(*nodes):
    for node in nodes:
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            yield from literals(*node.elts)
        elif isinstance(node, ast.JoinedStr):
            yield from literals(*node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def worded(text):
    """Whether a text holds a space beside something else: words, or what separates them."""
    return " " in text and bool(text.strip())


def source(path):
    """Who writes what a module reads; "" where that is not listed."""
    name = name_of(path)
    return SOURCES.get(name) or SOURCES.get(name.partition(".")[0], "")


def found_in(path):
    return sorted({text for text in compared(ast.parse(path.read_text())) if worded(text)})


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_module_reads_our_own_english(path):
    found = found_in(path)
    assert not found or source(path), f"{found}: use an enum, or name in SOURCES who writes that text"


def test_every_listed_module_still_reads_such_text():
    reading = {name_of(path) for path in MODULES if found_in(path)}
    unused = [name for name in SOURCES if not any(f"{each}.".startswith(f"{name}.") for each in reading)]
    assert not unused


@pytest.mark.parametrize(
    "code",
    [
        're.search(r"no more than \\d+", text)',
        'text.startswith("the reply is")',
        'text.startswith(("empty", "not found"))',
        'reason.partition("; ")',
        '"in use" in error.problem',
        'reason == "n too small"',
        'f"{name} was" in text',
    ],
)
def test_such_text_is_noticed(code):
    assert any(worded(text) for text in compared(ast.parse(code)))


@pytest.mark.parametrize("code", ['"budget" in kinds', 'line.split(" ")', "reason is Reason.EMPTY"])
def test_names_and_enums_are_not_mistaken_for_it(code):
    assert not any(worded(text) for text in compared(ast.parse(code)))
