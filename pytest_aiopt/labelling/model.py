"""A model as a rater: the same rubric, the same two programs, and a record of every prompt and reply."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from pytest_aiopt.labelling import changes, rubric
from pytest_aiopt.labelling.rating import SUREST, Rating
from pytest_aiopt.labelling.sample import Mutation
from pytest_aiopt.model import Completion, Prompt, thoughts
from pytest_aiopt.models.base import LanguageModel, call_seed
from pytest_aiopt.models.replies import unusable

FILE = "rater_calls.jsonl"
_FORM = (
    'Answer with one JSON object and nothing else: {"depth": 0 to 4, "labels": ["..."], "sure": 1 to 3, '
    '"note": "why, in one sentence"}. "sure" is 1 for a guess and 3 for certain.'
)
_OBJECT = re.compile(r"\{[^{}]*\}", re.DOTALL)


class Call(msgspec.Struct, frozen=True):
    """Prompt and reply of one call of a model rater."""

    mutation: str
    model: str
    prompt: Prompt
    seed: int
    completion: Completion
    time: float


class _Answer(msgspec.Struct, frozen=True):
    depth: int
    labels: tuple[str, ...] = ()
    sure: int = SUREST
    note: str = ""


def prompt_of(mutation: Mutation) -> Prompt:
    """Return the prompt for a mutation: the rubric, the program and its diff."""
    system = (
        "You judge how a change to a C++ program alters what the program does. You see nothing of why it was "
        f"made or what came of it.\n\n{rubric.text()}\n\n{_FORM}"
    )
    user = (
        f"# Program before the change\n```cpp\n{mutation.parent.rstrip()}\n```\n\n"
        f"# Change\n```diff\n{changes.unified(mutation.parent, mutation.child)}\n```\n"
    )
    return Prompt(system=system, user=user)


def rating_of(call: Call) -> Rating | None:
    """Return the rating in a reply: its last JSON object with a depth; None if it has none."""
    if unusable(call.completion) is not None:
        return None
    for text in reversed(_OBJECT.findall(thoughts.split(call.completion.text).answer)):
        try:
            answer = msgspec.json.decode(text, type=_Answer)
        except msgspec.DecodeError:
            continue
        labels = tuple(dict.fromkeys(label.strip().lower() for label in answer.labels))
        rating = Rating(call.mutation, call.model, call.time, answer.depth, labels, answer.sure, answer.note)
        if not rating.problem():
            return rating
    return None


class Calls:
    """The calls of model raters in a results directory, one JSON object per line."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def every(self) -> Iterator[Call]:
        """Yield the calls on record, without a last line that was cut off by a kill."""
        lines = self.path.read_bytes().splitlines() if self.path.exists() else []
        for number, line in enumerate(lines, start=1):
            try:
                yield msgspec.json.decode(line, type=Call)
            except msgspec.DecodeError:
                if number < len(lines):
                    raise

    def append(self, call: Call) -> None:
        """Append a call and flush it to disk."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            file.write(msgspec.json.encode(call) + b"\n")


def rate(
    sample: Iterable[Mutation],
    model: LanguageModel,
    name: str,
    calls: Calls,
    *,
    budget: int,
    clock: Callable[[], float] = time.time,
) -> Iterator[tuple[Call, Rating | None]]:
    """Yield a call and its rating for every mutation, with at most ``budget`` new paid calls.

    ``name``: the rater's name. A call on record with the same prompt is not repeated, so a recording can be
    replayed.
    """
    known = {(call.model, call.prompt.sha): call for call in calls.every()}
    for mutation in sample:
        prompt = prompt_of(mutation)
        call = known.get((name, prompt.sha))
        if call is None:
            if budget == 0:
                return
            budget -= 1
            seed = call_seed(name, 0, int(mutation.id[:8], 16))
            call = Call(mutation.id, name, prompt, seed, model.complete(prompt, seed=seed), clock())
            calls.append(call)
        yield call, rating_of(call)
