"""Read a program into tokens without names and facts, or give the reason for failure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from pytest_aiopt.codebook.facts.fact import Structure
from pytest_aiopt.codebook.facts.structure import structure
from pytest_aiopt.cpp.parts import Parts
from pytest_aiopt.cpp.preprocess import Unpreprocessed, preprocessed, without_extensions
from pytest_aiopt.cpp.source import Source
from pytest_aiopt.cpp.tokens import renamed

_PARTS = Parts()


class Fault(StrEnum):
    """Reasons why a program has no facts."""

    SYNTAX = "its syntax tree has errors"
    DIRECTIVES = "the preprocessor refuses it"
    NO_PREPROCESSOR = "there is no preprocessor"


@dataclass(frozen=True, slots=True)
class Read:
    """The tokens and facts of a program; with a ``fault`` its tokens keep their names and it has no facts.

    ``functions``: the lines (1-based) of each definition.
    """

    tokens: tuple[str, ...]
    structure: Structure
    functions: tuple[range, ...] = ()
    fault: Fault | None = None


def reading(program: str) -> Read:
    """Preprocess and parse a program, and return its tokens and facts."""
    try:
        plain, fault = preprocessed(program), Fault.SYNTAX
    except Unpreprocessed:
        plain, fault = program, Fault.DIRECTIVES
    except OSError:
        plain, fault = program, Fault.NO_PREPROCESSOR
    source, removed = Source(plain, _PARTS), tuple[str, ...]()
    if source.has_error and fault is Fault.SYNTAX:
        spelled, removed = without_extensions(plain)
        source = source if spelled == plain else Source(spelled, _PARTS)
    functions = tuple(range(f.row + 1, f.end_row + 2) for f in source.all("function_definition"))
    if source.has_error or fault is not Fault.SYNTAX:
        found = Read(tuple(source.words), Structure(()), functions, fault)
    else:
        tokens = renamed(source)
        found = Read((*chain.from_iterable(tokens.values()), *removed), structure(source, tokens), functions)
    source.close()
    return found
