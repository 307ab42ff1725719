"""Which instruction took the time of a sample, by the disassembly around it."""

from __future__ import annotations

import pytest

from pytest_aiopt.profiling.perf.skid import parse

TEXT = """\

p:     file format elf64-x86-64


Disassembly of section .text:

0000000000401700 <_Z4stepi>:
  401700:\ttest   %edi,%edi
  401702:\tjle    401730 <_Z4stepi+0x30>
  401708:\tmov    %ebx,%eax
  40170a:\tdivsd  %xmm4,%xmm0
  40170e:\tmov    %rax,%rdx
  401711:\tcmp    %ebx,%edi
  401713:\tjne    401708 <_Z4stepi+0x8>
  401715:\tcall   401800 <memcpy>
  40171a:\tjmp    *%rax
  401730:\tret
"""


@pytest.mark.parametrize(
    ("sampled", "took", "why"),
    [
        (0x40170E, 0x40170A, "the instruction in front"),
        (0x401708, 0x401713, "at the head of a loop the jump back to it"),
        (0x401730, 0x401730, "jumped to from further up: unknown"),
        (0x401715, 0x401713, "a jump that was not taken"),
        (0x40170B, 0x40170B, "no instruction starts here"),
        (0x401700, 0x401700, "nothing is known of what comes before"),
        (0x500000, 0x500000, "nothing is known at all"),
    ],
)
def test_a_sample_belongs_to_the_instruction_that_ran_before(sampled: int, took: int, why: str) -> None:
    assert parse(TEXT).before(sampled) == took, why
