"""The part of a cell's record that describes where the cell ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_aiopt.evaluation.build.recipe import Sanitizer
from pytest_aiopt.evaluation.host import cores, load, machine
from pytest_aiopt.profiling.base import Choice

PLACE = ("machine", "profilers", "gate")
"""Names in a cell's identity that say where it ran; cells of a study that differ in them are not mixed."""

SANDBOX = "sandbox"
"""Key of the sandbox among the missing tools; the other keys but LOAD are names of profilers."""

LOAD = "load"
"""Key of what the machine did beside timed runs, where that cannot be seen."""
UNJUDGED = "load cannot be judged: /proc/stat does not count the processors, so disturbed pairs are kept"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where instruments measure. ``identity``: the values of PLACE; ``machine``: its description.

    ``missing``: what does not work there, with the reason. ``unprofiled``: why no profile can be shown, "" if
    one can. ``twin``: the recorded twin workload of a replay; None if the study draws it.
    """

    identity: Mapping[str, str]
    machine: Mapping[str, str]
    missing: Mapping[str, str] = field(default_factory=dict)
    unprofiled: str = ""
    twin: str | None = None


def here(described: Mapping[str, str], profilers: Choice, *, sanitize: bool, sandbox: str) -> Surroundings:
    """Return the surroundings of a cell on this machine; ``sandbox``: missing parts of its sandbox."""
    identity = {
        "machine": machine.fingerprint(dict(described)),
        "profilers": profilers.described,
        "gate": "with sanitizers" if sanitize else "plain",
    }
    judged = load.counted(cores.usable())
    missing = ({SANDBOX: sandbox} if sandbox else {}) | ({} if judged else {LOAD: UNJUDGED})
    missing |= profilers.refused
    reasons = "; ".join(profilers.refused.values()) or "the study or a conftest.py names none"
    facts = {**described, "sanitizers": ", ".join(Sanitizer)}
    return Surroundings(identity, facts, missing, "" if profilers.locates else reasons)
