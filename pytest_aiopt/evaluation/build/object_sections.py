"""Reads which sections an object file has, as ``readelf -SW`` lists them."""

from __future__ import annotations

import re

_SECTION = re.compile(r"^\s*\[\s*\d+\]\s+(\S+)\s+[A-Z]", re.MULTILINE)
_BY_COMPILERS = re.compile(
    r"\.(?:l?text|l?data|l?bss|l?rodata|sdata|sbss|data\.rel\.ro|tdata|tbss|init_array|fini_array|ctors|dtors"
    r"|eh_frame|gcc_except_table|comment|note|group|symtab|symtab_shndx|strtab|shstrtab|debug_\w+|gnu\.linkonce"
    r"|llvm_addrsig|stack_sizes)(?:\..*)?"
    r"|\.rela?(?:\..*)?|asan_globals"
)
_NEVER = re.compile(r"\.note\.(?!GNU-stack|gnu\.property)")


def foreign(listing: str) -> tuple[str, ...]:
    """Return the names of sections that no compiler makes unless the source asks for them."""
    found = (match[1] for match in _SECTION.finditer(listing))
    return tuple(name for name in found if not _BY_COMPILERS.fullmatch(name) or _NEVER.match(name))
