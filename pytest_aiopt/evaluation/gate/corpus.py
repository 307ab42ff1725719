"""The frozen corpus: correctness cases generated once by hypothesis, stored as bytes with their digests.

Frozen because equal hypothesis seeds stop giving equal inputs after any edit of local constants; every
candidate of every track must face the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pytest_aiopt import files
from pytest_aiopt.errors import StoreError, TaskError
from pytest_aiopt.evaluation.gate import drawing
from pytest_aiopt.evaluation.sandbox.wire import (
    decode_replies,
    decode_requests,
    encode_replies,
    encode_requests,
)
from pytest_aiopt.tasks.loader import Task

CASES = 500
SEED = 1


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``corpus/manifest.json``: what was frozen, from which seed and library, with sha256 of both files."""

    cases: int
    seed: int
    hypothesis: str
    requests_sha256: str
    expected_sha256: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """Request payloads with the oracle's replies; ``regressions`` of them come first."""

    requests: list[bytes]
    expected: list[bytes]
    regressions: int
    digest: str


def freeze(task: Task, *, cases: int = CASES, seed: int = SEED) -> Manifest:
    """Generate the corpus of ``task`` and write it to its ``corpus`` folder."""
    folder = task.root / "corpus"
    try:
        folder.mkdir(exist_ok=True)
        return _write_all(task, drawing.generate(task, cases, seed), seed, folder)
    except OSError as error:
        raise StoreError(f"cannot write {folder}: {error.strerror}", "fix its permissions") from error


def hidden(task: Task, cache: Path, *, cases: int = CASES) -> Corpus:
    """Return a second corpus for champions, made once per task and ``cache`` and kept there.

    It comes from the same strategy under another seed and shares no case with the frozen one. It is in
    no repository, no prompt and no feedback.
    """
    folder = cache / f"{task.name}-{task.digest[:16]}-{cases}"
    if not folder.is_dir():
        _make_hidden(task, folder, cases)
    found = _read(folder, "remove that folder; it is made again")
    return Corpus(*found, 0, _sha(encode_requests(found[0])))


def _make_hidden(task: Task, folder: Path, cases: int) -> None:
    seed = int(task.digest[:15], 16)
    requests = drawing.generate(task, cases, seed, exclude=load(task).requests)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".hidden-") as made:
            _write_all(task, requests, seed, Path(made) / "corpus")
            os.rename(Path(made) / "corpus", folder)
    except OSError as error:
        if folder.is_dir():
            return  # another process was faster
        raise StoreError(f"cannot write {folder}: {error.strerror}", "fix its permissions") from error


def _write_all(task: Task, requests: list[bytes], seed: int, folder: Path) -> Manifest:
    import hypothesis

    encoded = encode_requests(requests)
    expected = encode_replies(drawing.answers(task, requests))
    manifest = Manifest(len(requests), seed, hypothesis.__version__, _sha(encoded), _sha(expected))
    folder.mkdir(exist_ok=True)
    files.write(folder / "requests.bin", encoded)
    files.write(folder / "expected.bin", expected)
    files.write(folder / "manifest.json", msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
    return manifest


def load(task: Task) -> Corpus:
    """Read the frozen corpus; raises TaskError if it is missing or its bytes are not the frozen ones."""
    remedy = f"freeze it again: aiopt task freeze {task.name}"
    try:
        return _with_regressions(task, *_read(task.root / "corpus", remedy))
    except FileNotFoundError as error:
        raise TaskError(f"task {task.name!r} has no frozen corpus ({error.filename})", remedy) from error


def _read(folder: Path, remedy: str) -> tuple[list[bytes], list[bytes]]:
    """Return requests and expected replies; raises TaskError unless they are the bytes of the manifest."""
    try:
        manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
    except msgspec.DecodeError as error:
        raise TaskError(f"{folder / 'manifest.json'}: {error}", remedy) from error
    encoded, expected = (folder / "requests.bin").read_bytes(), (folder / "expected.bin").read_bytes()
    for name, data, wanted in (
        ("requests.bin", encoded, manifest.requests_sha256),
        ("expected.bin", expected, manifest.expected_sha256),
    ):
        if _sha(data) != wanted:
            raise TaskError(f"{folder / name} is not what was frozen (sha256 differs)", remedy)
    return decode_requests(encoded), decode_replies(expected).payloads


def _with_regressions(task: Task, requests: list[bytes], expected: list[bytes]) -> Corpus:
    files = sorted((task.root / "regressions").glob("*.bin"))
    extra = [file.read_bytes() for file in files]
    requests = extra + requests
    expected = [task.answer(request) for request in extra] + expected
    return Corpus(requests, expected, len(extra), _sha(encode_requests(requests)))


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
