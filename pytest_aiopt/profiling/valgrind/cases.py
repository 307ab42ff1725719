"""The costliest case of the gate's corpus for a candidate, in instructions: they repeat, times do not.

One run under callgrind, which writes and resets its counters before each request is served. The cost of a
request ends when the next one is served, so it includes sending the reply.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_aiopt.model import ItemKind, Profile, ProfileItem, ProfileState
from pytest_aiopt.profiling.base import ProfilingFailed, Subject, blank, guarded
from pytest_aiopt.profiling.valgrind import tool as valgrind_tool

BY_REQUEST = ("--tool=callgrind", "--dump-before=serve(*", "--combine-dumps=yes", "--dump-line=no")
_TOTALS = re.compile(r"^totals: (\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class CostliestCase(valgrind_tool.ByValgrind):
    """Finds the costliest of the ``cases`` that the subject serves; ``describe`` returns a case's text."""

    cases: int
    describe: Callable[[int], str]

    name = "costliest case"

    def profile(self, subject: Subject) -> Profile:
        """Count one run; see Profiler.profile. Of cases with equal cost, the first is returned."""
        refusal = self.available()
        if refusal is not None:
            return blank(self, subject, ProfileState.UNAVAILABLE, refusal)

        def take(binary: Path) -> Profile:
            text = valgrind_tool.simulated(subject, binary, BY_REQUEST, "callgrind-out-file")
            return self._filled(blank(self, subject, ProfileState.TAKEN), by_case(text, self.cases))

        return guarded(self, subject, take)

    def _filled(self, empty: Profile, counts: list[int]) -> Profile:
        most = max(counts)
        case = counts.index(most)
        what = f"case {case}: {self.describe(case)}"
        return replace(
            empty,
            samples=sum(counts),
            items=(ProfileItem(0, "", most, most, most, ItemKind.CASE, unit="instructions", site=what),),
            detail=f"{self.cases} cases, the median one {statistics.median_low(counts)} instructions",
        )


def by_case(text: str, cases: int) -> list[int]:
    """Return the instructions of each case from the parts of a callgrind file; the first is the start-up.

    Raises ProfilingFailed unless the number of parts is the number of cases plus one.
    """
    parts = [int(total) for total in _TOTALS.findall(text)]
    if len(parts) != cases + 1:
        raise ProfilingFailed(f"callgrind counted {len(parts)} parts of a run of {cases} requests")
    return parts[1:]
