"""Parse the profiles of Coz, as text or as JSON lines; Lull writes the same text.

A file contains runs, each begun by ``startup``; an ``experiment`` is followed by the points visited in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pytest_aiopt.profiling.causal import Experiment, Run

Fields = Mapping[str, object]

_UNUSED = {"latency-point", "shutdown"}
_POINTS = {"throughput-point", "progress-point"}
_OWN_HEADER = "/coz.h:"


class CozFormatError(ValueError):
    """A profile cannot be parsed; the message gives the line and the reason."""


@dataclass(slots=True)
class _OpenRun:
    experiments: list[Experiment] = field(default_factory=list)
    runtime_ns: int | None = None
    samples: dict[str, int] = field(default_factory=dict)
    paced: int = 0
    unseen: int = 0

    def closed(self) -> Run:
        kept = [each for each in self.experiments if _OWN_HEADER not in each.selected]
        return Run(tuple(kept), self.runtime_ns, self.samples, self.paced, self.unseen)


def parse(text: str) -> list[Run]:
    """Return the runs of a profile; raises CozFormatError at the first invalid line."""
    runs: list[_OpenRun] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            kind, fields = _record(line)
            if kind == "startup":
                runs.append(_OpenRun())
            elif not runs:
                raise ValueError("no startup before it")
            else:
                _take(runs[-1], kind, fields)
        except ValueError as error:
            raise CozFormatError(f"line {number} of the profile, {line[:60]!r}: {error}") from error
    return [run.closed() for run in runs]


def _record(line: str) -> tuple[str, Fields]:
    """Return the kind of a record and its fields, with JSON names converted to those of the text format."""
    if line.startswith("{"):
        fields = json.loads(line)
        named = {str(key).replace("_", "-"): value for key, value in fields.items()}
        return str(named.pop("type", "")).replace("_", "-"), named
    kind, *rest = line.split("\t")
    pairs = [entry.partition("=") for entry in rest]
    if not all(separator for _, separator, _ in pairs):
        raise ValueError("a field without a value")
    return kind, {key: value for key, _, value in pairs}


def _take(run: _OpenRun, kind: str, fields: Fields) -> None:
    if kind == "experiment":
        run.experiments.append(_experiment(fields))
    elif kind in _POINTS:
        if not run.experiments:
            raise ValueError("a progress point before any experiment")
        last = run.experiments[-1]
        visits = {**last.visits, _text(fields, "name"): _whole(fields, "delta")}
        run.experiments[-1] = replace(last, visits=visits)
    elif kind == "runtime":
        run.runtime_ns = _whole(fields, "time")
        run.paced, run.unseen = (_whole(fields, key) if key in fields else 0 for key in ("paced", "unseen"))
    elif kind == "samples":
        run.samples[_text(fields, "location")] = _whole(fields, "count")  # cumulative: the last one counts
    elif kind not in _UNUSED:
        raise ValueError(f"an unknown record {kind!r}")


def _experiment(fields: Fields) -> Experiment:
    speedup = float(_text(fields, "speedup"))
    if not 0 <= speedup <= 1:
        raise ValueError(f"a speedup of {speedup}")
    return Experiment(
        selected=_text(fields, "selected"),
        speedup=speedup,
        duration_ns=_whole(fields, "duration"),
        on_line=_whole(fields, "selected-samples"),
        delay_ns=_whole(fields, "delay") if "delay" in fields else None,
    )


def _text(fields: Fields, key: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str | int | float):
        raise ValueError(f"no {key}")
    return str(value)


def _whole(fields: Fields, key: str) -> int:
    number = int(_text(fields, key))
    if number < 0:
        raise ValueError(f"a negative {key}")
    return number
