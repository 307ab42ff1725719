"""Guidance on methods, for the system message: the eight methodologies of SysGPT (Park et al., OSDI 2025).

The wording is ours. One text serves all tasks and tracks, so it is equally long with and without feedback.
"""

from __future__ import annotations

from pytest_aiopt.model import Guidance

SYSGPT = """\
Changes that make existing systems faster follow eight methodologies. Consider which of them fit:
1. Batching: collect several operations or items, and pay a cost that each of them had only once.
2. Caching: keep what was computed or fetched, and use it again when the same is asked for.
3. Precomputing: do work before it is needed, off the path that counts, or start it early.
4. Deferring: put work off until its result is needed, or until a cheaper moment; it may turn out needless.
5. Relaxation: give up precision or guarantees that nobody asks for, and save the work behind them.
6. Contextualization: gather facts about input or surroundings at run time, and let them choose what is done.
7. Hardware specialization: use what the machine offers beyond plain instructions, and suit its limits.
8. Layering: skip a layer, merge layers, or split one where this gives finer control."""


def guided(system: str, guidance: Guidance, text: str = SYSGPT) -> str:
    """Return the system message of a track, with the guidance on methods if the track includes it."""
    return f"{system}\n\n{text}" if guidance is Guidance.SYSGPT else system
