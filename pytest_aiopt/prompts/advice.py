"""General advice in place of measurements: the same for every program, and as long as the profile text."""

from __future__ import annotations

from pytest_aiopt.prompts import tokens

LINES = (
    "general advice on the speed of programs",
    "Look first for work that need not be done at all, and only then for ways to do the rest of it sooner.",
    "Prefer an algorithm whose cost grows slowly with its input to a fast version of one that does not.",
    "Ask of every loop whether something in it gives the same result each time, and take that out of it.",
    "Several passes over the same data can often become one, so that each element is fetched a single time.",
    "Keep together in memory what is used together, and keep apart what is not.",
    "Go through memory in the order in which it lies there wherever the task leaves the order open.",
    "Choose containers by what is asked of them most often: to look up, append, walk through or keep sorted.",
    "Memory that is needed again and again can be taken once and used anew.",
    "Reserve room for what will be stored where its size is known, or can be bounded, beforehand.",
    "Pass large values by reference, and move those that are not needed any more.",
    "A result that will be asked for again can be kept, as long as keeping it costs less than making it.",
    "A result that may never be asked for can wait until somebody does.",
    "Small tables made ahead can replace long computations on few possible inputs.",
    "Decide early which of several cases applies, and give the most frequent one a short path of its own.",
    "Branches whose outcome is hard to foresee can be replaced by arithmetic on the condition.",
    "Operations with a high fixed cost pay off when they are made on many items together.",
    "Layers that only pass a request on can be skipped where nothing is lost by it.",
    "One structure that serves two purposes can be split so that each part suits its own.",
    "Compilers turn simple loops over plain arrays into vector instructions more readily than clever ones.",
    "Help them by independent iterations, known bounds, and types of one width.",
    "Narrower types let more values fit into the same space, if their range allows it.",
    "Exact arithmetic is not always asked for; where it is not, cheaper operations may be enough.",
    "Strings that are built piece by piece are better written into one buffer of the right size.",
    "Virtual calls and function objects in inner loops keep the compiler from seeing what is called.",
    "Threads help where parts of the work do not depend on each other, and cost where they do.",
    "Shared data that many parts of a program change is best changed rarely, briefly and in one go.",
    "Waiting for one thing can overlap with work on another.",
    "Measure what a change is worth, keep it if it pays, and undo it if it does not.",
    "A program that is fast and wrong is worth nothing, so change one thing at a time and check its results.",
    "Look at unusual inputs too: empty ones, very large ones, and those in which all elements are equal.",
    "Simple code is easier to make fast than clever code, and easier to keep right.",
)


def as_long_as(text: str) -> str:
    """Return advice with as many tokens as ``text``, line by line as in LINES; its last line may be cut."""
    wanted = tokens.count(text)
    shown = LINES[0]
    while True:
        for line in LINES[1:]:
            if tokens.count(f"{shown}\n{line}") > wanted:
                return _cut(shown, line, wanted)
            shown += f"\n{line}"


def _cut(shown: str, line: str, wanted: int) -> str:
    """Append as many words of ``line`` as fit, without a new line, which could be a single common word."""
    for word in line.split(" "):
        longer = f"{shown} {word}"
        if tokens.count(longer) > wanted:
            break
        shown = longer
    return shown
