"""``aiopt task check``: whether tasks meet the criteria of a fit task."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_aiopt.cli.base import options, recorded
from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.cli.base.output import Output

if TYPE_CHECKING:
    from pytest_aiopt.campaign.laboratory import Laboratory
    from pytest_aiopt.tasks.criteria import Evidence


def check(names: Sequence[str], laboratory: Laboratory, out: Output, sources: Sequence[Path] = ()) -> int:
    """Write the evidence for each task as tables; return 1 where a criterion of a fit task is not met.

    ``sources``: recordings whose first steps are tried as well.
    """
    from pytest_aiopt.campaign.task_check import information, observe, proposals
    from pytest_aiopt.campaign.task_check.progress import Progress
    from pytest_aiopt.cli.task import criteria_table, information_table, rewrites
    from pytest_aiopt.tasks.information import store_fitness

    laboratory.prepare()
    records = recorded.records(sources)
    benches = [laboratory.bench(name) for name in names]

    def tell(seen: Evidence, again: bool) -> None:
        out.line(f"{seen.task}: {criteria_table.outcome(seen, again=again)}")
        for failure in seen.failures:
            out.line(f"  {failure}")

    checked = observe.check(benches, tell, out.line)
    for bench, seen in zip(benches, checked, strict=True):
        store_fitness(laboratory.store.information, seen.task, bench.task.digest, seen.failures)
    known = [
        information.observe(
            bench,
            proposals.first_steps(records, bench.task),
            Progress(bench.task.name, out.line),
            seen.gains,
        )
        for bench, seen in zip(benches, checked, strict=True)
    ]
    out.line(criteria_table.table(checked))
    for line in criteria_table.notes(checked):
        out.line(line)
    out.line(information_table.table(known))
    for line in information_table.notes(known):
        out.line(line)
    sites = {name: rewrites.places(laboratory.task(name)) for name in names}
    for place in sites.values():
        out.line(place.line)
    document = criteria_table.as_json(checked, sites)
    for one in known:
        document[one.task] |= information_table.as_json(one)
    out.result({"tasks": document})
    return int(any(seen.failures for seen in checked))


def _run(call: Invocation) -> int:
    return check(call.tasks(), call.laboratory, call.out, call.args.sources)


COMMAND = Command(
    "check",
    "check tasks against the criteria of a fit task, and whether they are informative",
    "aiopt task check record_scan --json",
    _run,
    (options.tasks, recorded.sources, options.sandbox),
)
