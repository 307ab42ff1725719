"""The C++ grammar: its parser, and kinds of nodes that every reader of trees asks for."""

from __future__ import annotations

import tree_sitter
import tree_sitter_cpp

CPP = tree_sitter.Language(tree_sitter_cpp.language())
LOOPS = frozenset({"for_statement", "for_range_loop", "while_statement", "do_statement"})
RECORDS = frozenset({"struct_specifier", "class_specifier", "union_specifier"})
NAMES = frozenset({"identifier", "field_identifier", "type_identifier"})


def parse(source: bytes) -> tree_sitter.Tree:
    """Return the parser's tree of a source; what it cannot read becomes a node of errors."""
    return tree_sitter.Parser(CPP).parse(source)


def words(listed: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(listed.split())
