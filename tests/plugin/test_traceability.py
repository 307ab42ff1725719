"""The report's numbers, worked out again from the journals with nothing but json and arithmetic."""

import json
import math


def recorded(journal):
    return [json.loads(line)["event"] for line in journal.read_text().splitlines()]


def test_every_cell_number_of_the_report_is_in_the_journals(project):
    faster = (
        (project.path / "experiments/conftest.py")
        .read_text()
        .replace("testing.FakeInstruments()", "testing.FakeInstruments(speed=lambda s: 1 + len(s) / 99)")
    )
    project.write("experiments/conftest.py", faster)
    project.run("-k", "one and seed_1")
    shown = project.run("-v", "--aiopt-report", where=None).outlines
    for journal in project.journals():
        events = recorded(journal)
        track = events[0]["track"]["name"]
        stages, classes = (
            next(line.split() for line in shown[shown.index(title) :] if line.startswith(f"{track}  "))
            for title in ("model calls by how far they got", "mutations")
        )
        speedups = shown[shown.index("confirmed speedups") :]
        row = next(each for line in speedups if (each := line.split())[:2] == ["one", track])
        calls = [e for e in events if e["kind"] == "proposed"]
        passed = [e for e in events if e["kind"] == "measured" and e["measurement"]]
        (confirmed,) = [e for e in events if e["kind"] == "confirmed"]
        logs = [m["log2_speedup"] for m in confirmed["measurements"]]
        floor = next(e for e in events if e["kind"] == "floored")["floor"]["delta"]
        assert row[3] == str(len(calls))
        assert row[4] == f"{100 * len(passed) / len(calls):.1f}%"
        assert row[5] == f"{2 ** (math.fsum(logs) / len(logs)):.3f}"
        assert row[-3] == f"{2**floor:.3f}"
        edited = [e for e in events if e["kind"] == "edited" and e["candidate"]]
        built = [e for e in events if e["kind"] == "built" and e["ok"] and e["step"]]
        assert stages[1:4] == [str(len(calls))] * 3
        assert (stages[4], stages[6], stages[8]) == (str(len(edited)), str(len(built)), str(len(passed)))
        assert sum(map(int, classes[1:4])) == len(edited)
    assert any("results/mini/" in line and "journal.jsonl" in line for line in shown)
