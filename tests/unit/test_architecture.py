"""The import rules of ARCHITECTURE.md, checked on the syntax tree."""

import ast
import re
import subprocess
import sys
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "pytest_aiopt"
# Every room, and the rooms it may import besides itself, ``model``, ``errors`` and ``files``.
# Lower layers come first.
LAYERS = {
    "errors": set(),
    "files": set(),
    "model": set(),
    "cpp": set(),
    "tasks": {"cpp"},
    "search": set(),
    "rewriter": {"cpp"},
    "models": {"rewriter"},
    "evaluation": {"tasks"},
    "profiling": {"evaluation"},
    "prompts": {"tasks", "evaluation", "cpp"},
    "journal": {"models"},
    "design": {"journal", "models", "search", "prompts", "profiling", "evaluation", "tasks"},
    "campaign": {
        "cpp",
        "design",
        "evaluation",
        "journal",
        "models",
        "profiling",
        "prompts",
        "search",
        "tasks",
    },
    "verify": {"campaign", "design", "journal", "models", "search", "prompts", "evaluation"},
    "codebook": {"cpp"},
    "labelling": {"codebook", "journal", "models"},
    "analysis": {"campaign", "labelling", "codebook", "cpp", "evaluation", "journal", "tasks"},
    "report": {"analysis", "codebook", "journal", "models"},
    "live": {"analysis", "campaign", "design", "journal", "models", "report"},
}
# These may import everything.
DOORS = {"cli", "plugin", "testing", "__init__", "__main__"}
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


def test_pytest_is_imported_only_in_the_plugin():
    assert {name.split(".")[0] for name in users("pytest") | users("_pytest")} <= {"plugin", "testing"}


def test_hypothesis_is_imported_only_where_cases_are_generated():
    gate = {f"evaluation.gate.{name}" for name in ("corpus", "drawing", "shrink")}
    assert users("hypothesis") == gate


def test_openevolve_is_imported_only_in_search():
    assert users("openevolve")
    assert all(name.startswith("search.") for name in users("openevolve"))


def test_scipy_is_imported_only_in_statistics_and_for_the_meters_estimate():
    assert users("scipy")
    assert all(
        name.startswith("analysis.")
        or name == "evaluation.meter.estimate"
        or name.startswith("codebook.validation")
        for name in users("scipy")
    )


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_is_in_a_layer_and_arrows_point_one_way(path):
    room = name_of(path).split(".")[0]
    if room in DOORS:
        return
    allowed = LAYERS[room] | {room, "model", "errors", "files"}
    ours = {found.split(".")[1] for found in imports(path) if found.startswith("pytest_aiopt.")}
    assert ours <= allowed


def test_no_room_imports_a_room_that_imports_it():
    seen: set[str] = set()
    for room, below in LAYERS.items():
        assert below <= seen, f"{room} imports {below - seen}, which come later"
        seen.add(room)


def test_the_architecture_page_has_one_line_per_room():
    table = re.findall(r"^\| `(.+)/` \|", (ROOT / "ARCHITECTURE.md").read_text(), re.MULTILINE)
    rooms = {path.parent.relative_to(PACKAGE).as_posix() for path in MODULES} - {"."}
    assert sorted(table) == sorted(room for room in rooms if room.count("/") < 2)


def test_no_folder_is_crowded():
    counts = Counter(path.parent for path in MODULES if path.name != "__init__.py")
    assert not {str(folder): n for folder, n in counts.items() if n > 14}


def test_modules_are_small():
    long = {name_of(path): n for path in MODULES if (n := len(path.read_text().splitlines())) > 350}
    assert not long


def test_half_of_the_modules_are_very_small():
    assert median(len(path.read_text().splitlines()) for path in MODULES) <= 120


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_no_modules_import_each_other():
    """Lazy imports and those for type checking count too."""
    names = {module_name(path) for path in MODULES}
    graph = {module_name(path): names.intersection(imported_modules(path, names)) for path in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def imported_modules(path, names):
    """The modules that ``path`` imports; ``from package import module`` is an import of the module alone."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = absolute(path, node)
            members = (f"{package}.{alias.name}" for alias in node.names)
            yield from (member if member in names else package for member in members)


def test_the_plugin_loads_no_heavy_library():
    heavy = ("numpy", "scipy", "hypothesis", "openevolve", "openai", "tree_sitter", "tabulate")
    code = f"import sys, pytest_aiopt.plugin.hooks; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# Where files are opened in the rooms that run untrusted programs. None of these lies where such a program
# could write: evaluation.sandbox.untrusted reads that from descriptors of anonymous files.
OPENERS = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "copyfile", "copy", "copy2"}
TRUSTED = {
    "evaluation.sandbox.sandbox": {"os.devnull", "f'/proc/self/fd/{stdin}'"},
    "evaluation.sandbox.series": {"f'/proc/self/fd/{stdin}'"},
    "evaluation.sandbox.trusted": {"path.read_bytes"},
    "evaluation.sandbox.users": {"'/proc/self/uid_map'"},
    "profiling.addresses": {"path.open"},  # a binary that the toolchain keeps
    "profiling.cache": {"path.read_bytes"},  # our own
    "profiling.coz.coz": {"level.read_text"},  # of /proc/sys
    "profiling.perf.tool": {"level.read_text"},
    "profiling.perf.counters": {"found[0].read_text"},  # the C library's headers
    "profiling.valgrind.tool": {"binary.read_bytes"},
}


def opened(path):
    """What each call that opens files in ``path`` is called on, or given."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        function = ast.unparse(node.func)
        name = function.rpartition(".")[2]
        if name in OPENERS and function in ("open", "os.open", "io.open"):
            yield ast.unparse(node.args[0])
        elif name in OPENERS:
            yield function


def test_no_module_opens_by_name_what_untrusted_programs_write():
    found = {
        name_of(path): names
        for path in MODULES
        if name_of(path).startswith(("evaluation.sandbox.", "profiling."))
        if (names := set(opened(path)))
    }
    assert found == TRUSTED


def test_no_untrusted_program_gets_a_folder_of_the_host():
    """Sandbox.execute, for compilers, is the only way to have one."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".execute"):
                inside = "sandbox" in ast.unparse(node.func)
                assert not inside or name_of(path) == "evaluation.build.toolchain"
