"""Selects stored studies for a command: one, those that match a pattern, or all but short trials."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from pytest_aiopt.cli.base.command import UsageError
from pytest_aiopt.design.study import SANITY, SMOKE


@dataclass(frozen=True, slots=True)
class Chosen:
    """Journals of the chosen studies. ``apart``: names of smoke and sanity runs that were left out."""

    journals: tuple[Path, ...]
    apart: tuple[str, ...] = ()


def choose(journals: Sequence[Path], root: Path, *, pattern: str | None, study: str | None) -> Chosen:
    """Choose by folder pattern, else by study name, else all studies but smoke and sanity runs.

    Where nothing else is stored, these are chosen. Raises UsageError if nothing matches.
    """
    names = {path: path.relative_to(root).parts[0] for path in journals}
    known = sorted(set(names.values()))
    if pattern is None and study is None:
        full = [name for name in known if not name.endswith((SMOKE, SANITY))] or known
        apart = tuple(name for name in known if name not in full)
    else:
        full = [name for name in known if name == study or (pattern and fnmatch(name, pattern))]
        apart = ()
        if known and not full:
            wanted = f"matches {pattern}" if pattern else f"is named {study}"
            raise UsageError(
                f"no study under {os.path.relpath(root)} {wanted}", f"there are {', '.join(known)}"
            )
    return Chosen(tuple(path for path, name in names.items() if name in full), apart)
