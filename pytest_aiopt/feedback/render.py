"""From a Profile to the text a prompt may hold: facts in a fixed format, no advice, at most 1.2 KB."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_aiopt.model import Profile, ProfileItem, ProfileState

RENDER_VERSION = 1
"""Version 1: the first. Raised whenever the same profile would render to other bytes."""

MAX_ROWS = 8
MAX_BYTES = 1200
SOURCE_LETTERS = 60
NAME_LETTERS = 32
_COLUMNS = "line | function | share | 95 % interval | source"


def taken(profiles: Sequence[Profile]) -> tuple[Profile, ...]:
    """Return the profiles that hold data."""
    return tuple(profile for profile in profiles if profile.state is ProfileState.TAKEN)


def render(profiles: Sequence[Profile], source: str, version: int = RENDER_VERSION) -> str:
    """Return the profiles of ``source`` as text; raises ValueError if none was taken.

    Shares are cut, not rounded, to 0.1 %, and what they lack to 100 % counts as other lines. Rows that do not
    fit into MAX_BYTES of UTF-8 are left out, the cheapest first.
    """
    if version != RENDER_VERSION:
        raise ValueError(f"no text of version {version} is known")
    if not taken(profiles):
        raise ValueError(f"nothing was taken: {'; '.join(profile.detail for profile in profiles)}")
    profile = taken(profiles)[0]
    lines = source.split("\n")  # as the compiler counts them
    items = sorted(profile.items, key=lambda item: (-item.value, item.line))[:MAX_ROWS]
    while items and len(_document(profile, items, lines).encode()) > MAX_BYTES:
        items.pop()
    return _document(profile, items, lines)


def _document(profile: Profile, items: list[ProfileItem], source: list[str]) -> str:
    outside = _tenths(profile.outside)
    other = max(0, 1000 - outside - sum(_tenths(item.value) for item in items))
    return "\n".join(
        [
            f"profile of the current program: share of its {_name(profile.unit)} by source line"
            " (callees outside the program are charged to the calling line)",
            _COLUMNS,
            *(_row(item, source) for item in items),
            f"other lines {_percent(other)} %, outside the program {_percent(outside)} %",
            _provenance(profile),
        ]
    )


def _row(item: ProfileItem, source: list[str]) -> str:
    text = source[item.line - 1] if 0 < item.line <= len(source) else ""
    interval = f"{_percent(_tenths(item.low))}-{_percent(_tenths(item.high))} %"
    function = _name(item.function)
    share = _percent(_tenths(item.value))
    return f"{item.line} | {function} | {share} % | {interval} | {_plain(text)[:SOURCE_LETTERS]}".rstrip()


def _provenance(profile: Profile) -> str:
    counted = profile.unit if profile.unit == "instructions" else "samples"
    tool = f"{_name(profile.profiler)} ({_name(profile.version)})"
    return f"taken by {tool}, {profile.samples} {counted} in {profile.seconds:.2f} s"


def _tenths(share: float) -> int:
    """Return whole tenths of a percent, cut; the small addend undoes binary fractions such as 0.2899999."""
    return int(share * 1000 + 1e-6)


def _percent(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}"


def _name(text: str) -> str:
    return _plain(text)[:NAME_LETTERS]


def _plain(text: str) -> str:
    """Return ``text`` on one line, printable, and unable to close the fence it will stand in."""
    words = " ".join(text.replace("`", "'").split())
    return "".join(letter for letter in words if letter.isprintable())
