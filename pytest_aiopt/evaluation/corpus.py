"""The frozen corpus: correctness cases generated once by hypothesis, stored as bytes with their digests.

Frozen because equal hypothesis seeds stop giving equal inputs after any edit of local constants; every
candidate of every track must face the same bytes.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

from pytest_aiopt.errors import StoreError, TaskError
from pytest_aiopt.evaluation.wire import decode_replies, decode_requests, encode_replies, encode_requests
from pytest_aiopt.tasks.loader import Task

CASES = 500
MAX_BYTES = 8 << 20


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


def freeze(task: Task, *, cases: int = CASES, seed: int = 1) -> Manifest:
    """Generate the corpus of ``task`` and write it to its ``corpus`` folder."""
    import hypothesis

    requests = generate(task, cases, seed)
    if sum(map(len, requests)) > MAX_BYTES:
        total = sum(map(len, requests)) >> 20
        raise TaskError(f"the corpus of {task.name} takes {total} MB", "make cases() in inputs.py smaller")
    encoded = encode_requests(requests)
    expected = encode_replies([task.answer(request) for request in requests])
    manifest = Manifest(len(requests), seed, hypothesis.__version__, _sha(encoded), _sha(expected))
    folder = task.root / "corpus"
    try:
        folder.mkdir(exist_ok=True)
        _write(folder / "requests.bin", encoded)
        _write(folder / "expected.bin", expected)
        _write(folder / "manifest.json", msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
    except OSError as error:
        raise StoreError(f"cannot write {folder}: {error.strerror}", "mend its permissions") from error
    return manifest


def generate(task: Task, cases: int, seed: int) -> list[bytes]:
    """Return ``cases`` distinct request payloads drawn from the task's strategy, in drawing order."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded

    found: dict[bytes, None] = {}

    @seeded(seed)
    @settings(
        max_examples=4 * cases,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(task.cases())
    def collect(case: bytes) -> None:
        if len(found) < cases:
            found.setdefault(case)

    collect()
    return list(found)


def load(task: Task) -> Corpus:
    """Read the frozen corpus; raises TaskError where it is missing or its bytes are not the frozen ones."""
    folder = task.root / "corpus"
    remedy = f"freeze it again with: pytest --aiopt-freeze {task.name}"
    try:
        manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
        encoded, expected = (folder / "requests.bin").read_bytes(), (folder / "expected.bin").read_bytes()
    except FileNotFoundError as error:
        raise TaskError(f"task {task.name!r} has no frozen corpus ({error.filename})", remedy) from error
    except msgspec.DecodeError as error:
        raise TaskError(f"{folder / 'manifest.json'}: {error}", remedy) from error
    for name, data, wanted in (
        ("requests.bin", encoded, manifest.requests_sha256),
        ("expected.bin", expected, manifest.expected_sha256),
    ):
        if _sha(data) != wanted:
            raise TaskError(f"{folder / name} is not what was frozen (sha256 differs)", remedy)
    return _with_regressions(task, decode_requests(encoded), decode_replies(expected).payloads)


def _with_regressions(task: Task, requests: list[bytes], expected: list[bytes]) -> Corpus:
    files = sorted((task.root / "regressions").glob("*.bin"))
    extra = [file.read_bytes() for file in files]
    requests = extra + requests
    expected = [task.answer(request) for request in extra] + expected
    return Corpus(requests, expected, len(extra), _sha(encode_requests(requests)))


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(data)
    os.replace(temporary, path)
