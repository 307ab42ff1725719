"""All recorded data on one mutation."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field

from pytest_aiopt.analysis.trajectory import Attempt
from pytest_aiopt.journal.events import Built, Edited, Judged, Measured, Opened, Profiled, Proposed
from pytest_aiopt.journal.lines import Lines
from pytest_aiopt.model import Candidate, Profile, Status

CONTEXT = 3
"""Number of context lines around a change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One step. ``said``: messages of edit, compiler and gate; ``diff``: unified, without file names.

    ``before``, ``after``: profiles of parent and child, () if none was taken. ``line``: line of the reply in
    the journal. ``parent``, ``child``: sources, None if the reply gave no program.
    """

    step: int
    line: int
    system: str
    user: str
    artifacts: tuple[str, ...]
    reply: str
    said: str
    counterexample: str
    diff: tuple[str, ...]
    before: tuple[Profile, ...]
    after: tuple[Profile, ...]
    parent: str
    child: str | None


@dataclass(slots=True)
class Details:
    """Reads steps of one journal; sources and profiles of parents are read once."""

    lines: Lines
    _sources: dict[str, str] = field(default_factory=dict)
    _profiles: dict[str, tuple[Profile, ...]] = field(default_factory=dict)

    def of(self, attempt: Attempt) -> Detail | None:
        """Return the record of a step; None if the journal does not contain it."""
        found = self.lines.at(Proposed, attempt.step)
        if found is None:
            return None
        line, proposed = found
        edited = self._edited(attempt.step)
        parent = self._source(attempt.parent)
        child = edited.source if edited else None
        if attempt.candidate is not None and child is not None:
            self._sources[attempt.candidate] = child
        said, counterexample = self._verdict(attempt)
        return Detail(
            step=attempt.step,
            line=line,
            system=proposed.prompt.system,
            user=proposed.prompt.user,
            artifacts=tuple(proposed.artifacts),
            reply=proposed.completion.text or proposed.completion.error,
            said="\n".join(text for text in (edited.detail if edited else "", said) if text),
            counterexample=counterexample,
            diff=() if child is None else tuple(unified(parent, child)),
            before=self._profile(attempt.parent),
            after=self._profile(attempt.candidate) if attempt.candidate else (),
            parent=parent,
            child=child,
        )

    def _edited(self, step: int) -> Edited | None:
        found = self.lines.at(Edited, step)
        return found[1] if found else None

    def _verdict(self, attempt: Attempt) -> tuple[str, str]:
        """Return the message of the compiler or gate that rejected a candidate, and its counterexample."""
        if attempt.status in (Status.COMPILE_ERROR, Status.RULE):
            built = self.lines.at(Built, attempt.step)
            diagnostics = built[1].diagnostics if built else ()
            messages = [f"{d.line}:{d.column}: {d.severity}: {d.message}" for d in diagnostics]
            return "\n".join([built[1].detail if built else "", *messages]).strip(), ""
        if attempt.status in (Status.PASSED, Status.EDIT_ERROR):
            return "", ""
        for found in (self.lines.at(Measured, attempt.step), self.lines.at(Judged, attempt.step)):
            verdict = found[1].verdict if found else None
            if verdict is not None:
                return verdict.detail, verdict.counterexample
        return "", ""

    def _source(self, sha: str) -> str:
        if sha not in self._sources:
            found = self.lines.of_candidate(Edited, sha)
            if found and found[1].source is not None:
                self._sources[sha] = found[1].source
            else:
                opened = self.lines.at(Opened, 0)
                program = opened[1].program if opened else ""
                self._sources[sha] = program if Candidate(program).sha == sha else ""
        return self._sources[sha]

    def _profile(self, sha: str) -> tuple[Profile, ...]:
        if sha not in self._profiles:
            found = self.lines.of_candidate(Profiled, sha)
            self._profiles[sha] = found[1].profiles if found else ()
        return self._profiles[sha]


def unified(parent: str, child: str) -> list[str]:
    """Return a unified diff without file names; common head and tail of the texts are not compared."""
    old, new = parent.split("\n"), child.split("\n")
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    start = max(0, same - CONTEXT)
    tail = 0
    while tail < min(len(old), len(new)) - same and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    cut = max(0, tail - CONTEXT)
    middle_old, middle_new = old[start : len(old) - cut], new[start : len(new) - cut]
    return list(_hunks(middle_old, middle_new, start))


def _hunks(old: list[str], new: list[str], offset: int) -> list[str]:
    found: list[str] = []
    matcher = difflib.SequenceMatcher(_is_common, old, new, autojunk=False)
    for group in matcher.get_grouped_opcodes(CONTEXT):
        i, j = group[0][1], group[0][3]
        found.append(f"@@ -{offset + i + 1},{group[-1][2] - i} +{offset + j + 1},{group[-1][4] - j} @@")
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                found += [f" {line}" for line in old[i1:i2]]
                continue
            found += [f"-{line}" for line in old[i1:i2]]
            found += [f"+{line}" for line in new[j1:j2]]
    return found


def _is_common(line: str) -> bool:
    """Whether a line is too frequent to serve as an anchor of the diff."""
    return not line.strip(" \t{}();")
