"""A laboratory for LLM-driven C++ optimisation, as a pytest plugin."""

from pytest_aiopt.campaign.run import run
from pytest_aiopt.errors import AioptError
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
from pytest_aiopt.report.load import load

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
    "run",
]
__version__ = "0.1.0"
