"""The label page: one mutation at a time with the rubric beside it, rated by keyboard and journalled.

The server accepts only local connections. All content is rendered here, so the page works without its script,
which adds shortcuts; the content security policy blocks everything else.
"""

from __future__ import annotations

import http.server
import time
import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path

import jinja2

from pytest_aiopt.errors import StoreError
from pytest_aiopt.labelling import changes, rubric
from pytest_aiopt.labelling.rating import DEEPEST, SUREST, Rating, Ratings
from pytest_aiopt.labelling.sample import Mutation, positions

HOST = "127.0.0.1"
TEMPLATES = Path(__file__).parent / "templates"
MOST_BYTES = 20_000
"""Maximum size of a form."""
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_FILES = {"/label.css": "text/css", "/label.js": "text/javascript"}
KEYS = "qwertyuiopasd"
"""Keys of the labels, in the order of the rubric."""


@dataclass(frozen=True, slots=True)
class Session:
    """A rater's pass over a sample. ``clock`` returns seconds since 1970."""

    sample: Sequence[Mutation]
    ratings: Ratings
    rater: str
    clock: Callable[[], float] = time.time

    def open_places(self) -> list[int]:
        """Return the places in the sample that this rater has not yet rated."""
        return positions(
            self.sample, (mutation for mutation, who in self.ratings.latest() if who == self.rater)
        )

    def page(self, place: int, problem: str = "") -> str:
        """Return the page of the mutation at a 1-based place; place 0 is the last page."""
        template = _environment().get_template("label.html.j2")
        mutation = self.sample[place - 1] if place else None
        given = self.ratings.latest().get((mutation.id, self.rater)) if mutation else None
        return template.render(
            place=place,
            size=len(self.sample),
            left=len(self.open_places()),
            rater=self.rater,
            mutation=mutation,
            lines=changes.lines(mutation.parent, mutation.child) if mutation else [],
            parent=changes.coloured(mutation.parent) if mutation else [],
            depths=rubric.DEPTHS,
            labels=[(key, *item) for key, item in zip(KEYS, rubric.MEANINGS.items(), strict=True)],
            surest=SUREST,
            given=given,
            problem=problem,
        )

    def save(self, place: int, form: dict[str, list[str]]) -> str:
        """Journal the rating in a form; return the problem with it, or "" if it was stored."""
        depth = form.get("depth", [""])[0]
        if not depth.isdecimal() or int(depth) > DEEPEST:
            return f"choose a depth from 0 to {DEEPEST}"
        sure = form.get("sure", [str(SUREST)])[0]
        rating = Rating(
            mutation=self.sample[place - 1].id,
            rater=self.rater,
            time=self.clock(),
            depth=int(depth),
            labels=tuple(form.get("labels", [])),
            sure=int(sure) if sure.isdecimal() else 0,
            note=form.get("note", [""])[0].strip(),
        )
        if problem := rating.problem():
            return problem
        self.ratings.append([rating])
        return ""


def server(session: Session, port: int = 0) -> http.server.ThreadingHTTPServer:
    """Return a server of the page; port 0 selects a free one. Raises StoreError if the port is taken."""
    try:
        return http.server.ThreadingHTTPServer((HOST, port), partial(_Handler, session))
    except OSError as error:
        raise StoreError(
            f"port {port} cannot be used: {error.strerror}", "choose another with --port"
        ) from error


class _Handler(http.server.BaseHTTPRequestHandler):
    def __init__(self, session: Session, *args: object) -> None:
        self.session = session
        super().__init__(*args)  # type: ignore[arg-type]

    def log_message(self, format: str, *args: object) -> None:
        """Suppress the log of requests."""

    def do_GET(self) -> None:
        path = urllib.parse.urlsplit(self.path).path
        if not self._is_ours():
            self._send(HTTPStatus.FORBIDDEN, "this page is served to this machine only")
        elif path in _FILES:
            self._send(HTTPStatus.OK, (TEMPLATES / path[1:]).read_text(), _FILES[path])
        elif path == "/":
            self._go(min(self.session.open_places(), default=0))
        elif (place := self._place(path)) is not None:
            self._send(HTTPStatus.OK, self.session.page(place))
        else:
            self._send(HTTPStatus.NOT_FOUND, "no such page")

    def do_POST(self) -> None:
        place = self._place(self.path)
        size = self.headers.get("Content-Length", "")
        if not self._is_ours() or not self._is_own_form():
            self._send(HTTPStatus.FORBIDDEN, "this page is served to this machine only")
        elif not place or not size.isdecimal() or int(size) > MOST_BYTES:
            self._send(HTTPStatus.BAD_REQUEST, "no such form")
        else:
            form = urllib.parse.parse_qs(self.rfile.read(int(size)).decode(errors="replace"))
            problem = self.session.save(place, form)
            if problem:
                self._send(HTTPStatus.UNPROCESSABLE_ENTITY, self.session.page(place, problem))
            else:
                self._go(min(self.session.open_places(), default=0))

    def _place(self, path: str) -> int | None:
        name = path[1:]
        if name == "done":
            return 0
        return int(name) if name.isdecimal() and 1 <= int(name) <= len(self.session.sample) else None

    def _is_ours(self) -> bool:
        """Whether the request's host is this machine; any other host may be an attack by another page."""
        host = self.headers.get("Host", "").rpartition(":")[0]
        return host in (HOST, "localhost")

    def _is_own_form(self) -> bool:
        """Whether a form was sent by our page, according to the origin that browsers send."""
        origin = self.headers.get("Origin")
        return origin is None or origin == f"http://{self.headers.get('Host')}"

    def _go(self, place: int) -> None:
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", f"/{place or 'done'}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: HTTPStatus, text: str, kind: str = "text/html") -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", f"{kind}; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", _POLICY),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
