"""``python -m pytest_aiopt`` is the command ``aiopt``."""

import sys

from pytest_aiopt.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
