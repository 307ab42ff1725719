"""Lines about running cells, as a terminal (emulated by pyte) and a pipe show them."""

import io
import os

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.plugin.lines import Lines, Region, on_terminal

COLUMNS, ROWS = 40, 12


@pytest.fixture(autouse=True)
def size(monkeypatch):
    monkeypatch.setattr("shutil.get_terminal_size", lambda *_, **__: os.terminal_size((COLUMNS, ROWS)))


class Terminal(io.StringIO):
    """A terminal that shows what is written to it."""

    def __init__(self):
        super().__init__()
        self.screen = pyte.HistoryScreen(COLUMNS, ROWS, history=1000)
        self.stream = pyte.Stream(self.screen)
        self.pieces = []

    def write(self, text):
        self.pieces.append(text)
        self.stream.feed(text.replace("\n", "\r\n"))  # as the terminal's driver does
        return len(text)

    def shown(self):
        above = ["".join(row[x].data for x in range(COLUMNS)).rstrip() for row in self.screen.history.top]
        return [*above, *(row.rstrip() for row in self.screen.display)]


def text_of(terminal):
    return "\n".join(terminal.shown()).rstrip()


def test_lines_stay_below_what_is_written():
    terminal = Terminal()
    region = Region(terminal)
    region.write("test_tracks.py .")
    region.show("a", "a 1/3")
    region.show("b", "b 1/3")
    region.write("c")
    region.show("a", "a 2/3")
    assert text_of(terminal) == "test_tracks.py .c\na 2/3\nb 1/3"
    region.write("F\nsaid: more\n")
    assert text_of(terminal) == "test_tracks.py .cF\nsaid: more\n\na 2/3\nb 1/3"
    region.show("a", "finished", last=True)
    region.drop("b")
    region.write("end")
    assert text_of(terminal) == "test_tracks.py .cF\nsaid: more\nend"


def test_every_change_is_one_piece():
    terminal = Terminal()
    region = Region(terminal)
    for step in range(5):
        region.show("a", f"a {step}/5")
    assert len(terminal.pieces) == 5
    region.show("a", "a 4/5")  # nothing changed, nothing is drawn
    assert len(terminal.pieces) == 5


@pytest.mark.parametrize("more", ["", "b", "\n", "\nb"])
def test_a_row_that_is_full_wraps_when_more_comes(more):
    plain, terminal = Terminal(), Terminal()
    region = Region(terminal)
    region.show("a", "a 1/3")
    for piece in ("x" * (COLUMNS - 1), "y", more):
        plain.write(piece)
        region.write(piece)
        region.show("a", f"a {len(piece)}/40")
    region.drop("a")
    assert text_of(terminal) == text_of(plain)


WRITTEN = st.lists(st.text("ab. \n", max_size=30) | st.just("c" * COLUMNS), max_size=40)


@given(WRITTEN, st.integers(0, 9), st.data())
def test_the_output_is_what_it_would_be_without_the_lines(pieces, cells, data):
    plain, terminal = Terminal(), Terminal()
    region = Region(terminal)
    for number, piece in enumerate(pieces):
        plain.write(piece)
        region.write(piece)
        if cells:
            region.show(str(data.draw(st.integers(1, cells))), f"line {number}")
    for cell in range(cells + 1):
        region.drop(str(cell))
    assert text_of(terminal) == text_of(plain)


def test_a_small_or_narrow_terminal_shows_as_much_as_fits():
    terminal = Terminal()
    region = Region(terminal)
    region.write("out\n")
    for cell in range(30):
        region.show(str(cell), f"{cell} " + "x" * 60)
    lines = text_of(terminal).splitlines()
    assert lines[0] == "out"
    assert len(lines) <= ROWS
    assert all(len(one) < COLUMNS for one in lines)


def test_a_pipe_gets_a_line_now_and_then_and_the_last_one():
    written, now = [], [0.0]
    lines = Lines(written.append, every_s=10.0, clock=lambda: now[0])
    for second in range(25):
        now[0] = float(second)
        lines.show("a", f"a at {second}")
        lines.show("b", f"b at {second}")
    lines.show("a", "a finished", last=True)
    assert written == ["a at 10", "b at 10", "a at 20", "b at 20", "a finished"]


def test_a_file_and_a_dumb_terminal_are_no_place_for_moving_lines(monkeypatch):
    assert not on_terminal(io.StringIO())

    class Dumb(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("TERM", "xterm")
    assert on_terminal(Dumb())
    monkeypatch.setenv("TERM", "dumb")
    assert not on_terminal(Dumb())
