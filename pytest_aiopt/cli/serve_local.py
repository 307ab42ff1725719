"""``aiopt serve-local``: a small model on this machine."""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys

from pytest_aiopt.cli.base import options
from pytest_aiopt.cli.base.command import Command, Invocation
from pytest_aiopt.cli.base.output import Output
from pytest_aiopt.errors import ToolMissing

PORT = 8000
STANDARD_ERROR = 2


def serve(port: int, out: Output) -> int:
    """Serve the model until interrupted; raises ToolMissing if the server cannot run."""
    from pytest_aiopt.models import local

    command = local.command(port)
    url = f"http://127.0.0.1:{port}/v1"
    out.line(f"serving {local.MODEL}; as a model: {url}#{local.MODEL}")
    out.result({"model": local.MODEL, "url": url, "spec": f"{url}#{local.MODEL}"})
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with subprocess.Popen(command, stdout=STANDARD_ERROR if out.json else None) as server:
            try:
                code = server.wait()
            finally:
                server.terminate()
    except KeyboardInterrupt:
        return 0
    finally:
        signal.signal(signal.SIGTERM, before)
    raise ToolMissing(f"the server ended with {code}", f"see its message above; is port {port} in use?")


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "port", nargs="?", type=options.positive, default=PORT, help=f"port (default: {PORT})"
    )


def _run(call: Invocation) -> int:
    return serve(call.args.port, call.out)


COMMAND = Command(
    "serve-local",
    "serve a small local model at http://127.0.0.1:PORT/v1 until interrupted",
    "aiopt serve-local 8000",
    _run,
    (_arguments,),
)
