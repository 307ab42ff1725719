"""``aiopt verify`` finds what was done to stored records, also where the doer recomputed every digest."""

import copy
import json
import shutil

import pytest
import tampering

CONTROL, TREATED = ("one", "A", "seed_1"), ("one", "C", "seed_1")


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    return tmp_path_factory.mktemp("recorded") / "results"


@pytest.fixture
def stored(project, recorded):
    """The project with four finished cells, run once for all tests."""
    if not recorded.exists():
        project.run("-k", "one and seed_1").assert_outcomes(passed=4)
        shutil.copytree(project.path / "results", recorded)
    else:
        shutil.copytree(recorded, project.path / "results")
    return project


def cell(project, parts=CONTROL):
    (path,) = (path for path in project.journals() if path.parts[-4:-1] == parts)
    return path


def verify(project, *args):
    return project.aiopt("verify", *args)


def faults(result):
    return [line for line in result.outlines if line.startswith("results") and "journal" in line]


def test_honest_records_have_no_fault(stored):
    result = verify(stored)
    assert result.ret == 0
    assert faults(result) == []
    result.stdout.fnmatch_lines(["study*cells*", "mini* 4 *12*4/4*0*", "every record is as it was written"])


def test_an_interrupted_cell_is_no_fault(stored):
    path = cell(stored)
    lines = tampering.documents(path)
    tampering.rewrite(path, lines[:9])
    path.write_bytes(path.read_bytes() + b'{"n":10,"ti')
    assert verify(stored).ret == 0
    stored.run("-k", "one and seed_1").assert_outcomes(passed=1)
    assert verify(stored).ret == 0


def only(result, journal, line, problem):
    """The one fault that is shown."""
    assert result.ret == 1
    (shown,) = faults(result)
    where = f"{journal.name}, line {line}: " if line else f"{journal.name}: "
    assert where in shown
    assert problem in shown
    result.stdout.fnmatch_lines(["1 faults: restore these files from a copy of*, or *--aiopt-fresh*"])


def test_a_flipped_byte_in_a_candidate(stored):
    path = cell(stored)
    at = tampering.at(path, "edited")
    lines = tampering.lines_of(path)
    lines[at - 1] = lines[at - 1].replace(b"return ", b"returm ", 1)
    tampering.write(path, lines)
    only(verify(stored), path, at, "is damaged (its checksum does not match)")


def test_a_flipped_byte_in_a_candidate_covered_up(stored):
    path = cell(stored)
    at = tampering.at(path, "edited")
    tampering.change(
        path, at, lambda event: event.update(source=event["source"].replace("return", "returm", 1))
    )
    only(verify(stored), path, at, "is not the sha256 of its source")


def test_a_candidate_replaced_with_its_digest(stored):
    import hashlib

    path = cell(stored)
    at = tampering.at(path, "edited")
    other = "int better() { return 1; }\n"
    sha = hashlib.sha256(other.encode()).hexdigest()
    tampering.change(path, at, lambda event: event.update(source=other, candidate=sha))
    only(verify(stored), path, at, "holds another candidate than replaying it gives")


