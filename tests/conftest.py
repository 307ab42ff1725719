"""Capabilities of the machine: ``needs(tool)`` skips without it, unless AIOPT_REQUIRE names it."""

import functools
import os
import shutil
import subprocess

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("aiopt", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("aiopt")


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
    if shutil.which(tool) is None:
        return False
    if tool == "perf":
        return _perf_records()
    if tool == "bwrap":
        command = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "true"]
        return subprocess.run(command, capture_output=True, timeout=20).returncode == 0
    return True


def _perf_records():
    command = ["perf", "record", "-q", "-o", "/dev/null", "-e", "cpu-clock", "--", "true"]
    return subprocess.run(command, capture_output=True, timeout=20).returncode == 0
