"""What a program is made of, as countable facts: loops, data, storage, dataflow, concurrency, instructions.

Facts are blind to names, comments, layout, const, references, kinds of loops and to what is inlined by hand:
what lies in a called function counts at the depth of its callers, along every path of calls.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from pytest_aiopt.codebook import lexicon
from pytest_aiopt.codebook.calls import Calls
from pytest_aiopt.codebook.facts import Fact, Kind, Structure
from pytest_aiopt.codebook.patterns import (
    bound,
    folds_bits,
    is_called,
    left_by,
    lexical,
    starts_at_a_variable,
)
from pytest_aiopt.codebook.threads import work
from pytest_aiopt.codebook.types import CONTAINERS, Types, plain_array, without_digests
from pytest_aiopt.codebook.unrolling import remainder_of, repeats, series, shape, step_of
from pytest_aiopt.cpp.source import LOOPS, Source, line, text, walk, within

MOST_FACTS = 20_000
"""Facts along call paths before the rest is left out; far above any program of a few hundred lines."""


def structure(source: Source) -> Structure:
    """Return the facts of a program."""
    reader = _Reader(source)
    return Structure((*reader.flat(), *reader.along_calls(), *work(source)))


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.types = Types(source)
        self.calls = Calls(source)
        self.skipped = {
            loop.id
            for loop in source.all(*LOOPS)
            if repeats(loop) is not None and remainder_of(loop) is not None
        }

    # --- facts that do not depend on who calls whom ----------------------------------------------

    def flat(self) -> Iterator[Fact]:
        for name, node in self.source.records.items():
            held = self.types.fields(name)
            if held:
                yield Fact(Kind.RECORD, ";".join(held), line(node))
        for node in self.source.nodes:
            yield from self._containers(node)
            yield from self._words(node)
            yield from self._storage(node)
            if node.type in LOOPS and node.id not in self.skipped:
                yield from self._loop(node)

    def _containers(self, node: Node) -> Iterator[Fact]:
        if node.type == "template_type" and text(node.child_by_field_name("name")) in CONTAINERS:
            held = without_digests(plain_array(self.types.canonical(text(node))))
            yield Fact(Kind.CONTAINER, held, line(node))
        elif (
            node.type == "array_declarator"
            and (parent := within(node, "declaration", "field_declaration")) is not None
        ):
            held = without_digests(self.types.canonical(text(parent.child_by_field_name("type"))))
            if held != "char":
                yield Fact(Kind.CONTAINER, f"array<{held}>", line(node))

    def _words(self, node: Node) -> Iterator[Fact]:
        word = text(node) if not node.children else ""
        if node.type == "number_literal" and (value := lexicon.spreading(word)) is not None:
            yield Fact(Kind.MIXING, value, line(node))
        elif node.type == "preproc_call" and "omp" in text(node):
            yield Fact(Kind.PARALLEL, "omp", line(node))
        elif node.type in ("virtual", "virtual_function_specifier") or (
            node.type == "template_type" and text(node.child_by_field_name("name")) == "function"
        ):
            yield Fact(Kind.INDIRECT, "", line(node))
        elif node.type == "primitive_type" and word in ("float", "double"):
            yield Fact(Kind.FLOAT, word, line(node))
        elif node.type in ("identifier", "type_identifier", "field_identifier") and not self._own(word):
            for kind, found in (
                (Kind.PARALLEL, word in lexicon.PARALLEL),
                (Kind.ISA, bool(lexicon.ISA.match(word))),
                (Kind.IO, word in lexicon.IO and is_called(node)),
                (Kind.RESERVE, word == "reserve"),
            ):
                if found:
                    yield Fact(kind, word, line(node))
        if node.type == "binary_expression" and folds_bits(node):
            yield Fact(Kind.MIXING, "x ^ x >> n", line(node))

    def _own(self, word: str) -> bool:
        return word in self.source.functions or word in self.source.records

    def _storage(self, node: Node) -> Iterator[Fact]:
        """Data that outlives a call (static, or at namespace level), and constant tables."""
        if node.type != "declaration" or any(c.type == "function_declarator" for c in node.children):
            return
        words = {text(c) for c in node.children if c.type in ("storage_class_specifier", "type_qualifier")}
        outside = within(node, "function_definition", "lambda_expression") is None
        if not (outside or words & {"static", "thread_local"}):
            return
        name = self.types.canonical(text(node.child_by_field_name("type")))
        declarator = text(node.child_by_field_name("declarator"))
        is_array = "[" in declarator.split("=")[0] or "array<" in name or name[:1] == "R" or "<" in name
        if words & {"const", "constexpr", "constinit"}:
            if is_array and ("=" in declarator or "{" in declarator or "(" in declarator):
                yield Fact(Kind.TABLE, name, line(node))
        elif name not in ("void",) and "(" not in declarator.split("=")[0]:
            yield Fact(Kind.STATIC, name, line(node))

    def _loop(self, node: Node) -> Iterator[Fact]:
        if step_of(node) > 1 and repeats(node) is None:
            yield Fact(Kind.STEP, "", line(node))
        outer = next((p for p in lexical(node) if p.type in LOOPS), None)
        if outer is None:
            yield Fact(Kind.PASS, "\n".join(sorted(set(_statements(node)))), line(node))
        else:
            yield Fact(Kind.NEST, f"{bound(outer)}|{bound(node)}", line(node))
        if node.type == "for_statement" and starts_at_a_variable(node):
            yield Fact(Kind.START, "", line(node))
        for each in walk(node):
            if each.type in ("break_statement", "return_statement") and left_by(each) == node:
                yield Fact(Kind.EXIT, "", line(each))

    # --- facts that count along every path of calls ------------------------------------------------

    def along_calls(self) -> Iterator[Fact]:
        found: list[Fact] = []
        for root in self.calls.roots():
            self._enter(root, 0, (), found)
        yield from found

    def _enter(self, function: Node, depth: int, stack: tuple[int, ...], found: list[Fact]) -> None:
        if len(found) > MOST_FACTS:
            return
        body = function.child_by_field_name("body")
        if body is not None:
            self._visit(body, depth, (*stack, function.id), found)
        for child in function.children:
            if child.type == "field_initializer_list":
                self._visit(child, depth, (*stack, function.id), found)

    def _visit(self, node: Node, depth: int, stack: tuple[int, ...], found: list[Fact]) -> None:
        if node.type == "comment" or node.id in self.skipped:
            return
        inner = depth
        if node.type in LOOPS:
            inner += 1
            found.append(Fact(Kind.LOOP, str(inner), line(node)))
        if node.type == "compound_statement":
            found += [Fact(Kind.LOOP, str(depth + 1), at) for at in sorted(set(series(node).values()))]
        found += self._made(node, depth)
        if node.type in ("call_expression", "declaration"):
            found += self._library(node, depth)
            for callee in self.calls.of(node):
                if callee.id in stack:
                    found.append(Fact(Kind.RECURSION, "", line(node)))
                else:
                    self._enter(callee, depth, stack, found)
        for child in self._once(node):
            self._visit(child, inner, stack, found)

    def _once(self, node: Node) -> Iterator[Node]:
        """The children, of what is written out several times over only the first."""
        turn = repeats(node) if node.type in LOOPS else None
        if turn is not None:
            body = node.child_by_field_name("body")
            yield from (child for child in node.children if child != body)
            yield from turn
        elif node.type == "compound_statement":
            again = series(node)
            yield from (child for child in node.children if child.id not in again)
        else:
            yield from node.children

    def _made(self, node: Node, depth: int) -> Iterator[Fact]:
        """Containers, strings and heap objects made here."""
        if node.type == "new_expression":
            yield Fact(Kind.OWNER, f"heap@{depth}", line(node))
        if node.type != "declaration" or within(node, "function_definition") is None:
            return
        if any(text(c) in ("static", "thread_local") for c in node.children):
            return
        for child in node.children_by_field_name("declarator"):
            name = without_digests(plain_array(self.types.canonical(self._type_of(node, child))))
            held = child.child_by_field_name("declarator") if child.type == "init_declarator" else child
            if held is None or held.type in (
                "reference_declarator",
                "pointer_declarator",
                "function_declarator",
            ):
                continue
            if held.type == "array_declarator":
                yield Fact(Kind.OWNER, f"array<{name}>@{depth}", line(node))
            elif name.split("<")[0] in CONTAINERS - {"span", "unique_ptr", "shared_ptr"}:
                yield Fact(Kind.OWNER, f"{name}@{depth}", line(node))
            elif name == "string":
                yield Fact(Kind.OWNER, f"string@{depth}", line(node))

    def _type_of(self, declaration: Node, declarator: Node) -> str:
        """The declared type; for ``auto`` what the program's own function returns that gives the value."""
        declared, value = (
            text(declaration.child_by_field_name("type")),
            declarator.child_by_field_name("value"),
        )
        if declared == "auto" and value is not None and value.type == "call_expression":
            for callee in self.calls.of(value):
                return text(callee.child_by_field_name("type"))
        return declared

    def _library(self, node: Node, depth: int) -> Iterator[Fact]:
        if node.type != "call_expression":
            return
        name = self.calls.callee(node)
        if self._own(name):
            return
        if name in lexicon.LIKE_LOOPS and node.child_by_field_name("function") is not None:
            if self.calls.is_plain(node):
                yield Fact(Kind.LOOP, str(depth + 1), line(node))
        elif name in lexicon.ALGORITHMS:
            yield Fact(Kind.ALGORITHM, name, line(node))
        elif name in ("make_unique", "make_shared", "malloc", "calloc"):
            yield Fact(Kind.OWNER, f"heap@{depth}", line(node))


def _statements(loop: Node) -> Iterator[str]:
    """The shapes of the plain statements in a loop's body."""
    body = loop.child_by_field_name("body")
    for node in walk(body) if body is not None else ():
        if node.type in ("expression_statement", "declaration"):
            yield shape(node)
