"""Makes helpers.py importable: there are no packages among the tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
