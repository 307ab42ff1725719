"""Version 1 of the text: one profile by line. Kept so that journals that hold it can be audited."""

from __future__ import annotations

from pytest_aiopt.model import Profile, ProfileItem
from pytest_aiopt.prompts.text import name, percent, plain, tenths

MAX_ROWS = 8
MAX_BYTES = 1200
SOURCE_LETTERS = 60
_COLUMNS = "line | function | share | 95 % interval | source"


def render(profile: Profile, source: str) -> str:
    """Return the profile of ``source`` as text.

    Shares are cut, not rounded, to 0.1 %, and what they lack to 100 % counts as other lines. Rows that do not
    fit into MAX_BYTES of UTF-8 are left out, the cheapest first.
    """
    lines = source.split("\n")  # as the compiler counts them
    items = sorted(profile.items, key=lambda item: (-item.value, item.line))[:MAX_ROWS]
    while items and len(_document(profile, items, lines).encode()) > MAX_BYTES:
        items.pop()
    return _document(profile, items, lines)


def _document(profile: Profile, items: list[ProfileItem], source: list[str]) -> str:
    outside = tenths(profile.outside)
    other = max(0, 1000 - outside - sum(tenths(item.value) for item in items))
    return "\n".join(
        [
            f"profile of the current program: share of its {name(profile.unit)} by source line"
            " (callees outside the program are charged to the calling line)",
            _COLUMNS,
            *(_row(item, source) for item in items),
            f"other lines {percent(other)} %, outside the program {percent(outside)} %",
            _provenance(profile),
        ]
    )


def _row(item: ProfileItem, source: list[str]) -> str:
    text = source[item.line - 1] if 0 < item.line <= len(source) else ""
    interval = f"{percent(tenths(item.low))}-{percent(tenths(item.high))} %"
    function = name(item.function)
    share = percent(tenths(item.value))
    return f"{item.line} | {function} | {share} % | {interval} | {plain(text)[:SOURCE_LETTERS]}".rstrip()


def _provenance(profile: Profile) -> str:
    counted = profile.unit if profile.unit == "instructions" else "samples"
    tool = f"{name(profile.profiler)} ({name(profile.version)})"
    return f"taken by {tool}, {profile.samples} {counted} in {profile.seconds:.2f} s"
