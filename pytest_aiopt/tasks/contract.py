"""Checks what the Python files of a task define and return: first from their text, then in calls."""

from __future__ import annotations

import ast
import difflib
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from numbers import Real
from pathlib import Path
from typing import Any

from pytest_aiopt.errors import TaskError
from pytest_aiopt.model import Workload

REMEDY = "compare that file with the one of a new task: aiopt task new NAME"


@dataclass(frozen=True, slots=True)
class _Module:
    """A Python file of a task as text: its functions by name, and all names that it defines."""

    path: Path
    functions: Mapping[str, ast.FunctionDef]
    names: frozenset[str]

    def require(self, name: str) -> None:
        """Raise TaskError if the file defines no such name."""
        if name not in self.names and "*" not in self.names:
            close = difflib.get_close_matches(name, sorted(self.functions), 1)
            found = f"; {close[0]}() in line {self.functions[close[0]].lineno} is close" if close else ""
            raise TaskError(f"{self.path} defines no {name}(){found}", REMEDY)


def check(folder: Path, workloads: Iterable[Workload], *, counted: bool) -> None:
    """Raise TaskError if a function is missing or does not take the parameters of a workload."""
    for mutant in sorted((folder / "mutants").glob("*.cpp")):
        if not mutant.read_text().startswith("// Wrong:"):
            raise TaskError(
                f"{mutant}:1: does not say which bug it has", "begin it with a line // Wrong: ..., in words"
            )
    inputs, reference = _read(folder / "inputs.py"), _read(folder / "reference.py")
    for name in ("cases", "workload"):
        inputs.require(name)
    reference.require("cost" if counted else "solve")
    if "workload" in inputs.functions:
        for workload in workloads:
            _check_parameters(inputs.functions["workload"], workload, folder)


def _read(path: Path) -> _Module:
    try:
        tree = ast.parse(path.read_text(), str(path))
    except SyntaxError as error:
        raise TaskError(f"{path}:{error.lineno}: {error.msg}", "fix that line") from error
    functions: dict[str, ast.FunctionDef] = {}
    names: set[str] = set()
    siblings = {file.stem for file in path.parent.glob("*.py")}
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name):
                functions[name] = node
                names.add(name)
            case ast.Import() | ast.ImportFrom():
                _refuse_sibling(node, siblings, path)
                names |= {alias.asname or alias.name for alias in node.names}
            case ast.Assign(targets=targets):
                names |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
    return _Module(path, functions, frozenset(names))


def _refuse_sibling(node: ast.Import | ast.ImportFrom, siblings: set[str], path: Path) -> None:
    modules = (
        [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    )
    shared = [name for name in modules if name.partition(".")[0] in siblings]
    if shared or (isinstance(node, ast.ImportFrom) and node.level):
        name = shared[0] if shared else "a relative module"
        raise TaskError(
            f"{path}:{node.lineno}: imports {name}; the files of a task cannot import each other",
            "repeat the code, or put it into an installed package",
        )


def _check_parameters(function: ast.FunctionDef, workload: Workload, folder: Path) -> None:
    arguments = function.args
    taken = [one.arg for one in (*arguments.posonlyargs, *arguments.args)][1:]
    optional = set(taken[len(taken) - len(arguments.defaults) :]) if arguments.defaults else set()
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        taken.append(one.arg)
        optional |= {one.arg} if default is not None else set()
    unknown = [name for name in workload.params if name not in taken and not arguments.kwarg]
    where = f"{folder / 'task.toml'}: workload {workload.name}"
    if unknown:
        close = difflib.get_close_matches(unknown[0], taken, 1)
        remedy = f"did you mean {close[0]!r}?" if close else f"it takes {', '.join(taken) or 'none'}"
        raise TaskError(f"{where}: workload() in inputs.py takes no parameter {unknown[0]!r}", remedy)
    missing = [name for name in taken if name not in optional and name not in workload.params]
    if missing:
        raise TaskError(
            f"{where} has no {missing[0]!r}, which workload() in inputs.py needs", "add it to params"
        )


_RETURNED = {
    "workload": "a list of bytes, one request each",
    "solve": "bytes",
    "cost": "a number",
    "bound": "a number",
    "branch": "a request (bytes) and a number of bytes",
}


def guarded(function: Callable[..., Any], path: Path) -> Callable[..., Any]:
    """Return a function of a task that raises TaskError if it fails or returns a wrong type.

    ValueError of ``cost`` passes, as it says that a reply is not valid.
    """
    name = getattr(function, "__name__", "")

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            found = function(*args, **kwargs)
        except Exception as error:
            if name == "cost" and isinstance(error, ValueError):
                raise
            raise raised(error, path, name) from error
        if not _fits(name, found):
            raise wrong_type(name, path, found, _RETURNED[name])
        return found

    return call


def _fits(name: str, found: object) -> bool:
    match name:
        case "workload":
            return isinstance(found, list | tuple) and all(isinstance(each, bytes) for each in found)
        case "solve":
            return isinstance(found, bytes)
        case "cost" | "bound":
            return isinstance(found, Real)
        case "branch":
            return isinstance(found, tuple) and len(found) == 2 and isinstance(found[0], bytes)
    return True


def wrong_type(name: str, path: Path, found: object, expected: str) -> TaskError:
    """Return the error for a function of a task that returned a value of the wrong type."""
    defined = _read(path).functions.get(name)
    line = f":{defined.lineno}" if defined else ""
    return TaskError(f"{path}{line}: {name}() returns {_described(found)}, not {expected}", REMEDY)


def _described(found: object) -> str:
    kind = type(found).__name__
    if isinstance(found, list | tuple) and found:
        return f"a {kind} of {type(found[0]).__name__}"
    return "None" if found is None else f"a value of type {kind}"


def raised(error: Exception, path: Path, name: str) -> TaskError:
    """Return the error for a function of a task that raised, with the line of its file."""
    lines = [
        frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)
    ]
    where = f":{lines[-1]}" if lines else ""
    said = " ".join(str(error).split())[:200]
    return TaskError(f"{path}{where}: {name}() raised {type(error).__name__}: {said}", "fix that file")
