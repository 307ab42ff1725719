"""Names of the language and its library that the codebook recognises."""

from __future__ import annotations

import re
from functools import lru_cache

from pytest_aiopt.codebook.facts.fact import Kind
from pytest_aiopt.cpp.grammar import words

LIKE_LOOPS = words(
    "fill fill_n copy copy_n copy_if move_backward memcpy memset memmove accumulate for_each transform "
    "count count_if equal any_of all_of none_of find_if find_if_not min_element max_element iota reduce "
    "generate replace reverse"
)
"""Library calls equivalent to a plain loop: replacing one by the other changes no structure."""

ALGORITHMS = words(
    "sort stable_sort partial_sort nth_element lower_bound upper_bound equal_range binary_search merge "
    "inplace_merge make_heap push_heap pop_heap sort_heap partition stable_partition unique partial_sum "
    "exclusive_scan inclusive_scan inner_product set_union set_intersection set_difference qsort"
)
PARALLEL = words(
    "thread jthread async mutex shared_mutex recursive_mutex atomic atomic_flag lock_guard unique_lock "
    "scoped_lock shared_lock condition_variable condition_variable_any barrier latch counting_semaphore "
    "binary_semaphore future promise packaged_task atomic_thread_fence pthread_create call_once"
)
IO = words(
    "read write pread pwrite fread fwrite fputs fgets mmap munmap open fopen ifstream ofstream getline "
    "fsync fdatasync setvbuf readv writev sendfile"
)
ISA = re.compile(
    r"_mm\d*_|__m\d+|__builtin_(prefetch|ia32_|ctz|clz|popcount|bswap|cpu_|assume_aligned)|v\d+[sqdh]i|simd$|"
    r"(popcount|countr_zero|countl_zero|bit_width|byteswap)$"
)
HEAP = words("make_unique make_shared malloc calloc")
_ALL_ONES = frozenset(2**bits - 1 for bits in range(8, 65))


@lru_cache(maxsize=65536)
def spreading(literal: str) -> str | None:
    """Return the value of an integer literal if it can only serve to mix bits (a large odd constant)."""
    found = re.fullmatch(r"(0[xX][0-9a-fA-F']+|[1-9][0-9']*)[uUlLzZ]*", literal)
    value = int(found[1].replace("'", ""), 0) if found else 0
    odd = value & 1 and value >= 2**20 and value not in _ALL_ONES
    return str(value) if odd and bin(value).count("1") >= 6 else None


@lru_cache(maxsize=65536)
def kind_of(word: str) -> Kind | None:
    """Return the kind of fact that a library name indicates; None for other names."""
    if word in PARALLEL:
        return Kind.PARALLEL
    if ISA.match(word):
        return Kind.ISA
    if word in IO:
        return Kind.IO
    return Kind.RESERVE if word == "reserve" else None
