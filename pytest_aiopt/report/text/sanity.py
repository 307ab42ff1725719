"""The closing lines of a sanity check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pytest_aiopt.analysis.outcomes.saturation import Saturation
from pytest_aiopt.analysis.sanity import Obstacle, Sanity

_AGAINST = {
    Obstacle.NO_CALL: "no call was made",
    Obstacle.CUT: "its server reads only a part of the prompts; give it a larger context",
    Obstacle.UNTREATED: "prompts lack their treatment; see aiopt task profile",
    Obstacle.UNREAD: "most of its replies make no program; see the reasons above",
    Obstacle.NO_CHANGE: "no reply changes the speed; take a stronger model or another task",
    Obstacle.SATURATED: "its first reply takes nearly all that the task has to give, which leaves feedback "
    "nothing to steer; set an edit budget or take another task",
}


def lines(found: Sanity, calls: int, currency: str) -> Iterator[str]:
    """Yield the findings of a sanity run on one model. ``calls``: its number of calls in the study."""
    yield _replies(found)
    if found.calls:
        yield _cost(found, calls, currency)
    if found.saturation is not None and found.changed:
        yield _share(found.saturation, known=found.known)
    obstacle = found.obstacle
    if obstacle is not None:
        yield f"the study is not worth its cost as it is: {_AGAINST[obstacle]}"
    else:
        unknown = "" if found.known else ", but the headroom of the task is unknown (aiopt task frontier)"
        yield f"the study is worth its cost, as far as {found.replies} replies show{unknown}"


def _replies(found: Sanity) -> str:
    parts = [f"{found.read} of {found.replies} replies read"]
    parts += [f"not read: {_counted(found.errors)}"] if found.errors else []
    parts.append(f"refused by rules: {_counted(found.rules) or 'none'}")
    parts.append(f"thoughts set aside in {found.thoughts}")
    parts.append(f"prompts cut by the endpoint: {found.cut or 'none'}")
    parts += [f"without treatment: {found.untreated}"] if found.untreated else []
    return "; ".join(parts)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in sorted(counts.items()))


def _cost(found: Sanity, calls: int, currency: str) -> str:
    prompt, completion = found.prompt_tokens / found.calls, found.completion_tokens / found.calls
    about = "about " if found.estimated else ""
    text = f"{about}{prompt:,.0f} tokens of prompt and {completion:,.0f} of reply per call"
    whole = f"{(prompt + completion) * calls:,.0f} tokens"
    if found.money is not None:
        each = found.money / found.calls
        text += f", {each:.4g} {currency}"
        whole += f" and {each * calls:.2f} {currency}"
    return f"{text}; the study has {calls} calls: about {whole}"


def _share(found: Saturation, *, known: bool) -> str:
    if found.first_share is None:
        return "no reply is valid, so nothing is known of the share that the first one takes"
    frontier = "the best known" if known else "the best of these calls"
    speedup = 2.0**found.frontier_log2
    return f"the first valid reply takes {found.first_share:.0%} of {frontier} ({speedup:.2f}x), in log2"
