"""The placebo: profiles of the same program on another workload, as long as the true text.

The same renderer writes it in the same way, from the twin's profiles alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from pytest_aiopt.model import Profile
from pytest_aiopt.prompts import tokens
from pytest_aiopt.prompts.facts.content import alike, read
from pytest_aiopt.prompts.facts.fitting import CLOSE, fitted
from pytest_aiopt.prompts.render import RENDER_VERSION, STANDARD, Size, length, render, require


def placebo(
    profiles: Sequence[Profile],
    twin: Sequence[Profile],
    source: str,
    version: int = RENDER_VERSION,
    size: Size = STANDARD,
) -> str:
    """Return ``twin``, profiles of ``source`` on another workload, as text as long as that of ``profiles``.

    Deterministic. Raises ValueError if nothing was taken on either workload.
    """
    require(version)
    true, shown = read(profiles, source), tokens.count(render(profiles, source, version, size))
    aimed, content = length(true, size), read(alike(twin, true), source)
    wanted = aimed if abs(shown - aimed) <= CLOSE * aimed else shown
    return content.document(fitted(content, wanted, size.bytes))
