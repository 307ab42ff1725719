"""A laboratory for LLM-driven C++ optimisation, as a pytest plugin."""

from pytest_aiopt.errors import AioptError
from pytest_aiopt.loading import load
from pytest_aiopt.model import (
    Build,
    Candidate,
    Cell,
    Completion,
    Feedback,
    Hint,
    Measurement,
    NoiseFloor,
    Profile,
    Prompt,
    Status,
    Strategy,
    Track,
    Verdict,
    Workload,
)

__all__ = [
    "AioptError",
    "Build",
    "Candidate",
    "Cell",
    "Completion",
    "Feedback",
    "Hint",
    "Measurement",
    "NoiseFloor",
    "Profile",
    "Prompt",
    "Status",
    "Strategy",
    "Track",
    "Verdict",
    "Workload",
    "load",
]
__version__ = "0.1.0"
