"""Each rewrite on programs of its own: it applies where it may, keeps the output, and stays off otherwise."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pytest_aiopt.cpp.syntax import Program
from pytest_aiopt.rewriter.registry import Rewrite
from pytest_aiopt.rewriter.rules import REWRITES

SAMPLES = Path(__file__).parent / "samples"
each_rewrite = pytest.mark.parametrize("rule", REWRITES, ids=lambda rule: rule.name)


def changed_versions(rule: Rewrite, source: str) -> list[str]:
    program = Program(source)
    return [program.apply(change.edits) for change in rule.find(program)]


def outputs(versions: list[str], folder: Path) -> list[str]:
    """Compile the versions side by side in one file and return what each puts out."""
    lines = [line for version in versions for line in version.splitlines()]
    includes = sorted({line for line in lines if line.startswith("#include")})
    bodies = [
        f"namespace version{number} {{\n{_without_includes(version)}\n}}"
        for number, version in enumerate(versions)
    ]
    calls = "".join(f'version{number}::run(); std::puts("====");' for number in range(len(versions)))
    source = "\n".join([*includes, *bodies, f"int main() {{ {calls} }}"])
    (folder / "program.cpp").write_text(source)
    command = ["g++", "-std=c++17", "-O0", "-Wno-narrowing", "-o", "program", "program.cpp"]
    compiled = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert compiled.returncode == 0, f"{compiled.stderr}\n{source}"
    run = subprocess.run([folder / "program"], capture_output=True, text=True, timeout=10)
    assert run.returncode == 0, source
    return run.stdout.split("====\n")[:-1]


def _without_includes(version: str) -> str:
    lines = [line for line in version.splitlines() if not line.startswith("#include")]
    return "\n".join(lines).replace("int main()", "void run()")


@pytest.mark.needs("g++")
@each_rewrite
def test_it_keeps_what_a_program_puts_out(rule: Rewrite, tmp_path: Path) -> None:
    before = (SAMPLES / f"{rule.name}.cpp").read_text()
    versions = changed_versions(rule, before)
    assert versions, "the rewrite finds nothing to do in its sample"
    assert before not in versions
    wanted, *found = outputs([before, *versions], tmp_path)
    assert wanted
    assert found == [wanted] * len(versions)


@each_rewrite
def test_it_leaves_alone_what_it_cannot_do_safely(rule: Rewrite) -> None:
    assert changed_versions(rule, (SAMPLES / f"{rule.name}.unsafe.cpp").read_text()) == []


@each_rewrite
def test_it_says_what_it_does_and_where(rule: Rewrite) -> None:
    source = (SAMPLES / f"{rule.name}.cpp").read_text()
    for change in rule.find(Program(source)):
        assert change.description.strip()
        assert change.lines <= set(range(1, source.count("\n") + 2))


@each_rewrite
def test_it_is_not_undone_or_repeated_for_ever(rule: Rewrite) -> None:
    """Applying a rewrite again and again comes to an end, or the engine would spin on one idea."""
    source = (SAMPLES / f"{rule.name}.cpp").read_text()
    for _ in range(12):
        versions = changed_versions(rule, source)
        if not versions:
            return
        source = versions[0]
    pytest.fail(f"{rule.name} still applies after 12 times:\n{source}")


def test_every_sample_belongs_to_a_rewrite() -> None:
    names = {path.name.split(".")[0] for path in SAMPLES.glob("*.cpp")}
    assert names == {rule.name for rule in REWRITES}


def test_there_are_rewrites_of_both_kinds() -> None:
    kinds = [rule.kind.value for rule in REWRITES]
    assert kinds.count("local") >= 10
    assert kinds.count("structural") >= 10
