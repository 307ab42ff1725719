"""Without some layers: it still runs, says which are missing, and still kills every tree."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_aiopt.errors import ToolMissing
from pytest_aiopt.evaluation.sandbox.layers import FILTER, LANDLOCK, NAMESPACES
from pytest_aiopt.evaluation.sandbox.sandbox import Ended, Sandbox
from pytest_aiopt.model import Limits

NOBODY = 47124
LIMITS = Limits(cpu_s=1.0, memory_mb=256, output_mb=1)
pytestmark = pytest.mark.needs("g++")

_found = importlib.util.spec_from_file_location("container", Path(__file__).with_name("container.py"))
assert _found
assert _found.loader
container = importlib.util.module_from_spec(_found)
_found.loader.exec_module(container)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """Yield a folder of everybody's with the hostile program and the supervisor in it."""
    with tempfile.TemporaryDirectory(prefix="degraded-") as name:
        folder = Path(name)
        folder.chmod(0o777)
        source = Path(__file__).with_name("hostile.cpp")
        command = ["g++", "-O1", "-static", "-o", folder / "hostile", source]
        subprocess.run(command, check=True, timeout=120)
        Sandbox.probe(folder, allow_unsafe=True)
        yield folder


def as_somebody(
    *, root: bool, setting: Callable[[], None], what: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Return what ``what`` finds in a forked process, as root or not, after ``setting`` was called there."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if not root and os.geteuid() == 0:
                os.setgroups([])
                os.setresgid(NOBODY, NOBODY, NOBODY)
                os.setresuid(NOBODY, NOBODY, NOBODY)
            setting()
            os.write(writer, json.dumps(what()).encode())
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as lines:
        text = lines.read()
    os.waitpid(child, 0)
    assert text, "the process said nothing; see its stderr"
    return dict(json.loads(text))


def behaviour(place: Path, *, unsafe: bool = False) -> dict[str, Any]:
    """Probe, run a good program and three bad ones; return how each ended."""
    try:
        box = Sandbox.probe(place, allow_unsafe=unsafe)
    except ToolMissing as refusal:
        return {"refused": str(refusal)}
    ended = {}
    for request in ("exit 3", "daemon-and-loop", "fork-bomb", "sleep"):
        stdin, stdout = os.memfd_create("requests"), os.memfd_create("replies")
        os.pwrite(stdin, request.encode(), 0)
        patience = 1.0 if request == "sleep" else None  # the others may get their turn late
        outcome = box.run(place / "hostile", stdin=stdin, stdout=stdout, limits=LIMITS, wall_s=patience)
        ended[request] = outcome.ended
    return {
        "level": box.level,
        "warning": box.warning,
        "ended": ended,
        "left": [line for line in _running() if str(place) in line],
    }


def _running() -> Iterator[str]:
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            yield (entry / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue


def without_bubblewrap(place: Path) -> Callable[[], None]:
    tools = place / f"tools-{len(list(place.glob('tools-*')))}"
    tools.mkdir()
    for name in ("gcc", "as", "ld"):
        (tools / name).symlink_to(str(shutil.which(name)))
    return lambda: os.environ.__setitem__("PATH", str(tools))


ANYBODY = pytest.mark.parametrize("root", [pytest.param(True, marks=pytest.mark.needs("root")), False])


def check(found: dict[str, Any], level: int, lacks: tuple[str, ...]) -> None:
    assert found["level"] == level
    assert all(f"no {layer}" in found["warning"] for layer in lacks), found["warning"]
    assert found["ended"]["exit 3"] == Ended.EXITED
    assert found["ended"]["sleep"] == Ended.TIMEOUT
    assert found["ended"]["daemon-and-loop"] != Ended.INFRASTRUCTURE
    assert not found["left"]


@ANYBODY
def test_without_bubblewrap(place: Path, root: bool) -> None:
    found = as_somebody(root=root, setting=without_bubblewrap(place), what=lambda: behaviour(place))
    check(found, 1, (NAMESPACES,))
    assert "apt-get install bubblewrap" in found["warning"]


@pytest.mark.needs("bwrap")
def test_without_root(place: Path) -> None:
    found = as_somebody(root=False, setting=lambda: None, what=lambda: behaviour(place))
    check(found, 2, ())
    assert found["warning"] == ""


@ANYBODY
def test_in_a_container_without_user_namespaces(place: Path, root: bool) -> None:
    found = as_somebody(
        root=root, setting=lambda: container.enter(landlock=True), what=lambda: behaviour(place)
    )
    check(found, 1, (NAMESPACES,))


@ANYBODY
def test_without_landlock_too_it_refuses_unless_allowed(place: Path, root: bool) -> None:
    def setting() -> None:
        container.enter(landlock=False)

    refused = as_somebody(root=root, setting=setting, what=lambda: behaviour(place))
    assert "--aiopt-unsafe-no-sandbox" in refused["refused"]
    found = as_somebody(root=root, setting=setting, what=lambda: behaviour(place, unsafe=True))
    check(found, 0, (NAMESPACES, LANDLOCK))
    assert FILTER not in found["warning"].partition("(")[0]
