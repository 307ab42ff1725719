"""The tables of aiopt task profile: every profile, its values and what it could not see."""

from __future__ import annotations

from pytest_aiopt.model import Effect, ItemKind, Profile, ProfileItem, ProfileState, ThreadTime
from pytest_aiopt.report.text.profiles import lines

SOURCE = "int main() {\n  wait();\n}\n"


def test_items_threads_losses_failures_and_refusals_are_all_shown() -> None:
    items = (
        ProfileItem(2, "main", 0.5, 0.4, 0.6, ItemKind.LOCK, site="pthread_cond_wait", samples=7),
        ProfileItem(2, "main", 0.2, 0.1, 0.3, ItemKind.CAUSAL, curve=(Effect(0.5, 0.2, 0.1, 0.3),)),
        ProfileItem(0, "", 2733, 2700, 2800, ItemKind.COUNTER, "count", "page faults"),
    )
    taken = Profile(
        "blocked", "6.1", ProfileState.TAKEN, "sha", "w0", "thread time", 9, 0.5, 0.1, items,
        threads=(ThreadTime("main", 2.0, 0.5, 0.0, 1.0, 0.5),), lost=("wake-ups; run as root",),
    )  # fmt: skip
    failed = Profile("dhat", "3.19", ProfileState.FAILED, "sha", "w0", detail="it crashed")
    text = "\n".join(lines((taken, failed), SOURCE, {"coz": "not installed; apt-get install coz-profiler"}))
    rows = [" ".join(line.split()) for line in text.split("\n")]
    assert "blocked 6.1: workload w0, 9 observations, 0.50 s, 10.0 % outside the program" in rows
    assert "2 main lock 50.0 % of thread time 40.0 - 60.0 7 pthread_cond_wait wait();" in rows
    assert "2 main causal 50 % -> 20.0 % 10.0 - 30.0 0 wait();" in rows
    assert "- counter 2733 count 2700 - 2800 0 page faults" in rows
    assert "main 2.0000 25.0 % 0.0 % 50.0 % 25.0 % 0.0 %" in rows
    assert "not seen: wake-ups; run as root" in rows
    assert "dhat 3.19: failed: it crashed" in rows
    assert "no coz: not installed; apt-get install coz-profiler" in rows
