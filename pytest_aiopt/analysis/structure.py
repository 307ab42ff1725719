"""What a program is made of, as countable facts: loops, data, storage, dataflow, concurrency, instructions.

Facts are blind to names, comments, layout, const, references, kinds of loops and to what is inlined by hand:
what lies in a called function counts at the depth of its callers, along every path of calls.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from tree_sitter import Node

from pytest_aiopt.analysis import lexicon
from pytest_aiopt.analysis.calls import Calls
from pytest_aiopt.analysis.source import LOOPS, Source, declared_name, line, text, walk, within
from pytest_aiopt.analysis.types import CONTAINERS, Types
from pytest_aiopt.analysis.unrolling import remainder_of, repeats, step_of

MOST_FACTS = 20_000
"""Facts along call paths before the rest is left out; far above any program of a few hundred lines."""


class Kind(StrEnum):
    """The kinds of facts; the key of each says which one it is."""

    LOOP = "loop"  # depth
    STEP = "step"  # a loop that moves by more than one and is not unrolled
    NEST = "nest"  # outer bound | inner bound
    START = "start"  # where an index starts: a variable
    RECORD = "record"  # what a struct or class holds
    CONTAINER = "container"  # a container type with what it holds
    OWNER = "owner"  # container @ depth at which it is made
    STATIC = "static"  # data kept from call to call
    TABLE = "table"  # constant arrays
    EXIT = "exit"  # a loop left early
    RECURSION = "recursion"
    ALGORITHM = "algorithm"  # library algorithms by name
    MIXING = "mixing"  # constants that spread bits
    PARALLEL = "parallel"
    IO = "io"
    ISA = "isa"
    INDIRECT = "indirect"
    FLOAT = "float"
    RESERVE = "reserve"


@dataclass(frozen=True, slots=True)
class Fact:
    """One countable thing at a 1-based line."""

    kind: Kind
    key: str
    line: int


@dataclass(frozen=True)
class Structure:
    """All facts of one program."""

    facts: tuple[Fact, ...]

    def count(self, kind: Kind) -> Counter[str]:
        """How often each key of this kind occurs."""
        return self._counts.get(kind, Counter())

    @cached_property
    def _counts(self) -> dict[Kind, Counter[str]]:
        found: dict[Kind, Counter[str]] = {}
        for fact in self.facts:
            found.setdefault(fact.kind, Counter())[fact.key] += 1
        return found

    def lines(self, kind: Kind, keys: object) -> tuple[int, ...]:
        """Return the lines of the facts with one of these keys."""
        wanted = set(keys)  # type: ignore[call-overload]
        return tuple(sorted({f.line for f in self.facts if f.kind is kind and f.key in wanted}))


def structure(source: Source) -> Structure:
    """Return the facts of a program."""
    reader = _Reader(source)
    return Structure((*reader.flat(), *reader.along_calls()))


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
            yield Fact(Kind.CONTAINER, self.types.canonical(text(node)), line(node))
        elif node.type == "array_declarator" and (parent := within(node, "declaration")) is not None:
            held = self.types.canonical(text(parent.child_by_field_name("type")))
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
                (Kind.IO, word in lexicon.IO and _is_called(node)),
                (Kind.RESERVE, word == "reserve"),
            ):
                if found:
                    yield Fact(kind, word, line(node))
        if node.type == "binary_expression" and _folds_bits(node):
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
        outer = next((p for p in _lexical(node) if p.type in LOOPS), None)
        if outer is not None:
            yield Fact(Kind.NEST, f"{_bound(outer)}|{_bound(node)}", line(node))
        if node.type == "for_statement" and _starts_at_a_variable(node):
            yield Fact(Kind.START, "", line(node))
        for each in walk(node):
            if each.type in ("break_statement", "return_statement") and _left_by(each) == node:
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
        found += self._made(node, depth)
        if node.type in ("call_expression", "declaration"):
            found += self._library(node, depth)
            for callee in self.calls.of(node):
                if callee.id in stack:
                    found.append(Fact(Kind.RECURSION, "", line(node)))
                else:
                    self._enter(callee, depth, stack, found)
        turn = repeats(node) if node.type in LOOPS else None
        body = node.child_by_field_name("body") if turn is not None else None
        for child in node.children:
            if turn is not None and body is not None and child == body:
                for statement in turn:
                    self._visit(statement, inner, stack, found)
            else:
                self._visit(child, inner, stack, found)

    def _made(self, node: Node, depth: int) -> Iterator[Fact]:
        """Containers, strings and heap objects made here."""
        if node.type == "new_expression":
            yield Fact(Kind.OWNER, f"heap@{depth}", line(node))
        if node.type != "declaration" or within(node, "function_definition") is None:
            return
        if any(text(c) in ("static", "thread_local") for c in node.children):
            return
        name = self.types.canonical(text(node.child_by_field_name("type")))
        for child in node.children_by_field_name("declarator"):
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


def _lexical(node: Node) -> Iterator[Node]:
    """Parents up to the function the node is written in."""
    parent = node.parent
    while parent is not None and parent.type not in ("function_definition", "lambda_expression"):
        yield parent
        parent = parent.parent


def _left_by(exit_: Node) -> Node | None:
    """The loop that a break or return leaves; None where a break belongs to a switch."""
    for parent in _lexical(exit_):
        if parent.type == "switch_statement" and exit_.type == "break_statement":
            return None
        if parent.type in LOOPS:
            return parent
    return None


def _bound(loop: Node) -> str:
    """What a loop runs over: the range, or the right side of the condition."""
    if loop.type == "for_range_loop":
        return text(loop.child_by_field_name("right"))
    condition = text(loop.child_by_field_name("condition")).strip("() ;")
    return condition.split(" < ")[-1].split(" != ")[-1].split(" <= ")[-1]


def _starts_at_a_variable(loop: Node) -> bool:
    """Whether an index (no pointer, no iterator) starts at another variable, as in ``j = i + 1``."""
    declaration = loop.child_by_field_name("initializer")
    if declaration is None or declaration.type != "declaration":
        return False
    init = declaration.child_by_field_name("declarator")
    kind = text(declaration.child_by_field_name("type"))
    if (
        init is None
        or declared_name(init) is None
        or kind.startswith("auto")
        or "*" in text(init).split("=")[0]
    ):
        return False
    value = init.child_by_field_name("value")
    return value is not None and value.type in ("identifier", "binary_expression")


def _is_called(node: Node) -> bool:
    parent = node.parent
    return parent is not None and parent.type in (
        "call_expression",
        "qualified_identifier",
        "field_expression",
    )


def _folds_bits(node: Node) -> bool:
    """Whether an expression is ``x ^ (x >> n)``."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None or "^" not in [text(c) for c in node.children]:
        return False
    folded = text(right).strip("() ").split(" >> ")
    return len(folded) == 2 and folded[0] == text(left)
