"""Looks at the journals while somebody has the page open, and gives every page what changed."""

from __future__ import annotations

import queue
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from pytest_aiopt.live.cell import FollowedCell, News
from pytest_aiopt.live.figures import AT_ONCE, Figures
from pytest_aiopt.live.follower import Follower, Looked, latest
from pytest_aiopt.live.snapshot import CellShown, Plan, shown, totals

LOOK_S = 0.8
BEAT_S = 2.0
"""A page that hears nothing for some beats takes the connection for lost."""
NEWS = 60
"""Mutations and faults that a new page gets."""
BEHIND = 100
"""A page that is so many messages behind is disconnected; it connects again and gets the whole state."""

Document = dict[str, Any]


@dataclass(slots=True)
class Watch:
    """The state of the followed studies, shared by all open pages.

    ``name``: of the results directory, as the page shows it.
    """

    name: str
    follower: Follower
    plan: Plan = field(default_factory=Plan)
    figures: Figures = field(default_factory=Figures)
    _pages: set[queue.Queue[bytes]] = field(default_factory=set)
    _news: list[News] = field(default_factory=list)
    _sent: dict[str, CellShown] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _opened: threading.Condition = field(default_factory=threading.Condition)

    def run(self) -> None:
        """Look again and again as long as a page is open; wait for one while none is."""
        while True:
            with self._opened:
                self._opened.wait_for(lambda: bool(self._pages))
            self.step()
            time.sleep(LOOK_S)

    def step(self) -> None:
        """Look once and send what changed to the open pages."""
        with self._lock:
            change = self._look()
            if change:
                self._send("change", change)

    def snapshot(self) -> Document:
        """Return the whole state as it is now, without figures."""
        with self._lock:
            self._look()
            return self._whole()

    @contextmanager
    def page(self) -> Iterator[queue.Queue[bytes]]:
        """Yield the queue of an open page, which begins with the whole state."""
        own: queue.Queue[bytes] = queue.Queue(BEHIND)
        with self._lock:
            self._look(figures=None)
            own.put(message("state", self._whole() | {"figures": self.figures.all()}))
            self._pages.add(own)
        with self._opened:
            self._opened.notify_all()
        try:
            yield own
        finally:
            self._pages.discard(own)

    def has(self, page: queue.Queue[bytes]) -> bool:
        """Whether a page is still served; one that was too far behind is not."""
        return page in self._pages

    def _look(self, figures: int | None = AT_ONCE) -> Document:
        """Follow the journals; return what changed, {} where nothing did. ``figures``: most to be drawn."""
        looked = self.follower.look()
        cells = self.follower.cells
        self.figures.note(looked.cells)
        drawn = self.figures.draw(cells.values(), figures)
        self._news = sorted([*self._news, *looked.news], key=lambda one: one.time)[-20 * NEWS :]
        changed = self._changed(looked)
        if not changed and not looked.news and not drawn:
            return {}
        studies = {one.study for one in changed}
        return {
            "cells": changed,
            "studies": [total for total in self._totals() if total.study in studies],
            **self._latest(looked.news),
            "figures": drawn,
            "swatches": self.figures.swatches(),
        }

    def _changed(self, looked: Looked) -> list[CellShown]:
        now = self.follower.clock()
        new = [shown(cell, now) for cell in looked.cells]
        self._sent |= {one.id: one for one in new}
        return new

    def _whole(self) -> Document:
        return {
            "results": self.name,
            "now": self.follower.clock(),
            "studies": self._totals(),
            "cells": self._every(),
            **self._latest(self._news),
            "swatches": self.figures.swatches(),
        }

    def _every(self) -> list[CellShown]:
        """Return all cells, begun and not, in the order of the grid."""
        begun = [self._sent[cell] for cell in sorted(self._sent)]
        return [*begun, *self.plan.waiting(self._sent)]

    def _totals(self) -> list[Any]:
        followed: dict[str, list[FollowedCell]] = defaultdict(list)
        for cell in self.follower.paid:
            followed[cell.id.partition("/")[0]].append(cell)
        drawn: dict[str, list[CellShown]] = defaultdict(list)
        for one in self._every():
            drawn[one.study].append(one)
        return [totals(study, followed[study], drawn[study], self.plan) for study in sorted(drawn)]

    @staticmethod
    def _latest(news: list[News]) -> Document:
        mutations, faults = latest(news, NEWS)
        return {"mutations": mutations, "faults": faults}

    def _send(self, kind: str, document: Document) -> None:
        sent = message(kind, document)
        for page in list(self._pages):
            try:
                page.put_nowait(sent)
            except queue.Full:
                self._pages.discard(page)


def message(kind: str, document: Document) -> bytes:
    """Return a server-sent event."""
    return b"event: " + kind.encode() + b"\ndata: " + msgspec.json.encode(document) + b"\n\n"
