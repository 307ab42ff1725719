#!/bin/sh
# The environment: Debian packages where we may install them (named where not), then a virtual environment.
# Does nothing when everything is there; safe to run again. Writes one line per step; the rest goes to a log.
set -eu
cd "$(dirname "$0")"
PYTHON=${PYTHON:-python3}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
logged() { # logged COMMAND...: run it, show what it wrote only where it fails
    "$@" >"$log" 2>&1 </dev/null || { tail -n 20 "$log" >&2; return 1; }
}

missing=""
want() { # want COMMAND PACKAGE
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
want g++ g++
want objcopy binutils
want perf linux-perf
want valgrind valgrind
want bwrap bubblewrap
want coz coz-profiler
want chromium chromium

if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "setup: Debian packages:$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >"$log" 2>&1 || echo "setup: the package lists could not be refreshed"
    for package in $missing; do
        apt-get install -y -qq --no-install-recommends "$package" >"$log" 2>&1 </dev/null ||
            echo "setup: $package could not be installed ($(grep -m 1 '^E:' "$log" || true)); going on without it"
    done
elif [ -n "$missing" ]; then
    echo "setup: not installed:$missing (as root: apt-get install$missing); going on with what is there"
fi
command -v g++ >/dev/null 2>&1 || { echo "setup: no C++ compiler; install g++ and run this again" >&2; exit 1; }

"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    { echo "setup: $PYTHON is older than 3.11; name another with PYTHON=python3.11 make ..." >&2; exit 1; }
stamp=.venv/.setup-$(cat pyproject.toml setup.sh | cksum | cut -d' ' -f1)
if [ ! -e "$stamp" ]; then
    echo "setup: Python packages into .venv"
    logged "$PYTHON" -m venv .venv ||
        { echo "setup: no venv module; install python3-venv and run this again" >&2; exit 1; }
    logged .venv/bin/python -m pip install --disable-pip-version-check -e '.[dev]' ||
        { echo "setup: pip failed; see above, then run this again" >&2; exit 1; }
    touch "$stamp"
    echo "setup: done"
fi
