"""The page of ``aiopt live``: read-only, for this machine alone, updated by server-sent events.

Nothing that a model wrote can run in it: the page sets such texts as text, and its policy allows only its own
script and style sheets.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from pathlib import Path

import flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from pytest_aiopt.errors import StoreError
from pytest_aiopt.live import mutation
from pytest_aiopt.live.watch import BEAT_S, Watch
from pytest_aiopt.report import page

HOST = "127.0.0.1"
TEMPLATES = Path(__file__).parent / "templates"
REPORT = Path(page.__file__).parent / "templates"
FILES = {"live.js": TEMPLATES, "live.css": TEMPLATES, "page.css": REPORT}
"""Files of the page; colours and figures look as in the report."""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def application(watch: Watch) -> flask.Flask:
    """Return the page and what it asks for. Requests that name another host are refused."""
    app = flask.Flask(__name__, static_folder=None, template_folder=str(TEMPLATES))
    app.config["TRUSTED_HOSTS"] = [HOST, "localhost"]

    @app.after_request
    def _protected(response: flask.Response) -> flask.Response:
        response.headers.update(HEADERS)
        return response

    @app.get("/")
    def _page() -> str:
        return flask.render_template("live.html.j2", results=watch.name)

    @app.get("/<any(" + ", ".join(f"'{name}'" for name in FILES) + "):name>")
    def _file(name: str) -> flask.Response:
        return flask.send_from_directory(FILES[name], name)

    @app.get("/events")
    def _events() -> flask.Response:
        return flask.Response(_stream(watch), mimetype="text/event-stream")

    @app.get("/cell/<path:cell>")
    def _cell(cell: str) -> flask.Response:
        _require(watch, cell)
        return flask.jsonify(mutation.steps(watch.follower.path(cell)))

    @app.get("/mutation/<int:step>/<path:cell>")
    def _mutation(step: int, cell: str) -> flask.Response:
        _require(watch, cell)
        found = mutation.mutation(watch.follower.path(cell), step)
        return flask.jsonify(found) if found is not None else flask.abort(404)

    return app


def _require(watch: Watch, cell: str) -> None:
    """Refuse names of no followed cell, so that no other file can be asked for."""
    if cell not in watch.follower.cells:
        flask.abort(404)


def _stream(watch: Watch) -> Iterator[bytes]:
    """Give a page the whole state, what changes, and beats in between."""
    with watch.page() as messages:
        yield b"retry: 1000\n\n"
        while watch.has(messages):
            try:
                yield messages.get(timeout=BEAT_S)
            except queue.Empty:
                yield b"event: beat\ndata: {}\n\n"


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests are no news."""


def server(watch: Watch, port: int = 0) -> BaseWSGIServer:
    """Return a server of the page, and begin to watch; port 0 takes a free one.

    Raises StoreError for a taken one.
    """
    try:
        made = make_server(HOST, port, application(watch), threaded=True, request_handler=_Quiet)
    except (OSError, SystemExit) as error:
        raise StoreError(f"port {port} cannot be used", "choose another with --port") from error
    threading.Thread(target=watch.run, daemon=True).start()
    return made
