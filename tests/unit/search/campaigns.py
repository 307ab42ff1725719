"""A synthetic campaign: its replies and scores depend on the prompt alone. Run as a script, it prints a
digest of everything the search returned."""

from __future__ import annotations

import hashlib
import random
import sys
from collections.abc import Callable, Iterator

from pytest_aiopt.model import Candidate, Prompt
from pytest_aiopt.search.openevolve import Edit, Search, SearchSettings, Selection, apply_reply

PROGRAM = '#include "task.hpp"\n\nint scan(const int* p, int n) {\n    int seen = 0;\n' + "".join(
    f"    seen += p[{i} % n] * {i};\n" for i in range(40)
)
PROGRAM += "    return seen;\n}\n"


def make_search(islands: int = 1, seed: int = 7, iterations: int = 300) -> Search:
    settings = SearchSettings(num_islands=islands, migration_interval=4)
    search = Search(system_message="Make it {fast}.", settings=settings, seed=seed, iterations=iterations)
    search.start(Candidate(PROGRAM), 1.0)
    return search


def reply_to(prompt: Prompt, source: str) -> str:
    """Change one line of ``source``; which one, and how, follows from the prompt."""
    chance = random.Random(prompt.sha)
    line = chance.choice([line for line in source.split("\n") if "seen +=" in line])
    extra = f"\n    seen ^= {chance.randrange(999)};" * chance.randrange(3)
    new = f"    seen += p[{chance.randrange(99)} % n];{extra}"
    return f"<<<<<<< SEARCH\n{line}\n=======\n{new}\n>>>>>>> REPLACE\n"


def score_of(source: str) -> float:
    """Return 0.5 to 1.5, with ties."""
    return 0.5 + int(hashlib.sha256(source.encode()).hexdigest()[:8], 16) % 64 / 64


def run(
    search: Search, steps: int, between: Callable[[], object] = lambda: None
) -> Iterator[tuple[Selection, Prompt]]:
    """Run steps 1 to ``steps``, each sixth of them failing, and yield what each saw."""
    for step in range(1, steps + 1):
        between()
        selection = search.next_parent(step)
        artifacts = {"runtime_notes": f"profile of {selection.parent.id}"} if step % 2 else {}
        prompt = search.prompt(step, selection, artifacts)
        between()
        edit = apply_reply(selection.parent_source, reply_to(prompt, selection.parent_source))
        if isinstance(edit, Edit) and step % 6:
            search.admit(step, selection, edit, score_of(edit.source))
        yield selection, prompt


def digest(seen: Iterator[tuple[Selection, Prompt]], search: Search) -> str:
    """Return a hash of every selection and prompt and of the final population."""
    return hashlib.sha256(repr([*seen, search.programs, search.best]).encode()).hexdigest()


if __name__ == "__main__":
    random.seed()
    engine = make_search(islands=int(sys.argv[1]))
    print(digest(run(engine, int(sys.argv[2]), between=random.random), engine))
