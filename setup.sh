#!/bin/sh
# The environment: Debian packages where we may install them (named where not), then a virtual environment.
# Does nothing when everything is there; safe to run again.
set -eu
cd "$(dirname "$0")"
PYTHON=${PYTHON:-python3}

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
    echo "setup: installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq || echo "setup: the package lists could not be refreshed"
    for package in $missing; do
        apt-get install -y -qq --no-install-recommends "$package" >/dev/null ||
            echo "setup: $package could not be installed; going on without it"
    done
elif [ -n "$missing" ]; then
    echo "setup: not installed:$missing (as root: apt-get install$missing); going on with what is there"
fi
command -v g++ >/dev/null 2>&1 || { echo "setup: no C++ compiler; install g++ and run this again" >&2; exit 1; }

"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    { echo "setup: $PYTHON is older than 3.11; name another with PYTHON=python3.11 make ..." >&2; exit 1; }
stamp=.venv/.setup-$(cat pyproject.toml setup.sh | cksum | cut -d' ' -f1)
if [ ! -e "$stamp" ]; then
    "$PYTHON" -m venv .venv ||
        { echo "setup: no venv module; install python3-venv and run this again" >&2; exit 1; }
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
    touch "$stamp"
fi
