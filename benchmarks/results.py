"""Put what a benchmark printed into RESULTS.md, under its name, with the machine and the commit.

Usage: python benchmarks/meter_power.py | python benchmarks/results.py "benchmarks/meter_power.py"
"""

from __future__ import annotations

import platform
import re
import subprocess
import sys
import time
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"
HEAD = "# Results\nThe latest full runs; made by `benchmarks/results.py`, not by hand.\n"


def main() -> None:
    """Replace or append the section of the command named on the command line."""
    command, printed = " ".join(sys.argv[1:]), sys.stdin.read().strip()
    if not command or not printed:
        raise SystemExit(__doc__)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    where = f"{cpu[1] if cpu else platform.machine()}, Linux {platform.release()}, commit {commit}"
    section = f"\n## {command}\n{time.strftime('%Y-%m-%d')}, {where}\n```\n{printed}\n```\n"
    text = RESULTS.read_text() if RESULTS.exists() else HEAD
    found = re.search(rf"\n## {re.escape(command)}\n.*?(?=\n## |\Z)", text, re.DOTALL)
    RESULTS.write_text(text[: found.start()] + section + text[found.end() :] if found else text + section)


if __name__ == "__main__":
    main()
