"""Mutations whose class is known by construction: null and superficial changes of any program.

Null decoys change only names, comments and layout. Superficial decoys change tokens, but not data, loops or
the order of computation; if they compile to the same machine code, they are null.
"""

from __future__ import annotations

from collections.abc import Iterator

from pytest_aiopt.codebook.validation.small_changes import SUPERFICIAL, Decoy
from pytest_aiopt.cpp.edits import Edit, apply, without_overlaps
from pytest_aiopt.cpp.grammar import RECORDS
from pytest_aiopt.cpp.source import Source, declared_name
from pytest_aiopt.cpp.tree import Node, text, walk, within

LIES = (
    "// Structure of arrays: the fields lie in separate cache lines.",
    "// O(1) instead of O(n): the result is precomputed and cached, AVX2 does eight at once.",
    "// Lock-free batches; the hash table replaces the linear scan.",
)


def made(name: str, program: str) -> str:
    """Return the program changed by the named decoy; unchanged if the decoy does not apply."""
    edits = without_overlaps(EVERY[name](Source(program), program))
    return apply(program.encode(), edits)


def rename(source: Source, program: str) -> Iterator[Edit]:
    """Rename everything declared inside the program's functions."""
    for function in source.all("function_definition"):
        declared = {
            text(name)
            for node in _inside(function, "declaration", "parameter_declaration")
            for child in node.children_by_field_name("declarator")
            if (name := declared_name(child)) is not None and name.type == "identifier"
        }
        hidden = {text(n) for n in _inside(function, "field_identifier", "type_identifier")}
        for name in _inside(function, "identifier"):
            word = text(name)
            if word in declared - hidden and word not in source.functions and not _is_qualified(name):
                yield Edit(name.start_byte, name.end_byte, f"{word}_of_it")


def rename_functions(source: Source, program: str) -> Iterator[Edit]:
    """Rename the program's free functions, except those that are called by a qualified name."""
    free = {
        name
        for name, nodes in source.functions.items()
        if all(within(n, *RECORDS, "linkage_specification", "template_declaration") is None for n in nodes)
    } - {text(n) for n in source.all("field_identifier", "type_identifier")}
    free -= {text(n) for n in source.all("identifier") if _is_qualified(n)}
    for name in source.all("identifier"):
        if text(name) in free and not _is_qualified(name):
            yield Edit(name.start_byte, name.end_byte, f"do_{text(name)}")


def comments_gone(source: Source, program: str) -> Iterator[Edit]:
    """Remove all comments."""
    for start, end in source.tree.comments:
        yield Edit(start, end, "")


def lying_comments(source: Source, program: str) -> Iterator[Edit]:
    """Add comments that make false claims."""
    for lie, function in zip(LIES * 4, source.all("function_definition"), strict=False):
        body = function.child_by_field_name("body")
        if body is not None:
            yield Edit(body.start_byte + 1, body.start_byte + 1, f"\n    {lie}\n")


def layout(source: Source, program: str) -> Iterator[Edit]:
    """Deepen the indentation, and put the opening brace of every function on a separate line."""
    at = 0
    for line in program.encode().split(b"\n"):
        indent = len(line) - len(line.lstrip(b" "))
        if indent and not line.lstrip().startswith(b"#"):
            yield Edit(at, at, " " * indent)
        at += len(line) + 1
    for function in source.all("function_definition"):
        if (body := function.child_by_field_name("body")) is not None:
            yield Edit(body.start_byte, body.start_byte, "\n")


NULL: dict[str, Decoy] = {
    each.__name__: each for each in (rename, rename_functions, comments_gone, lying_comments, layout)
}
EVERY = NULL | SUPERFICIAL


def _inside(node: Node, *types: str) -> Iterator[Node]:
    return (each for each in walk(node) if each.type in types)


def _is_qualified(name: Node) -> bool:
    return name.parent is not None and name.parent.type == "qualified_identifier"
