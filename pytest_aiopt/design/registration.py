"""A study registered before it runs: design, tasks, analysis code, thresholds and packages, with a hash.

``results/<study>/registration.json``. What ran is held against it from the journals alone, and every
deviation is listed; a study that was not registered says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import msgspec

import pytest_aiopt
from pytest_aiopt.design import study as design
from pytest_aiopt.design.deviations import Registration, deviations, ran
from pytest_aiopt.design.identity import of_design
from pytest_aiopt.errors import StoreError
from pytest_aiopt.evaluation.meter.baseline import DELTA
from pytest_aiopt.files import unwritable
from pytest_aiopt.journal.store import Store, begun
from pytest_aiopt.prompts.render import RENDER_VERSION

FORMAT = 1
FILE = "registration.json"
CODE = ("analysis", "codebook", "cpp", "journal", "model", "report")
PACKAGES = ("numpy", "scipy", "openevolve", "hypothesis", "msgspec", "openai", "pytest", "tree-sitter-cpp")
NOT_REGISTERED = "not registered before it ran, so every analysis is exploratory (aiopt register)"


def make(study: design.Study, tasks: Mapping[str, str], thresholds: Mapping[str, Any]) -> Registration:
    """Return the registration of a design with the digests of its tasks and the analysis' thresholds."""
    built = msgspec.to_builtins(study)
    del built["budget"], built["defined"]  # what is spent, and tracks that have no cells
    found = Registration(
        format=FORMAT,
        version=pytest_aiopt.__version__,
        study=study.id,
        at=datetime.now(UTC).timestamp(),
        design=built,
        tasks=dict(tasks),
        code=code(),
        thresholds={"delta": DELTA, **thresholds},
        packages=packages(),
        identities={track.name: of_design(study, track) for track in study.tracks},
        render=RENDER_VERSION,
    )
    as_read = msgspec.json.decode(msgspec.json.encode(found), type=Registration)  # lists for tuples
    return msgspec.structs.replace(as_read, sha256=as_read.digest)


def code() -> dict[str, str]:
    """Return the sha256 of every file that computes or shows numbers, by its path in the package."""
    root = Path(pytest_aiopt.__file__).parent
    files = sorted(path for folder in CODE for path in (root / folder).rglob("*.py"))
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def packages() -> dict[str, str]:
    """Return the versions of the installed packages that numbers and prompts depend on."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def register(store: Store, new: Registration, *, again: bool = False) -> tuple[Registration, bool]:
    """Write a registration; return the registration in force, and whether it is new.

    One that says the same stays. Raises StoreError if another is there and cells have begun, unless
    ``again``: then the old one is kept beside it, and the new one says what it replaces.
    """
    path = store.study(new.study) / FILE
    old = load(path)
    if old is not None:
        if _content(old) == _content(new):
            return old, False
        cells = sum(path.stat().st_size > 0 for path in begun(path.parent))
        if cells and not again:
            raise StoreError(
                f"{path} registers another study, of which {cells} cells have begun: {_first(old, new)}",
                "run what was registered, or replace it and have it reported: aiopt register --again",
            )
        if cells:
            new = msgspec.structs.replace(new, replaces=(old.sha256, cells))
            new = msgspec.structs.replace(new, sha256=new.digest)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if old is not None:
            path.rename(path.with_name(f"registration.{old.sha256[:12]}.json"))
        path.write_bytes(msgspec.json.format(msgspec.json.encode(new), indent=1) + b"\n")
    except OSError as error:
        raise unwritable(path, error) from error
    return new, True


def load(path: Path) -> Registration | None:
    """Return the registration in a file; None without one. Raises StoreError if the file was changed."""
    remedy = "restore it from a copy; its hash is what was published"
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Registration)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        fault = f"is damaged ({error})"
        raise StoreError(f"{path} {fault}", remedy, fault=fault) from error
    if found.digest != found.sha256:
        fault = f"differs from its hash {found.sha256[:12]}"
        raise StoreError(f"{path} {fault}", remedy, fault=fault)
    return found


@dataclass(frozen=True, slots=True)
class Checked:
    """The registration in force, None without one, and the deviations; ``fault``: why it cannot be used."""

    found: Registration | None
    deviations: tuple[str, ...] = ()
    fault: str = ""

    @property
    def when(self) -> str:
        """The time of the registration; "" without one."""
        return datetime.fromtimestamp(self.found.at, UTC).strftime("%Y-%m-%d %H:%M UTC") if self.found else ""


def checked(store: Store, study: str) -> Checked:
    """Hold what ran in a study against its registration."""
    try:
        found = load(store.study(study) / FILE)
    except StoreError as error:
        return Checked(None, fault=str(error))
    if found is None:
        return Checked(None)
    return Checked(found, tuple(deviations(found, ran(store, study), code=code(), packages=packages())))


def lines(state: Checked) -> tuple[str, ...]:
    """Return what to say of a study's registration: the hash and every deviation, or that there is none."""
    if state.fault:
        return (f"registration: {state.fault}",)
    if state.found is None:
        return (NOT_REGISTERED,)
    head = f"registered {state.when}, sha256 {state.found.sha256}"
    if not state.deviations:
        return (f"{head}: what ran is what was registered",)
    return (
        f"{head}: {len(state.deviations)} deviations",
        *(f"deviation: {one}" for one in state.deviations),
    )


def _content(found: Registration) -> Registration:
    return msgspec.structs.replace(found, at=0.0, sha256="", replaces=None, version="")


def _first(old: Registration, new: Registration) -> str:
    """Name the parts that differ between two registrations."""
    parts = ("design", "identities", "tasks", "code", "thresholds", "packages", "render")
    return ", ".join(part for part in parts if getattr(old, part) != getattr(new, part)) + " differ"
