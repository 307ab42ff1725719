"""Details for the page: what was packed comes out again, the most telling first, and no more than fits."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import replace
from typing import Any

from pytest_aiopt.analysis.details import Detail
from pytest_aiopt.analysis.trajectory import Attempt, Mutation, Trajectory
from pytest_aiopt.codebook.character import Class
from pytest_aiopt.model import Profile, ProfileItem, ProfileState
from pytest_aiopt.report.page.packing import by_interest, champions_lineage, pack
from pytest_aiopt.report.text import markdown

SOURCE = "int f() {\n    return 1;\n}\n"


class Recorded:
    """Details made up from the step alone."""

    def of(self, attempt: Attempt) -> Detail:
        step = attempt.step
        item = ProfileItem(2, "f()", 0.5, 0.4, 0.6)
        profile = Profile("perf", "6", ProfileState.TAKEN, "b", "w0", "time", 9, 1.0, 0.0, (item,))
        return Detail(
            step=step,
            line=10 * step,
            system="You improve it.\n\nIt is C++.",
            user=f"Parent {step}.\n\n{SOURCE}\n\nThe same as ever.",
            artifacts=("notes",),
            reply=f"</script><b>{step}\0",
            said="",
            counterexample="",
            diff=(f"+{step}",),
            before=(profile,),
            after=(),
            parent=SOURCE,
            child=None,
        )


def opened(data: str) -> list[dict[str, Any]]:
    """Undo the packing as the page does."""
    text = zlib.decompress(base64.b64decode(data), -zlib.MAX_WBITS).decode()
    known: list[Any] = []
    found = []
    for line in text.splitlines():
        detail = json.loads(line)
        known += detail["new"]
        for name in ("system", "user"):
            detail[name] = "\n\n".join(known[number] for number in detail[name])
        detail["before"] = known[detail["before"]]
        found.append(detail)
    return found


def cell(make: Any, calls: int) -> Trajectory:
    found: Trajectory = make.trajectory(passed=calls, failed=0)
    return found


def test_what_was_packed_comes_out_again(make: Any) -> None:
    packed = pack(cell(make, 5), Recorded(), 10_000)  # type: ignore[arg-type]
    assert (packed.steps, packed.left_out) == (frozenset({1, 2, 3, 4, 5}), 0)
    details = opened(packed.data)
    for detail in details:
        wanted = Recorded().of(cell(make, 5).attempts[detail["step"] - 1])
        assert (detail["system"], detail["user"], detail["reply"]) == (
            wanted.system,
            wanted.user,
            wanted.reply,
        )
        assert detail["line"] == wanted.line
        assert detail["before"][0]["items"] == [
            ["2", "f()", "cpu", "50.0 % of time", "40.0 % to 60.0 %", "return 1;"]
        ]
    assert sum(len(detail["new"]) for detail in details) == 4 + 1 + 5


def test_no_more_than_fits(make: Any) -> None:
    trajectory = cell(make, 60)
    whole = pack(trajectory, Recorded(), 10**6)  # type: ignore[arg-type]
    for most in (0, 300, 700, 1500):
        packed = pack(trajectory, Recorded(), most)  # type: ignore[arg-type]
        assert len(base64.b64decode(packed.data)) <= max(most, 2)
        assert len(packed.steps) + packed.left_out == 60
        assert [d["step"] for d in opened(packed.data)] == [a.step for a in by_interest(trajectory)][
            : len(packed.steps)
        ]
    assert whole.left_out == 0
    assert pack(trajectory, Recorded(), 10**6, mutations=7).left_out == 53  # type: ignore[arg-type]


def test_the_champions_lineage_comes_first_then_structural_ones(make: Any) -> None:
    attempts = list(cell(make, 5).attempts)
    attempts[4] = replace(attempts[4], parent="c2")
    structural = Mutation(
        kind=Class.STRUCTURAL,
        depth=2,
        labels=(),
        claimed=(),
        tokens="t",
        size=1,
        storage=0,
        targeting=None,
        uptake=None,
    )
    attempts[3] = replace(attempts[3], mutation=structural, measurement=make.measurement(-1.0))
    trajectory = replace(cell(make, 5), attempts=tuple(attempts), champion="c5")
    assert champions_lineage(trajectory) == {2, 5}
    assert [a.step for a in by_interest(trajectory)] == [2, 5, 4, 1, 3]


def test_markdown_shows_text_as_it_is() -> None:
    assert markdown.escaped("a|b *c* <i>\nd") == r"a\|b \*c\* \<i\> d"
