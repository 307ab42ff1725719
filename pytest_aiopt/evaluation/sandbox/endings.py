"""How runs ended, in words: limits, signals and disturbances, each with its remedy."""

from __future__ import annotations

import signal

from pytest_aiopt.evaluation.sandbox.processes import Ended, RunOutcome
from pytest_aiopt.model import Limits


def ending(outcome: RunOutcome, replies: int, limits: Limits) -> str:
    """Say how a run of a program ended that did not give all its replies."""
    match outcome.ended:
        case Ended.CPU_LIMIT:
            return f"it uses more than cpu_s = {limits.cpu_s:g}"
        case Ended.TIMEOUT:
            return f"it was still running after {outcome.wall_s:.1f} s"
        case Ended.MEMORY:
            return f"it needs more than memory_mb = {limits.memory_mb}"
        case Ended.OUTPUT_LIMIT:
            return f"its replies take more than output_mb = {limits.output_mb}"
        case Ended.SIGNALLED:
            return f"it died of {_signal(outcome.code)}{_said(outcome.stderr)}"
    if outcome.code:
        return f"it exited with {outcome.code}{_said(outcome.stderr)}"
    return f"it gave {replies} replies and exited"


def disturbance(outcome: RunOutcome | None) -> tuple[str, str]:
    """Return why runs that are not the program's fault failed, and the remedy."""
    if outcome is None:
        return "the sandbox does not start", "see aiopt doctor"
    if outcome.ended is not Ended.INFRASTRUCTURE:
        return (
            "this machine paused or throttled most of them",
            "run the same command again when nothing else runs here",
        )
    if outcome.apparent is Ended.TIMEOUT:
        return (
            f"other programs took the processor; the last run got {outcome.cpu_s:.1f} s of "
            f"{outcome.wall_s:.1f} s",
            "stop other work on this machine, or run on fewer workers (-n), then run the same command again",
        )
    if outcome.apparent is Ended.SIGNALLED:
        return (
            f"the last run was killed from outside ({_signal(outcome.code)}), as by a kernel out of memory",
            "free memory or lower memory_mb in task.toml, then run the same command again",
        )
    said = _said(outcome.stderr) or " (it says nothing)"
    return f"the sandbox failed{said}", "see aiopt doctor, then run the same command again"


def _signal(code: int) -> str:
    return signal.Signals(code).name if code in set(signal.Signals) else f"signal {code}"


def _said(stderr: str) -> str:
    last = stderr.strip().splitlines()[-1:]
    return f" ({last[0][:200]})" if last else ""
