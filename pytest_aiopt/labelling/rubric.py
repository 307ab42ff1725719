"""The rubric for all raters, people and models: the meaning of depths and labels."""

from __future__ import annotations

DEPTHS = {
    0: ("null", "The program does the same work: only names, comments, layout or dead code differ."),
    1: (
        "superficial",
        "The same steps on the same data in other words: named temporaries, const, reserve, hints, a hoisted "
        "bound, an unrolled loop, a call inlined by hand.",
    ),
    2: (
        "local",
        "A loop, a branch or an expression is restructured in one place, such as loops fused or reordered, "
        "work moved out of a loop, vector instructions, several items per step. Data and parts "
        "of the program stay as they are.",
    ),
    3: (
        "data",
        "What is stored, or how, or when it is made changes: another container or layout, buffers or results "
        "that are kept, tables, requests or results that are collected into batches.",
    ),
    4: (
        "algorithm",
        "Another algorithm or another order of growth, or other concurrency: work moves to more threads, "
        "waiting overlaps with work, locks or hand-over between threads change.",
    ),
}
"""Name and meaning of every depth. A mutation has the depth of its deepest part."""

MEANINGS = {
    "batching": "several items or operations share a cost that each of them had alone",
    "caching": "a computed or fetched result is kept and used again",
    "precomputing": "work is done before it is needed, or started early",
    "deferring": "work is put off until its result is needed or a cheaper moment comes",
    "relaxation": "precision or guarantees that nobody asks for are given up",
    "contextualization": "facts about the input, found at run time, choose what is done",
    "hardware": "the code asks for features of the machine: vector instructions, prefetch, cache lines",
    "layering-bypass": "a layer of calls or a library is skipped",
    "layering-merge": "passes, layers or loops become one",
    "layering-split": "a layer, record or loop is split for finer control",
    "algorithm": "another algorithm or data structure with another order of growth",
    "parallel": "work runs on more threads, or other work overlaps with waiting",
    "micro": "small changes of expressions, branches, types or copies",
}
"""Meaning of every label; a mutation has all labels that describe a substantial part of it."""


def text() -> str:
    """Return the rubric as plain text."""
    depths = "\n".join(f"{depth} {name}: {meaning}" for depth, (name, meaning) in DEPTHS.items())
    labels = "\n".join(f"- {name}: {meaning}" for name, meaning in MEANINGS.items())
    return (
        "Depth is how deep the change goes. Give the depth of its deepest part that has an effect:\n"
        f"{depths}\n\n"
        "Labels say by which methods. Give all that describe a substantial part of the change:\n"
        f"{labels}\n\n"
        "Judge what the code does, not whether it is faster or better. Ignore what comments say."
    )
