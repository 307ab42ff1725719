"""The methods of a study in the wording of a paper; each fact comes from its records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pytest_aiopt.report.answers import QUANTITIES
from pytest_aiopt.report.document import StudyReport
from pytest_aiopt.report.paper.runs import Runs
from pytest_aiopt.report.surroundings import DesignRow, MachineRow

SEARCH = (
    "Each call selects a parent program, shows it to the model with the feedback of the track, and asks for "
    "an edit. The edited program is compiled, checked for correct answers on a visible and a hidden corpus, "
    "and timed in pairs of runs with the starting program, on the same secret input and in random order."
)
STATISTICS = (
    "The primary outcome is {quantity}. Tracks are compared cell by cell with tasks as blocks: exact "
    "two-sided rank tests, Hodges-Lehmann shifts with exact intervals, p adjusted by Holm over the planned "
    "contrasts and by Benjamini and Hochberg over exploratory ones. Champions are confirmed by fresh "
    "measurements on held-out workloads."
)
EFFECTIVE = (
    "A mutation is effective where it is a distinct change of the program's structure that is correct and "
    "faster than its parent beyond the noise floor."
)


def sentences(study: StudyReport, runs: Runs) -> tuple[str, ...]:
    """Return the methods as sentences; a sentence without supporting records says so."""
    return tuple(_sentences(study, runs))


def _sentences(study: StudyReport, runs: Runs) -> Iterator[str]:
    yield _design(study, runs)
    yield from map(_track, study.design)
    yield from _models(study, runs)
    yield SEARCH
    yield from _meter(runs)
    yield _floors(study)
    yield _profilers(runs)
    yield from map(_machine, study.machines)
    yield _days(runs)
    yield STATISTICS.format(quantity=QUANTITIES[study.answer.outcome])
    yield EFFECTIVE
    yield _registration(runs)


def _design(study: StudyReport, runs: Runs) -> str:
    tasks = joined(table.task for table in study.tables)
    calls = sum(row.stages["calls"] or 0 for row in study.tracks)
    return (
        f"Study {study.study} crosses {counted(len(study.tables), 'task')} ({tasks}), "
        f"{counted(len(study.design), 'track')} and {counted(len(runs.seeds), 'seed')} "
        f"({spans(runs.seeds)}); "
        f"on record are {counted(study.cells, 'cell')}, {study.finished} of them finished, with "
        f"{joined(map(str, runs.iterations), 'or')} model calls per cell and {calls} in total."
    )


def _track(row: DesignRow) -> str:
    hint = "" if row.hint == "none" else f", hint {row.hint}"
    note = f" ({row.description})" if row.description else ""
    return (
        f"Track {row.track}{note}: model {row.model}, feedback {row.feedback}, search {row.strategy}{hint}."
    )


def _models(study: StudyReport, runs: Runs) -> Iterator[str]:
    embedded = joined(sorted({name for row in study.tracks if row.embedded for name in row.models}))
    if embedded:
        yield f"Embedded programs, not language models, stand in for models: {embedded}."
    for row in study.models:
        if not row.answered:
            yield f"The records do not say which model answered as {row.model}."
        elif row.answered != (row.model,):
            yield f"Model {row.model} answered as {joined(row.answered)}."
    sampling = [
        f"{name.removeprefix('model.').replace('_', ' ')} {joined(values, 'or')}"
        for name in ("model.temperature", "model.top_p", "model.max_tokens", "model.reasoning_effort")
        if (values := runs.values(name))
    ]
    yield f"Sampling: {', '.join(sampling)}." if sampling else "The records hold no sampling settings."


def _meter(runs: Runs) -> Iterator[str]:
    search, confirm = runs.values("meter.budget_s"), runs.values("meter.confirm_s")
    if search and confirm:
        yield (
            f"A measurement takes {joined(search, 'or')} s in the search and {joined(confirm, 'or')} s at "
            "confirmation."
        )
    else:
        yield "The records hold no measurement budgets."


def _floors(study: StudyReport) -> str:
    floors = [row.floor for row in study.floors]
    if not floors:
        return "No noise floor is on record."
    sizes = sorted({len(floor.log2_ratios) for floor in floors})
    ratios = sorted(2.0**floor.delta for floor in floors)
    bounds = joined(dict.fromkeys(f"{ratio:.3f}" for ratio in (ratios[0], ratios[-1])), "to")
    return (
        f"Noise floors come from {spans(sizes)} evaluations of each starting program against itself; a "
        f"program counts as faster where its whole 95 % interval lies above that of its task ({bounds})."
    )


def _profilers(runs: Runs) -> str:
    found = runs.values("profilers")
    if not found:
        return "The records do not name the profilers."
    return f"In all tracks, parents are profiled by {joined(found, 'or')}."


def _machine(row: MachineRow) -> str:
    facts = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in row.facts)
    return f"{counted(row.cells, 'cell')} ran on machine {row.fingerprint}: {facts or 'no facts on record'}."


def _days(runs: Runs) -> str:
    when = f"on {runs.first}" if runs.first == runs.last else f"from {runs.first} to {runs.last}"
    return f"The records were written {when} (UTC)."


def _registration(runs: Runs) -> str:
    found = runs.registered
    if found is None:
        return "The study was not registered before it ran."
    deviations = counted(len(found.deviations), "deviation") if found.deviations else "no deviation"
    return (
        f"Design, tasks, analysis code and thresholds were registered at {found.at} (sha256 {found.sha256}); "
        f"{deviations} from the registration on record."
    )


def counted(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}{'s' * (number != 1)}"


def joined(names: Iterable[str], last: str = "and") -> str:
    """Return names as an enumeration within a sentence."""
    found = list(names)
    return f" {last} ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def spans(numbers: Sequence[int]) -> str:
    """Return ascending integers with runs of three or more as "a to b"."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][-1] + 1:
            found[-1].append(number)
        else:
            found.append([number])
    shown = [f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in found]
    return ", ".join(shown)
