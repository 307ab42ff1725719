"""The Python files of a task, imported under names of their own."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from pytest_aiopt.errors import TaskError


def load_module(path: Path, task: str) -> ModuleType:
    """Import a file of ``task``; raises TaskError if it cannot be."""
    name = f"aiopt_task_{task}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise TaskError(f"{path} cannot be imported", "it must be a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise TaskError(f"{path} fails on import: {error!r}", "fix that file") from error
    return module
