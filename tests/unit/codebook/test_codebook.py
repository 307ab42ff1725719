"""The labelled corpus, the decoys and machine code."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_aiopt.cli import codebook_check
from pytest_aiopt.codebook.character import Class, character
from pytest_aiopt.codebook.depth import Depth
from pytest_aiopt.codebook.machine_code import DoesNotCompile, Spoilt, compiled, normalised
from pytest_aiopt.codebook.validation import decoys
from pytest_aiopt.codebook.validation.check import Judged, part
from pytest_aiopt.codebook.validation.corpus import TUNED_ON, Labelled, digest, mutations
from pytest_aiopt.tasks import loader

ROOT = Path(__file__).parents[3]
NAMES = loader.discover(ROOT / "tasks")


def corpus_of(name: str) -> list[Labelled]:
    task = loader.load(ROOT / "tasks", name)
    ladder = [(rung, (task.root / "ladder" / rung.file).read_text()) for rung in task.ladder]
    return mutations(name, (task.root / "program.cpp").read_text(), ladder)


def judged(corpus: list[Labelled]) -> list[Judged]:
    found = [(m, character(m.parent, m.child)) for m in corpus]
    return [Judged(m, told, told.kind) for m, told in found]


CORPUS = [m for name in NAMES for m in corpus_of(name)]


def test_every_task_has_its_rungs_and_decoys_in_the_corpus() -> None:
    assert {m.task for m in CORPUS} == set(NAMES)
    assert set(TUNED_ON) <= set(NAMES)
    for name in NAMES:
        kinds = [m.kind for m in CORPUS if m.task == name]
        assert min(kinds.count(kind) for kind in Class if kind is not Class.UNCLASSED) >= 8
        rungs = {path.stem for path in (ROOT / "tasks" / name / "ladder").glob("*.cpp")}
        assert all(any(f"-> {rung}" in m.name for m in CORPUS if m.task == name) for rung in rungs)


def test_the_corpus_is_the_same_every_time() -> None:
    again, before = corpus_of(NAMES[0]), [m for m in CORPUS if m.task == NAMES[0]]
    assert digest(again) == digest(before)
    assert digest(again[1:]) != digest(before)


def test_rules_agree_with_the_tasks_they_were_written_with() -> None:
    found = part("tuning", judged([m for m in CORPUS if m.tuning]))
    assert found.kappa is not None
    assert found.kappa.kappa is not None
    assert found.kappa.kappa >= 0.95
    assert found.null_errors == ()
    assert found.kappa.n >= 100


def test_a_wrong_class_is_a_disagreement_and_a_wrong_null_an_error() -> None:
    told = judged([m for m in CORPUS if m.task == "key_index"])
    kinds = {j.mutation.kind: j for j in told}
    structural, null = kinds[Class.STRUCTURAL], kinds[Class.NULL]
    taken = Judged(structural.mutation, null.found, Class.NULL)
    missed = Judged(null.mutation, structural.found, Class.STRUCTURAL)
    found = part("test", [taken, missed])
    assert len(found.null_errors) == 2
    assert len(found.wrong) == 1
    assert not found.passes


def test_depths_of_rungs_and_decoys_are_a_table() -> None:
    found = part("tuning", judged([m for m in CORPUS if m.task == "key_index"]))
    assert {depth for kind, depth in found.depths if kind is Class.NULL} == {Depth.NULL}
    assert sum(found.depths.values()) == sum(found.confusion.values())
    text = "\n".join(codebook_check.lines([found], []))
    rungs = sum(n for (kind, depth), n in found.depths.items() if (kind, depth) == (Class.STRUCTURAL, 4))
    row = next(line.split() for line in text.splitlines() if line.startswith("  rungs of ladders"))
    assert int(row[-2]) == rungs


def test_the_gate_wants_enough_mutations() -> None:
    told = judged([m for m in CORPUS if m.tuning])
    assert part("test", told).passes
    assert not part("test", told[:60]).passes


# --- decoys -------------------------------------------------------------------------------------


@pytest.mark.needs("g++")
@pytest.mark.needs("objdump")
@pytest.mark.parametrize("decoy", decoys.NULL)
def test_null_decoys_compile_to_the_same_code(decoy: str) -> None:
    task = loader.load(ROOT / "tasks", "key_index")
    program = (task.root / "program.cpp").read_text()
    before, after = (compiled(p, task.root, task.flags) for p in (program, decoys.made(decoy, program)))
    assert before.digest == after.digest


@pytest.mark.needs("g++")
@pytest.mark.needs("objdump")
def test_another_program_has_other_code() -> None:
    task = loader.load(ROOT / "tasks", "key_index")
    program = (task.root / "program.cpp").read_text()
    rung = (task.root / "ladder" / "01_mixed_bits.cpp").read_text()
    assert compiled(program, task.root, task.flags).digest != compiled(rung, task.root, task.flags).digest


@pytest.mark.needs("g++")
def test_a_constant_alone_makes_other_code(tmp_path: Path) -> None:
    program = "extern const int table[3] = {1, 2, 3};\nint f(int i) { return table[i]; }\n"
    one, two = (compiled(p, tmp_path, ["-O2"]) for p in (program, program.replace("3}", "4}")))
    assert one.digest != two.digest


@pytest.mark.needs("g++")
def test_vector_registers_are_counted(tmp_path: Path) -> None:
    program = "void f(float* a) { for (int i = 0; i < 64; ++i) a[i] = a[i] * 2 + 1; }"
    assert compiled(program, tmp_path, ["-O3"]).classes.get("packed xmm", 0) > 0


@pytest.mark.needs("g++")
def test_a_program_that_does_not_compile_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(DoesNotCompile, match=r"g[+][+] failed: .*error"):
        compiled("int f( {", tmp_path, ["-O2"])


def test_names_and_order_of_functions_are_no_code() -> None:
    one = "<f>:\n\tcall   <g>\n\tret\n\n<g>:\n\tmov    $1,%eax\n\tret\n"
    two = "<b>:\n\tmov    $1,%eax\n\tret\n\n<a>:\n\tcall   <b>\n\tret\n"
    assert normalised(one).digest == normalised(two).digest
    assert normalised(one).digest != normalised(two.replace("$1", "$2")).digest


def _compiler(folder: Path, lines: str) -> str:
    """A compiler that does these lines of shell before the real one runs."""
    path = folder / "compiler"
    path.write_text(f'#!/bin/sh\n{lines}\nexec g++ "$@"\n')
    path.chmod(0o755)
    return str(path)


def test_a_compilation_that_the_machine_ended_is_tried_again(tmp_path: Path) -> None:
    program = "int f(int n) { return n + 1; }\n"
    once = _compiler(tmp_path, f"if [ ! -e {tmp_path}/tried ]; then touch {tmp_path}/tried; kill -9 $$; fi")
    assert compiled(program, tmp_path, ["-O1"], once) == compiled(program, tmp_path, ["-O1"])


@pytest.mark.parametrize("end", ["kill -9 $$", "echo 'Killed signal terminated program cc1plus' >&2; exit 1"])
def test_a_compilation_that_never_ends_well_is_no_class(tmp_path: Path, end: str) -> None:
    with pytest.raises(Spoilt):
        compiled("int f(int n) { return n + 1; }\n", tmp_path, ["-O1"], _compiler(tmp_path, end))
