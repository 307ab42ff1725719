from __future__ import annotations

import subprocess
import sys

import msgspec
import pytest

from pytest_aiopt.errors import DesignError
from pytest_aiopt.search.settings import SearchSettings


def test_read_from_a_study_file() -> None:
    table = msgspec.toml.decode("num_islands = 3\nexploration_ratio = 0.3\n")
    assert msgspec.convert(table, SearchSettings) == SearchSettings(num_islands=3, exploration_ratio=0.3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("num_islands", 0),
        ("num_top_programs", 0),
        ("num_diverse_programs", -1),
        ("archive_size", 0),
        ("migration_rate", 1.5),
        ("exploration_ratio", 0.5),
    ],
)
def test_out_of_range(name: str, value: float) -> None:
    with pytest.raises(DesignError, match=r"\[search\] .* = .* in the study file; it must be"):
        msgspec.convert({name: value}, SearchSettings)


def test_the_package_and_its_settings_load_without_openevolve() -> None:
    code = (
        "import sys, pytest_aiopt.search, pytest_aiopt.search.settings, pytest_aiopt.search.changes\n"
        "assert not {'openevolve', 'openai', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