@pytest.mark.parametrize("which", ["first", "middle", "last"])
def test_a_missing_line(stored, which):
    path = cell(stored)
    lines = tampering.lines_of(path)
    at = {"first": 1, "middle": len(lines) // 2, "last": len(lines)}[which]
    tampering.write(path, lines[: at - 1] + lines[at:])
    end = "at the end" if which == "last" else "before it"
    only(verify(stored), path, at, f"line {at} is missing {end}")


@pytest.mark.parametrize("at", [3, 8])
def test_a_missing_line_covered_up(stored, at):
    path = cell(stored)
    lines = tampering.documents(path)
    tampering.rewrite(path, lines[: at - 1] + lines[at:])
    result = verify(stored)
    assert result.ret == 1
    assert faults(result)


def test_the_end_of_a_finished_cell_removed_with_its_head(stored):
    path = cell(stored)
    tampering.write(path, tampering.lines_of(path)[:-1])
    path.with_suffix(".head").unlink()
    only(
        verify(stored),
        path,
        0,
        "journal.head is missing, so that lines missing at the end could not be noticed",
    )


def test_lines_in_another_order(stored):
    path = cell(stored)
    lines = tampering.lines_of(path)
    lines[5], lines[6] = lines[6], lines[5]
    tampering.write(path, lines)
    result = verify(stored)
    assert [
        "line 6: carries number 7" in faults(result)[0],
        "line 7: carries number 6" in faults(result)[1],
    ] == [
        True,
        True,
    ]


def planted(path, text):
    def plant(event):
        event["prompt"]["user"] = event["prompt"]["user"].replace("# Task", f"{text}\n\n# Task", 1)
        assert text in event["prompt"]["user"]

    return plant


def profile_text(project):
    """The treatment that the treated cell's first prompt holds, which is not in the control's."""
    path = cell(project, TREATED)
    return tampering.documents(path)[tampering.at(path, "proposed") - 1]["event"]["artifacts"][
        "runtime_notes"
    ]


def test_profile_text_in_a_control_prompt(stored):
    path, text = cell(stored), profile_text(stored)
    at = tampering.at(path, "proposed", 1)
    lines = tampering.lines_of(path)
    document = json.loads(lines[at - 1])
    planted(path, text)(document["event"])
    lines[at - 1] = json.dumps(document).encode()
    tampering.write(path, lines)
    only(verify(stored), path, at, "is damaged (its checksum does not match)")


def test_profile_text_in_a_control_prompt_covered_up(stored):
    path, text = cell(stored), profile_text(stored)
    at = tampering.at(path, "proposed", 1)
    tampering.change(path, at, planted(path, text))
    only(verify(stored), path, at, "audit: the prompt holds profile text")


def test_any_text_in_a_prompt_covered_up(stored):
    """Nothing of a profile, so the audit is silent; the campaign run again is not."""
    path = cell(stored)
    at = tampering.at(path, "proposed", 1)
    tampering.change(path, at, planted(path, "Line 2 is where the time goes."))
    only(verify(stored), path, at, "holds another prompt than replaying it gives")


def test_a_text_in_every_system_message_covered_up(stored):
    path = cell(stored)
    changed = tampering.documents(path)
    for document in changed:
        if document["event"]["kind"] == "proposed":
            document["event"]["prompt"]["system"] += "\nLook at line 2."
    tampering.rewrite(path, changed)
    only(verify(stored), path, tampering.at(path, "proposed"), "holds another prompt than replaying")


def test_a_duplicated_call(stored):
    path = cell(stored)
    at = tampering.at(path, "proposed", 1)
    lines = tampering.lines_of(path)
    tampering.write(path, [*lines[:at], lines[at - 1], *lines[at:]])
    only(verify(stored), path, at + 1, f"carries number {at} again: a copy, or out of order")


def test_a_duplicated_call_covered_up(stored):
    path = cell(stored)
    at = tampering.at(path, "proposed", 1)
    changed = tampering.documents(path)
    tampering.rewrite(path, [*changed[:at], copy.deepcopy(changed[at - 1]), *changed[at:]])
    only(verify(stored), path, at + 1, "is a call of iteration 2, which has a second call")


def test_a_measurement_improved_covered_up(stored):
    path = cell(stored)
    at = tampering.at(path, "measured")

    def improve(event):
        for name in ("log2_speedup", "low", "high"):
            event["measurement"][name] += 1.0

    tampering.change(path, at, improve)
    found = faults(verify(stored))
    assert any(f"line {at}: the speedup on w0 is not what its pairs give" in fault for fault in found)


def test_another_champion_covered_up(stored):
    path = cell(stored)
    at = tampering.at(path, "confirmed")
    first = tampering.documents(path)[tampering.at(path, "edited") - 1]["event"]["candidate"]
    shown = tampering.documents(path)[at - 1]["event"]["candidate"]
    assert first != shown
    tampering.change(path, at, lambda event: event.update(candidate=first))
    only(verify(stored), path, at, "holds another candidate than replaying it gives")


def test_a_cell_in_anothers_place(stored):
    path = cell(stored)
    shutil.copytree(path.parent, path.parents[1] / "seed_2")
    only(verify(stored), path, 1, "is the start of one-track_A-seed_1 of study")


def test_what_was_set_aside_is_checked_too(stored):
    stored.run("-k", "one and seed_1 and track_A", "--aiopt-fresh").assert_outcomes(passed=1)
    assert verify(stored).ret == 0
    (aside,) = (path for path in stored.journals() if ".aside-1" in str(path))
    tampering.write(aside, tampering.lines_of(aside)[1:])
    only(verify(stored), aside, 1, "line 1 is missing before it")


def test_a_confirmation_of_another_candidate(stored):
    from pytest_aiopt import testing
    from pytest_aiopt.campaign.champions import reconfirm
    from pytest_aiopt.journal.record import read_cell
    from pytest_aiopt.model import Candidate

    path = cell(stored)
    found = read_cell(path).champion
    reconfirm(path, found, testing.FakeInstruments(), {})
    assert verify(stored).ret == 0
    reconfirm(path, Candidate("int other() { return 0; }\n"), testing.FakeInstruments(), {})
    record = path.with_name("confirmations.jsonl")
    result = verify(stored)
    assert result.ret == 1
    result.stdout.fnmatch_lines([f"*{record.name}, line 2: confirms *, which is not the champion"])
    tampering.write(record, tampering.lines_of(record)[:1])
    verify(stored).stdout.fnmatch_lines([f"*{record.name}, line 2: line 2 is missing at the end"])


def test_a_noise_floor_that_was_changed(stored):
    from pytest_aiopt.evaluation.meter import baseline
    from pytest_aiopt.model import NoiseFloor

    machine = {"cpu": "fake"}
    floor = NoiseFloor("one", baseline.fingerprint(machine), (0.01, -0.01), 0.01, 0.03)
    path = baseline.store(stored.path / "results/floors", "d" * 64, floor, machine)
    assert verify(stored).ret == 0
    path.write_text(path.read_text().replace("0.03", "0.02"))
    result = verify(stored)
    assert result.ret == 1
    result.stdout.fnmatch_lines([f"results/floors/{path.name}: differs from its digest"])


def test_verify_refuses_politely_where_nothing_is_stored(project):
    result = verify(project)
    assert result.ret == 1
    result.stderr.fnmatch_lines(["ERROR: no cell has been run under results; *"])
