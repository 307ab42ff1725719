"""What the page shows, as plain data: studies with their totals, cells, mutations and faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from pytest_aiopt.design.study import Study
from pytest_aiopt.journal.store import place
from pytest_aiopt.live.cell import FollowedCell, State
from pytest_aiopt.model import Cell


class CellShown(msgspec.Struct, frozen=True):
    """One cell. ``best``: its best measured speedup; None before the first. Times are unix seconds."""

    id: str
    study: str
    task: str
    track: str
    seed: str
    state: State
    doing: str = ""
    step: int = 0
    iterations: int = 0
    best: float | None = None
    decided: int = 0
    valid: int = 0
    eta_s: float | None = None
    changed: float = 0.0
    model: str = ""


class StudyShown(msgspec.Struct, frozen=True):
    """Totals of one study. ``paid``: calls of endpoints, the lost ones included.

    ``left_s``: until the last running cell has made its calls; ``all_left_s``: until all cells have, at the
    pace so far. ``money`` is None without prices; ``limits`` are the study's budget.
    """

    study: str
    states: dict[str, int]
    calls: int
    of_calls: int
    paid: int
    tokens: int
    estimated: bool
    money: float | None
    lost: int
    ran_s: float
    changed: float
    left_s: float | None
    all_left_s: float | None
    limits: dict[str, float]


@dataclass(frozen=True, slots=True)
class Plan:
    """The cells that a study file declares. ``study``: None without one; ``named``: somebody asked for it."""

    study: Study | None = None
    named: bool = False
    ids: dict[str, Cell] = field(default_factory=dict)

    @classmethod
    def of(cls, study: Study, *, named: bool) -> Plan:
        """Return the plan of a study."""
        return cls(study, named, {f"{study.id}/{place_of(cell)}": cell for cell in study.grid()})

    def waiting(self, begun: Iterable[str]) -> list[CellShown]:
        """Return the cells that have no journal yet.

        A study that nobody named and that has not begun is left out where another one has.
        """
        known = set(begun)
        if self.study is None or (known and not self.named and known.isdisjoint(self.ids)):
            return []
        calls = self.study.iterations
        return [
            CellShown(
                id=id_,
                study=self.study.id,
                task=cell.task,
                track=cell.track,
                seed=str(cell.seed),
                state=State.WAITING,
                iterations=calls,
            )
            for id_, cell in self.ids.items()
            if id_ not in known
        ]


def place_of(cell: Cell) -> str:
    """Return the folder of a cell below that of its study."""
    return place(Path(), cell).parent.as_posix()


def shown(cell: FollowedCell, now: float) -> CellShown:
    """Return what the page shows of a cell."""
    study, task, track, seed = cell.id.split("/")
    standing = cell.standing()
    return CellShown(
        id=cell.id,
        study=study,
        task=task,
        track=track,
        seed=seed.removeprefix("seed_"),
        state=cell.state(now),
        doing=standing.doing,
        step=standing.step,
        iterations=standing.iterations,
        best=standing.best,
        decided=standing.decided,
        valid=standing.valid,
        eta_s=standing.eta_s,
        changed=cell.changed,
        model=(cell.opened.alias or cell.opened.model) if cell.opened else "",
    )


def totals(study: str, cells: Sequence[FollowedCell], drawn: Sequence[CellShown], plan: Plan) -> StudyShown:
    """Sum up a study. ``drawn``: its cells as shown, those that wait included."""
    spent = [cell.account.spent for cell in cells]
    used = sum(one.ran for one in cells)
    made = sum(one.step for one in drawn)
    running = [one for one in drawn if one.state is State.RUNNING]
    etas = [one.eta_s for one in running if one.eta_s is not None]
    missing = sum(one.iterations - one.step for one in drawn if one.state is not State.FINISHED)
    own = plan.study if plan.study is not None and plan.study.id == study else None
    return StudyShown(
        study=study,
        states=dict(Counter(one.state.value for one in drawn)),
        calls=made,
        of_calls=sum(one.iterations for one in drawn),
        paid=sum(one.calls + one.lost for one in spent),
        tokens=sum(one.prompt_tokens + one.completion_tokens + one.lost_tokens for one in spent),
        estimated=any(one.estimated for one in spent),
        money=sum(one.money + one.lost_money for one in spent)
        if any(c.account.priced for c in cells)
        else None,
        lost=sum(one.lost for one in spent),
        ran_s=used,
        changed=max((cell.changed for cell in cells), default=0.0),
        left_s=max(etas) if etas and len(etas) == len(running) else None,
        all_left_s=missing * used / made / len(running) if made and running else None,
        limits=own.budget.study.limits() if own else {},
    )
