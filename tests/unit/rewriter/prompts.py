"""Prompts as the search makes them, for the tests of the rewriter."""

from __future__ import annotations

from openevolve.config import PromptConfig
from openevolve.prompt.sampler import PromptSampler

from pytest_aiopt.model import Profile, ProfileItem, ProfileState, Prompt
from pytest_aiopt.prompts.render import render

PROGRAM = """\
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

struct Track {
    std::string title;
    std::uint32_t seconds;
};

std::uint64_t playing_time(std::vector<Track> tracks) {
    std::uint64_t sum = 0;
    for (Track track : tracks) {
        sum += track.seconds;
    }
    return sum;
}

std::string listing(const std::vector<Track>& tracks) {
    std::string text;
    for (std::size_t i = 0; i < tracks.size(); i++) {
        text = text + tracks[i].title;
        text = text + ", ";
    }
    return text;
}

std::size_t longest_title(const std::vector<Track>& tracks) {
    std::size_t longest = 0;
    for (std::size_t i = 0; i < tracks.size(); i++) {
        if (tracks[i].title.size() > longest) {
            longest = tracks[i].title.size();
        }
    }
    return longest;
}
"""
OLDER = "// an older one\nint older() { return 1; }\n"


def line_of(part: str) -> int:
    """Return the number of the first line of PROGRAM that holds ``part``."""
    return next(n for n, line in enumerate(PROGRAM.splitlines(), 1) if part in line)


def notes(shares: dict[int, float]) -> str:
    """Return a profile as the renderer writes it; ``shares`` are in percent."""
    items = tuple(
        ProfileItem(line, "", share / 100, share / 100 - 0.01, share / 100 + 0.01)
        for line, share in shares.items()
    )
    profile = Profile("perf cpu-clock", "6.1", ProfileState.TAKEN, "sha", "w0", "CPU time", items=items)
    return render((profile,), PROGRAM)


def prompt(program: str = PROGRAM, profile: dict[int, float] | None = None, failed: str = "") -> Prompt:
    """Return what OpenEvolve's own sampler makes of a program with a history."""
    artifacts = {"last_failed_edit": failed} if failed else {}
    if profile:
        artifacts["runtime_notes"] = notes(profile)
    history = [
        {"id": name, "code": OLDER, "metrics": {"combined_score": 0.5}, "metadata": {}} for name in ("a", "b")
    ]
    built = PromptSampler(PromptConfig()).build_prompt(
        current_program=program,
        parent_program=program,
        program_metrics={"combined_score": 1.0},
        previous_programs=history,
        top_programs=history,
        inspirations=[],
        language="cpp",
        program_artifacts=artifacts,
        feature_dimensions=[],
    )
    system = "Improve it. The header:\n```cpp\nstruct Given {\n    int size;\n};\n```"
    return Prompt(system=system, user=built["user"])
