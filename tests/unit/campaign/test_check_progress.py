from pytest_aiopt.campaign.task_check import progress as progress_module
from pytest_aiopt.campaign.task_check.progress import SILENT_S, Progress


def test_a_phase_writes_a_line_and_its_steps_only_after_silence(monkeypatch):
    now, said = [0.0], []
    monkeypatch.setattr(progress_module.time, "monotonic", lambda: now[0])
    progress = Progress("one", said.append)
    for item in progress.each("mutants", ["a", "b", "c"]):
        now[0] += {"a": 1.0, "b": SILENT_S, "c": 1.0}[item]
    assert said == ["one: mutants (3)", "one: mutants, 3 of 3"]
