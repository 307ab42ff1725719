"""The stand-in model: prompt in, completion out."""

from __future__ import annotations

import hashlib
import random

from pytest_aiopt.cpp.syntax import Program
from pytest_aiopt.errors import DesignError
from pytest_aiopt.model import Completion, Prompt
from pytest_aiopt.rewriter.engine import Proposal, propose
from pytest_aiopt.rewriter.faults import draw_fault, faulty_blocks
from pytest_aiopt.rewriter.prompt_reader import read_prompt
from pytest_aiopt.rewriter.reply import blocks_between, written
from pytest_aiopt.rewriter.strengths import STRENGTHS, Strength

_NOTHING = "I could not find a program to improve in the message."
_FINE = "I looked for an improvement of the current program and have none to suggest."


class Rewriter:
    """Answers prompts by rewriting their program; a pure function of (prompt, seed)."""

    def __init__(self, name: str, strength: Strength) -> None:
        self.name = name
        self.strength = strength

    def complete(self, prompt: Prompt, *, seed: int) -> Completion:
        """Return a completion with a short rationale and SEARCH/REPLACE blocks (none if nothing applies)."""
        parsed = read_prompt(prompt.system, prompt.user)
        rng = random.Random(_derived_seed(self.name, prompt, seed))
        if parsed.program is None:
            return self._completion(_NOTHING)
        program = Program(parsed.program, parsed.header)
        proposal = propose(
            program,
            parsed.shares,
            self.strength,
            rng,
            known=parsed.others,
            donors=parsed.donors,
            failure=parsed.failure,
            budget=parsed.budget,
            clue=parsed.clue,
        )
        if not proposal.sites:
            return self._completion(_FINE)
        fault = draw_fault(self.strength.faults, rng)
        if fault is None:
            blocks = blocks_between(program.text, proposal.program.text)
        else:
            blocks = faulty_blocks(fault, program, proposal, rng)
        return self._completion(_render(proposal, written(blocks, program.text, rewrite=parsed.rewrite)))

    def _completion(self, text: str) -> Completion:
        return Completion(text=text, finish_reason="stop", model=self.name)


def make(name: str) -> Rewriter:
    """Return the stand-in of this name. Raises DesignError for a name not in STRENGTHS."""
    known = ", ".join(sorted(STRENGTHS))
    if name not in STRENGTHS:
        raise DesignError(f"no rewriter is called {name!r}", f"use one of {known}")
    return Rewriter(name, STRENGTHS[name])


def _derived_seed(name: str, prompt: Prompt, seed: int) -> int:
    """Derive a seed from name, prompt and seed by sha256, independent of process state."""
    digest = hashlib.sha256(f"{name}\0{prompt.sha}\0{seed}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


def _render(proposal: Proposal, change: list[str]) -> str:
    """Describe the intended change, then give the reply. A fault is not mentioned, as in real replies."""
    reasons = "\n".join(f"- {site.change.description}" for site in proposal.sites)
    return "\n\n".join([f"Suggested change:\n{reasons}", *change]) + "\n"
