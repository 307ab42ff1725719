"""Convert LaTeX to PDF with the installed pdflatex."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from pytest_aiopt.errors import AioptError, ToolMissing
from pytest_aiopt.report.paper.paper import MAIN

PACKAGES = "apt-get install texlive-latex-recommended, or choose latex"
MOST_RUNS = 4
TIMEOUT = 120
"""Time limit of one run in seconds; a table of a thousand rows takes several."""


def compiled(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return the PDF of a document; raises ToolMissing without TeX and AioptError if it fails."""
    if shutil.which("pdflatex") is None:
        raise ToolMissing("a PDF needs pdflatex", PACKAGES)
    with tempfile.TemporaryDirectory(prefix="aiopt-") as name:
        folder = Path(name)
        for file, data in files:
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        for _ in range(MOST_RUNS):
            log = _run(folder)
            if "Rerun" not in log:
                break
        return (folder / MAIN).with_suffix(".pdf").read_bytes()


def _run(folder: Path) -> str:
    """Run TeX once and return its log; references are resolved in the next run."""
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", MAIN]
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT
        )
    except subprocess.TimeoutExpired as error:
        raise AioptError(f"pdflatex took more than {TIMEOUT} s", "choose latex and compile it") from error
    path = (folder / MAIN).with_suffix(".log")
    log = path.read_text(errors="replace") if path.is_file() else done.stdout.decode(errors="replace")
    if done.returncode:
        reason = next(
            (line[2:] for line in log.splitlines() if line.startswith("! ")), "no reason in its log"
        )
        if ".sty' not found" in reason:
            raise ToolMissing(f"pdflatex lacks a package ({reason})", PACKAGES)
        raise AioptError(f"pdflatex failed: {reason}", "choose latex, and compile or correct it")
    return log
