"""SVG elements as text. Colours are classes, so that the style sheet defines light and dark themes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from pytest_aiopt.report.tables.base import Table

Number = float | int


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing of a figure, with a description for screen readers."""

    title: str
    description: str
    svg: str


@dataclass(frozen=True, slots=True)
class Figure:
    """Panels that share a caption, a key of tracks (name, style) and a table of all plotted numbers."""

    name: str
    title: str
    caption: str
    panels: tuple[Panel, ...]
    table: Table
    tracks: tuple[str, ...] = ()


def element(name: str, *children: str, **attributes: str | Number | None) -> str:
    """Return an element; ``_`` in names becomes ``-``, ``cls`` becomes ``class``; None is omitted."""
    written = "".join(
        f" {('class' if key == 'cls' else key.replace('_', '-'))}={quoteattr(_plain(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written}/>"


def _plain(value: str | Number | None) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def text(x: float, y: float, shown: str, cls: str = "label", anchor: str = "start") -> str:
    """Return a text at a point; anchor is start, middle or end."""
    return element("text", escape(shown), x=x, y=y, cls=cls, text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, cls: str, title: str = "") -> str:  # noqa: PLR0917
    """Return a straight line with a tooltip."""
    inner = (element("title", escape(title)),) if title else ()
    return element("line", *inner, x1=x1, y1=y1, x2=x2, y2=y2, cls=cls)


def rect(x: float, y: float, width: float, height: float, cls: str, title: str = "") -> str:  # noqa: PLR0917
    """Return a rectangle with a tooltip."""
    inner = (element("title", escape(title)),) if title else ()
    return element("rect", *inner, x=x, y=y, width=max(width, 0.0), height=max(height, 0.0), cls=cls)


def path(points: Iterable[tuple[float, float]], cls: str, *, closed: bool = False) -> str:
    """Return a line through points, or the area within them."""
    drawn = "L".join(f"{_plain(float(x))} {_plain(float(y))}" for x, y in points)
    return element("path", d=f"M{drawn}{'Z' if closed else ''}", cls=cls)


_SHAPES = (
    "M0-3.6A3.6 3.6 0 1 0 0 3.6A3.6 3.6 0 1 0 0-3.6Z",
    "M-3.2-3.2H3.2V3.2H-3.2Z",
    "M0-4.2L4 3.2H-4Z",
    "M0-4.4L4.4 0L0 4.4L-4.4 0Z",
    "M0 4.2L4-3.2H-4Z",
    "M-1.3-4H1.3V-1.3H4V1.3H1.3V4H-1.3V1.3H-4V-1.3H-1.3Z",
)


def marker(x: float, y: float, style: int, cls: str = "", title: str = "") -> str:
    """Return the marker of the track with this style, so that tracks differ in shape as well as colour."""
    inner = (element("title", escape(title)),) if title else ()
    place = f"translate({_plain(float(x))} {_plain(float(y))})"
    shape, colour = _SHAPES[style % len(_SHAPES)], f"fill k{style % COLOURS}"
    return element("path", *inner, d=shape, transform=place, cls=f"{colour} {cls}".strip())


COLOURS = 8
"""Number of colours in the style sheet; further tracks reuse them with other markers."""


def drawing(width: float, height: float, *parts: str, minimum: bool = False) -> str:
    """Return the parts in an SVG of this size, without the title, which the page adds."""
    size = f"0 0 {_plain(float(width))} {_plain(float(height))}"
    return element("svg", *parts, viewBox=size, width=width if minimum else None)


def swatch(style: int) -> str:
    """Return a small drawing of a track's line and marker."""
    drawn = element("path", d="M1 7H25", cls=f"curve k{style % COLOURS}")
    return element("svg", drawn, marker(13, 7, style), viewBox="0 0 26 14", cls="swatch", aria_hidden="true")


def titled(panel: Panel, name: str) -> str:
    """Return a panel's drawing with title and description for screen readers."""
    title = f"{name}: {panel.title}" if panel.title else name
    named = element("title", escape(title)) + element("desc", escape(panel.description))
    return panel.svg.replace("<svg ", '<svg role="img" ', 1).replace(">", f">{named}", 1)
