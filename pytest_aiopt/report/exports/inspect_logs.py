"""Model calls as logs of inspect_ai: one log per task and track, one sample per call, one epoch per seed.

``inspect view`` then shows every prompt, reply and outcome. The files are written by Inspect itself.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_aiopt.analysis.outcomes.effective import effective_children
from pytest_aiopt.analysis.readings import Reader
from pytest_aiopt.analysis.trajectory import Attempt, Trajectory
from pytest_aiopt.errors import ToolMissing
from pytest_aiopt.journal import ends
from pytest_aiopt.model import Status
from pytest_aiopt.report.document import grouped
from pytest_aiopt.report.tidy import tidy

if TYPE_CHECKING:
    from inspect_ai.log import EvalLog, EvalSample


def inspect_files(trajectories: Sequence[Trajectory], reader: Reader) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each log; raises ToolMissing without inspect_ai."""
    if find_spec("inspect_ai") is None:
        raise ToolMissing("logs of Inspect need inspect_ai", "pip install pytest-aiopt[inspect]")
    from inspect_ai.log import write_eval_log

    with tempfile.TemporaryDirectory(prefix="aiopt-") as folder:
        for cells in grouped(trajectories, lambda t: (t.cell.task, t.cell.track)):
            name = f"{cells[0].cell.task}-{cells[0].cell.track}.eval"
            write_eval_log(_log(cells, reader), str(Path(folder) / name))
            yield name, (Path(folder) / name).read_bytes()


def _log(cells: Sequence[Trajectory], reader: Reader) -> EvalLog:
    from inspect_ai.log import EvalConfig, EvalDataset, EvalLog, EvalResults, EvalSpec

    first = cells[0]
    samples = [sample for t in cells for sample in _samples(t, reader)]
    began = min(ends.began(reader.store.root / t.journal) for t in cells)
    return EvalLog(
        status="success" if all(t.finished for t in cells) else "cancelled",
        eval=EvalSpec(
            created=datetime.fromtimestamp(began, UTC).isoformat(),
            task=f"{first.study}/{first.cell.task}",
            model=first.shown,
            dataset=EvalDataset(name=first.cell.task, samples=len(samples)),
            config=EvalConfig(epochs=len(cells)),
            metadata={"track": first.cell.track, "feedback": str(first.feedback), **dict(first.identity)},
        ),
        results=EvalResults(total_samples=len(samples), completed_samples=len(samples)),
        samples=samples,
    )


def _samples(t: Trajectory, reader: Reader) -> Iterator[EvalSample]:
    details = reader.details(t)
    counted = {a.step for a in effective_children(t) or ()}
    mutations = {row["step"]: row for row in tidy([t]).mutations}
    for attempt in t.attempts:
        found = details.of(attempt)
        if found is not None:
            prompt = (found.system, found.user)
            facts = mutations.get(attempt.step, {})
            yield _sample(t, attempt, prompt, found.reply, facts, effective=attempt.step in counted)


def _sample(
    t: Trajectory, attempt: Attempt, prompt: tuple[str, str], reply: str, facts: Any, *, effective: bool
) -> EvalSample:
    from inspect_ai.log import EvalSample
    from inspect_ai.model import ChatMessageSystem, ChatMessageUser, ModelOutput
    from inspect_ai.scorer import Score

    scores = {
        "valid": Score(value=attempt.status is Status.PASSED),
        "effective": Score(value=effective),
    }
    if attempt.measurement is not None:
        scores["log2_speedup"] = Score(value=attempt.measurement.log2_speedup)
    system, user = prompt
    return EvalSample(
        id=attempt.step,
        epoch=t.cell.seed,
        input=[ChatMessageSystem(content=system), ChatMessageUser(content=user)],
        target="",
        output=ModelOutput.from_content(t.shown, reply),
        scores=scores,
        metadata={"status": attempt.status.value, "journal": t.journal, **facts},
        total_time=attempt.seconds,
    )
