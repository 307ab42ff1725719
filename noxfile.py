"""Unit tests on every supported Python that is installed: ``nox``. It skips and names missing ones."""

from __future__ import annotations

import nox

PYTHONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
SLOW = ("rewriter", "tasks", "codebook", "campaign")
"""Folders of unit tests that compile programs or take minutes."""

nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False


@nox.session(python=PYTHONS)
def unit(session: nox.Session) -> None:
    """Install the package and run the quick unit tests."""
    session.install("-e", ".", "pytest-xdist>=3.6", "pytest-timeout>=2.3", "pyarrow>=16", "pyte>=0.8")
    session.run("aiopt", "--help", silent=True)
    session.run("pytest", "tests/unit", "-q", "-n", "2", *(f"--ignore=tests/unit/{name}" for name in SLOW))
