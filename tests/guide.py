"""Pages of tutorials and guides: their files are written and their commands run, in order, in a folder."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
TUTORIALS, GUIDES = (
    sorted(page.relative_to(DOCS).as_posix() for page in DOCS.glob(f"{kind}/*.md"))
    for kind in ("tutorials", "how-to")
)
SHELL = ("bash", "sh", "console", "shell")
INTERRUPTED = 130
"""How ``aiopt`` ends if Ctrl-C comes before the server runs."""

PACKAGE = "PATH-OF-THIS-REPOSITORY"
"""What a reader replaces by the path of a clone."""

OFFLINE = {
    "PIP_NO_INDEX": "1",
    "PIP_NO_BUILD_ISOLATION": "0",
    "PIP_NO_COMPILE": "1",
}  # 0: pip's reading of no
"""pip installs from the disk; what it needs must be in the environment of the tests."""

STOPPED = "until stopped"
"""Mark of a block that serves an address: it is started, awaited and stopped."""

BLOCK = re.compile(
    r"^(?P<indent> *)(?:<!-- (?P<mark>[^>]+) -->\n(?P=indent))?"
    r"```(?P<language>[\w+]*)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^(?P=indent)```$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page. ``title``: the file that it shows. ``mark``: how it is run, if not simply."""

    language: str
    text: str
    title: str | None
    mark: str | None


def blocks(page: str) -> list[Block]:
    found = BLOCK.finditer((DOCS / page).read_text())
    return [Block(each["language"], dedent(each["text"]), each["title"], each["mark"]) for each in found]


def commands(page: str) -> Iterator[Block]:
    yield from (block for block in blocks(page) if block.language in SHELL)


def play(
    page: str,
    folder: Path,
    *,
    fakes: Mapping[str, Path] | None = None,
    options: Sequence[str] = (),
    addresses: Mapping[str, str] | None = None,
) -> list[str]:
    """Write the files of a page and run its commands; return what each block printed.

    ``fakes``: what stands in for subcommands of ``aiopt``; ``options``: further ones of pytest.
    ``addresses``: a running endpoint for each that the page names.
    A page that installs this package does so in an environment of its own, and uses what it installed.
    """
    bin_ = folder.parent / "bin"
    bin_.mkdir()
    installs = any("pip install" in block.text for block in commands(page))
    interpreter = _environment(folder.parent / "environment") if installs else sys.executable
    python, further = f"exec {interpreter}", " ".join(options)
    replaced = {PACKAGE: str(_copy(folder.parent / "repository")) if installs else "", **(addresses or {})}
    scripts = {
        "pip": [f'{python} -m pip "$@"'],
        "pytest": [f'{python} -m pytest -p no:cacheprovider {further} "$@"'],
        "aiopt": [
            *(f'[ "$1" != {word} ] || {python} {file} "$@"' for word, file in (fakes or {}).items()),
            f'{python} -m pytest_aiopt "$@"',
        ],
    }
    for name, lines in scripts.items():
        (bin_ / name).write_text("\n".join(("#!/bin/sh", *lines, "")))
        (bin_ / name).chmod(0o755)
    environment = os.environ | {
        "PATH": f"{bin_}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        **OFFLINE,
    }
    printed = []
    for block in blocks(page):
        if block.title:
            (folder / block.title).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.title).write_text(block.text)
        elif block.language in SHELL and block.mark in (None, STOPPED):
            text = block.text
            for named, real in replaced.items():
                text = text.replace(named, real)
            run = _stopped if block.mark else _finished
            printed.append(run(["bash", "-euo", "pipefail", "-c", text], folder, environment))
            if PACKAGE in block.text:
                environment.pop("PYTHONPATH", None)  # what is installed counts from here on
    return printed


def _environment(folder: Path) -> Path:
    """Make a virtual environment that also sees the packages of this one; return its Python."""
    venv.EnvBuilder(symlinks=True).create(folder)
    (packages,) = folder.glob("lib/*/site-packages")
    (packages / "tests.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin" / "python"


def _copy(folder: Path) -> Path:
    """Copy what setuptools packs: it builds beside the sources."""
    shutil.copytree(
        ROOT / "pytest_aiopt", folder / "pytest_aiopt", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    return folder


def _finished(script: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(script, cwd=folder, env=environment, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, f"{script[-1]}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _stopped(script: list[str], folder: Path, environment: dict[str, str]) -> str:
    """Run a command until it names an address, then press Ctrl-C."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    heeding = [
        "env",
        "--default-signal=INT",
        *script,
    ]  # a shell that starts the tests in the background ignores it
    with subprocess.Popen(heeding, cwd=folder, env=environment, start_new_session=True, **streams) as running:
        assert running.stdout is not None
        lines = []
        for line in running.stdout:
            lines.append(line)
            if "http://" in line:
                os.killpg(running.pid, signal.SIGINT)
                break
        lines += running.stdout
    printed = "".join(lines)
    assert running.returncode in (0, INTERRUPTED), f"{script[-1]}\n{printed}"
    assert "http://" in printed, f"{script[-1]}\n{printed}"
    return printed
