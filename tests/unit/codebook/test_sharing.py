"""Programs share the trees of their declarations: reading one never depends on what was read before."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_aiopt.codebook.facts import reading
from pytest_aiopt.cpp import parts
from pytest_aiopt.cpp.parts import Parts
from pytest_aiopt.cpp.source import Source
from pytest_aiopt.cpp.tree import line

ROOT = Path(__file__).parents[3]
PROGRAM = "namespace {\n\nint twice(int n) { return 2 * n; }\n}\nint main() {\n  return twice(1);\n}\n"


def facts(program: str) -> tuple[object, ...]:
    found = reading.reading(program)
    return found.tokens, found.functions, found.fault, found.structure.facts


@pytest.mark.parametrize("most", [0, 2_000, parts.MOST])
@pytest.mark.parametrize("task", ["record_scan", "agg_service", "gpt_mini"])
def test_a_program_is_read_alike_after_others(task: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ROOT / "tasks" / task
    programs = [path.read_text() for path in (folder / "program.cpp", *sorted(folder.glob("ladder/*.cpp")))]
    programs += [f"// first\n\n{programs[0]}", programs[0].replace("return", "return ", 1)]
    alone = []
    for program in programs:
        monkeypatch.setattr(reading, "_PARTS", Parts())
        alone.append(facts(program))
    monkeypatch.setattr(parts, "MOST", most)
    monkeypatch.setattr(reading, "_PARTS", Parts())
    assert [facts(program) for program in programs * 2] == alone * 2


def test_a_shared_tree_lies_where_its_source_has_it() -> None:
    store = Parts()
    before = Source(PROGRAM, store)
    tree = before.functions["twice"][0].tree
    assert [line(node) for node in before.all("function_definition")] == [3, 5]
    after = Source(f"int zero;\n\n{PROGRAM}", store)
    assert after.functions["twice"][0].tree is tree
    assert [line(node) for node in after.all("function_definition")] == [5, 7]


def test_equal_declarations_of_a_source_are_trees_of_their_own() -> None:
    found = Source("int f();\nint f();\n", Parts())
    first, second = found.all("declaration")
    assert first.tree is not second.tree
    assert (line(first), line(second)) == (1, 2)
    assert first.next_named_sibling is second


def test_trees_without_parts_hold_the_same_nodes() -> None:
    plain, shared = Source(PROGRAM), Source(PROGRAM, Parts())
    assert shared.words == plain.words
    for kind in ("identifier", "function_definition", "{", "namespace_definition"):
        assert [line(node) for node in shared.all(kind)] == [line(node) for node in plain.all(kind)]
    assert [node.type for node in shared.trees[0].root.children] == [
        node.type for node in plain.tree.root.children
    ]
