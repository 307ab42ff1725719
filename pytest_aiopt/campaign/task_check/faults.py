"""The error for an original program that fails its corpus: the case, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_aiopt.cpp.source import Source
from pytest_aiopt.cpp.tree import text
from pytest_aiopt.errors import TaskError
from pytest_aiopt.evaluation.build.diagnostics import SOURCE
from pytest_aiopt.model import Status, Verdict
from pytest_aiopt.tasks.loader import Task

_MOST_TEXT = 200
_PRINTING = frozenset({"printf", "puts", "putchar", "cout", "stdout"})
_NAMES = ("identifier", "field_identifier")


def of_corpus(task: Task, verdict: Verdict, requests: Sequence[bytes]) -> TaskError:
    """Return the error for a verdict on the original program; ``requests``: those of the corpus."""
    fault = f"the original program {task.root / SOURCE} fails its own corpus: {verdict.detail}"
    if verdict.status is Status.TAMPERED and (found := _printing(task)):
        fault += f"; {SOURCE}:{found}"
    case = verdict.counterexample.splitlines()
    if verdict.case is not None:
        case += _as_text(requests[verdict.case])
    return TaskError(fault, "\n".join([_remedy(task, verdict), *(f"  {line}" for line in case)]))


def _remedy(task: Task, verdict: Verdict) -> str:
    oracle = task.root / "reference.py"
    match verdict.status:
        case Status.WRONG_ANSWER:
            return (
                f"program and oracle disagree, or the program reads memory that it never wrote: fix {SOURCE} "
                f"or {oracle}, then freeze the task again"
            )
        case Status.TAMPERED:
            return "a program must not write to standard output and must return from every call"
        case Status.CRASH:
            return (
                f"fix {SOURCE}: on that request it crashes, as by an index out of range; to find the line, "
                "run it with -g -fsanitize=address,undefined"
            )
    return f"fix {SOURCE}, or raise the limit in {task.root / 'task.toml'}"


def _printing(task: Task) -> str:
    """Return the first line of the program that seems to print, as ``LINE uses NAME``; "" without any."""
    used = [node for node in Source(task.program.source).all(*_NAMES) if text(node) in _PRINTING]
    return f"{used[0].row + 1} uses {text(used[0])}" if used else ""


def _as_text(request: bytes) -> list[str]:
    """Return a request as text if it is text, and how requests are shown in words."""
    try:
        words = request.decode()
    except UnicodeDecodeError:
        words = ""
    shown = words[:_MOST_TEXT]
    if not shown or not all(each.isprintable() or each in "\t\r\n" for each in shown):
        return ["describe(request) in reference.py, if defined, shows requests in words"]
    more = f"... ({len(words)} characters)" if len(words) > _MOST_TEXT else ""
    return [f"request as text: {shown!r}{more}"]
