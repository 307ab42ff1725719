"""Shows every program of a prompt once, and as many of them in full as there is room for.

OpenEvolve shows the current program again among the best ones, and cut diffs beside the full texts that they
led to: on recordings of a strong model a program stood in a prompt up to four times. Here the lists keep
their entries, ranks and scores; a text that is shown elsewhere, or that does not fit, gives way to a comment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CURRENT = "// This is the current program. Its text is under Current Program."
REPEATED = "// The same text as that of another program in this prompt."
SHOWN = "see its text"

_Programs = list[dict[str, Any]]


def abridge(arguments: Mapping[str, Any], room: int) -> dict[str, Any]:
    """Return the arguments of OpenEvolve's ``build_prompt`` with each program's text at most once.

    The programs together have at most ``room`` characters. The current one is always whole, and the best of
    the others that fits has as much room of its own: a search that does not see its best
    program cannot learn from it.
    """
    texts = _Texts(arguments["current_program"], room)
    top = [texts.program(each) for each in arguments["top_programs"]]
    listed = {each["id"] for each in arguments["top_programs"]}
    inspirations = [
        each if each["id"] in listed else texts.program(each) for each in arguments["inspirations"]
    ]
    previous = [texts.change(each) for each in arguments["previous_programs"]]
    return {
        **arguments,
        "top_programs": top,
        "inspirations": inspirations,
        "previous_programs": previous,
    }


class _Texts:
    """The texts that a prompt shows so far, and the room that is left."""

    def __init__(self, current: str, room: int) -> None:
        self._current = current
        self._shown = {current}
        self._own = room  # for one more
        self._room = room - len(current)

    def program(self, program: dict[str, Any]) -> dict[str, Any]:
        """Return a program of a list with its text, or with a comment in its place."""
        code = program["code"]
        if code == self._current:
            return {**program, "code": CURRENT}
        if code in self._shown:
            return {**program, "code": REPEATED}
        if not self._fits(code, self._own):
            return {**program, "code": left_out(code)}
        self._own = 0
        self._shown.add(code)
        return program

    def change(self, program: dict[str, Any]) -> dict[str, Any]:
        """Return a program of the history: its change where its text is not shown, and its parent's score."""
        metadata = program["metadata"]
        if "parent_id" not in program or program["parent_id"] is None:
            return program
        changes = metadata.get("changes", "unknown")
        if program["code"] in self._shown or not self._fits(changes):
            changes = SHOWN if program["code"] in self._shown else "left out"
        scores = metadata["parent_metrics"].values()
        added = metadata.get("new_tokens")
        counted = "" if added is None else f"New tokens: {added}. "
        scored = "".join(f"Score before: {score:.4f}. {counted}Change: " for score in scores)
        return {**program, "metadata": {**metadata, "changes": f"{scored}{changes}"}}

    def _fits(self, text: str, own: int = 0) -> bool:
        """Reserve room for a text if there is enough, its own share first."""
        fits = len(text) <= max(self._room, 0) + own
        self._room -= max(0, len(text) - own) if fits else 0
        return fits


def left_out(code: str) -> str:
    """Return the comment in the place of a program for which there is no room."""
    return f"// {len(code)} characters, left out for the length of this prompt."
