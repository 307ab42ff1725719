"""The import rules of ARCHITECTURE.md, checked on the syntax tree."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "pytest_aiopt"
PYTEST_LAYER = {
    "clustered",
    "commands",
    "distribution",
    "fixtures",
    "grid",
    "hookspecs",
    "integrity",
    "options",
    "outcomes",
    "plugin",
    "progress",
    "report_command",
    "session",
    "stopping",
    "report.terminal",
    "testing",
}
# Each layer may import itself, model, errors and these.
LAYERS = {
    "factors": set(),
    "observations": set(),
    "model": {"factors", "observations"},
    "errors": set(),
    "tasks": set(),
    "evaluation": {"tasks"},
    "profiling": {"evaluation"},
    "feedback": set(),
    "llm": set(),
    "search": set(),
    "study": {"tasks", "evaluation", "profiling", "feedback", "llm", "search"},
    "analysis": {"study"},
    "report": {"analysis", "llm"},
}
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))


def name_of(path):
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def imports(path):
    """Every module name that ``path`` imports, also lazily and for type checking."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = absolute(path, node)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def absolute(path, node):
    """The full name of an ImportFrom's module, relative ones resolved."""
    if not node.level:
        return node.module
    package = path.relative_to(ROOT).with_suffix("").parts[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])


def users(package):
    return {
        name_of(path)
        for path in MODULES
        if any(found == package or found.startswith(f"{package}.") for found in imports(path))
    }


def test_pytest_is_imported_only_in_the_pytest_layer():
    assert users("pytest") | users("_pytest") <= PYTEST_LAYER


def test_hypothesis_is_imported_only_where_cases_are_generated():
    assert users("hypothesis") == {"evaluation.corpus", "evaluation.shrink"}


def test_openevolve_is_imported_only_in_search():
    assert users("openevolve")
    assert all(name.startswith("search.") for name in users("openevolve"))


def test_scipy_is_imported_only_in_analysis_and_for_the_meters_estimate():
    assert users("scipy")
    assert all(name.startswith("analysis.") or name == "evaluation.estimate" for name in users("scipy"))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_arrows_point_one_way(path):
    layer = name_of(path).split(".")[0]
    if layer not in LAYERS:
        return  # the pytest layer may import everything
    allowed = LAYERS[layer] | {layer, "model", "errors"}
    ours = {found.split(".")[1] for found in imports(path) if found.startswith("pytest_aiopt.")}
    assert ours <= allowed


def test_modules_are_small():
    long = {name_of(path): n for path in MODULES if (n := len(path.read_text().splitlines())) > 350}
    assert not long


def test_the_plugin_loads_no_heavy_library():
    heavy = ("numpy", "scipy", "hypothesis", "openevolve", "openai", "tree_sitter", "tabulate")
    code = f"import sys, pytest_aiopt.plugin; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
