"""Names of the package inside strings, pages and scripts, which no import checks, exist."""

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXTS = sorted(
    path
    for place in ("tests", "benchmarks", "docs", "pytest_aiopt", "experiments", ".ci", ".")
    for path in (ROOT / place).glob("*" if place == "." else "**/*")
    if path.suffix in (".py", ".md", ".toml", ".sh") or path.name in ("Makefile", "run")
)
NAME = re.compile(r"\bfrom (pytest_aiopt[\w.]*) import (\w+)|\b(pytest_aiopt(?:\.\w+)+)\b(?!/)")


def resolves(name: str) -> bool:
    """Whether ``name`` is a module, or up to two attributes of one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[length : length + 2]:
            if not hasattr(thing, attribute):
                return False
            thing = getattr(thing, attribute)
        return True
    return False


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_name_of_the_package_exists(path):
    found = {whole or f"{module}.{name}" for module, name, whole in NAME.findall(path.read_text())}
    assert not {name for name in found if not resolves(name)}
