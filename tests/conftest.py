"""Capabilities of the machine: ``needs(tool)`` skips without it, unless AIOPT_REQUIRE names it."""

import functools
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The same examples every time: a fresh clone cannot fail by chance. ``make explore`` looks for new ones.
_STEADY = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "database": None}
settings.register_profile("steady", derandomize=True, **_STEADY)
settings.register_profile("explore", derandomize=False, max_examples=1000, **_STEADY)
settings.load_profile(os.environ.get("AIOPT_HYPOTHESIS", "steady"))


def _shared(name, file):
    """Import a helper of all tests: test modules are imported on their own here (importlib mode)."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(file))
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


endpoints = _shared("endpoints", "endpoint.py")
_shared("guide", "guide.py")
_shared("together", "together.py")


@pytest.fixture(scope="session")
def loaded_client():
    """Every module that a request imports: pytester forgets what its sessions import, and two copies of a
    library do not know each other's errors."""
    from pytest_aiopt.model import Prompt
    from pytest_aiopt.models.registry import make

    running = endpoints.Endpoint()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        make(f"{running.url}#any").complete(Prompt("", ""), seed=1)
    running.stop()


@pytest.fixture
def endpoint(monkeypatch, loaded_client):
    """A fake OpenAI-compatible endpoint; requests carry the key "sk-secret-planted"."""
    monkeypatch.setenv("AIOPT_API_KEY", "sk-secret-planted")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    running = endpoints.Endpoint()
    yield running
    running.stop()


@pytest.fixture
def waits(monkeypatch):
    """The seconds that retries would have waited; nothing waits."""
    from pytest_aiopt.models import openai_compatible, retry

    slept = []
    monkeypatch.setattr(openai_compatible, "RETRY", retry.Retry(sleep=slept.append))
    return slept


def pytest_configure(config):
    required = {tool for tool in os.environ.get("AIOPT_REQUIRE", "").split(",") if tool}
    missing = sorted(tool for tool in required if not works(tool))
    if missing:
        raise pytest.UsageError(f"AIOPT_REQUIRE names {', '.join(missing)}, which do not work here")


def pytest_runtest_setup(item):
    missing = [mark.args[0] for mark in item.iter_markers("needs") if not works(mark.args[0])]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")


@functools.cache
def works(tool):
    if tool == "root":
        return os.geteuid() == 0
    if tool == "llama-cpp":
        from pytest_aiopt.models import local

        return not local.missing()
    if tool == "inspect_ai":
        return importlib.util.find_spec(tool) is not None
    if shutil.which(tool) is None:
        return False
    if tool == "pdflatex":
        return subprocess.run(["kpsewhich", "booktabs.sty"], capture_output=True, timeout=20).returncode == 0
    if tool == "perf":
        return _perf_records()
    if tool == "bwrap":
        command = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"]
        return subprocess.run(command, capture_output=True, timeout=20).returncode == 0
    return True


def _perf_records():
    command = ["perf", "record", "-q", "-o", "/dev/null", "-e", "cpu-clock", "--", "true"]
    return subprocess.run(command, capture_output=True, timeout=20).returncode == 0
