"""Any endpoint that speaks OpenAI's chat protocol: OpenAI, vLLM, Ollama, llama.cpp.

Failures are of three kinds. A fault of the moment (429, 5xx, time-out, connection, unreadable body) is waited
out and the request made again; a lasting one raises ModelError, which stops the cell where it can be resumed;
an answer without usable text is a reply like any other (``replies`` names why it makes no candidate).
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import Any

from pytest_aiopt.errors import ModelError
from pytest_aiopt.model import Completion, Prompt, Usage
from pytest_aiopt.models import keys
from pytest_aiopt.models.base import ModelSpec
from pytest_aiopt.models.faults import Fault, Filtered, OverContext, fault_of, unreadable
from pytest_aiopt.models.replies import CONTEXT, FILTERED, KEY, NO_CHOICE, REFUSAL, TOOL_CALLS
from pytest_aiopt.models.retry import Retry

RETRY = Retry()
LOOK_S = 10.0
_NO_LIST = (404, 405, 501)
_BROKEN_OFF = ("error", "abort", "aborted", "cancelled", "network_error", "unexpected_error")
_THOUGHT_TYPES = ("thinking", "reasoning", "thought", "redacted_thinking", "reasoning_content")
_REASONING_FIELDS = ("reasoning_content", "reasoning", "thinking")


class OpenAICompatible:
    """One model behind one base URL. Its key comes from the environment and is never recorded."""

    def __init__(self, spec: ModelSpec, retry: Retry | None = None) -> None:
        """Raise ModelError where a hosted model has no key."""
        import openai

        key = keys.find(spec.key_env)
        self.name = spec.name
        self._elsewhere = spec.base_url or os.environ.get("OPENAI_BASE_URL")
        if key is None and (self._elsewhere is None or spec.key_env):
            wanted = spec.key_env or keys.DEFAULT_NAMES[0]
            raise ModelError(f"no key for model {self.name!r}", f"set {wanted} in the environment")
        self._sampling: dict[str, Any] = dict(spec.sampling)
        self._retry = retry or RETRY
        self._client = openai.OpenAI(
            api_key=key.value if key else "none",
            base_url=self._elsewhere,
            max_retries=0,
            timeout=spec.timeout_s,
        )

    def complete(self, prompt: Prompt, *, seed: int) -> Completion:
        """Return the endpoint's first choice; raises ModelError when the retries are used up."""
        faults: list[str] = []
        while True:
            try:
                return replace(self._ask(prompt, seed), faults=tuple(faults))
            except Fault as fault:
                faults.append(fault.text)
                failed = len(faults)
                if not fault.passing or self._retry.gives_up(failed, fault.retry_after_s):
                    raise self._gone(fault, failed) from None
                self._retry.sleep(self._retry.wait(failed, fault.retry_after_s, seed))

    def look(self) -> str:
        """Return one line on the endpoint, not for a completion; raises ModelError where there is none."""
        import openai

        try:
            served = {model.id for model in self._client.with_options(timeout=LOOK_S).models.list()}
        except (openai.OpenAIError, ValueError) as error:
            if getattr(error, "status_code", None) in _NO_LIST:
                return "answers; it lists no models"
            raise self._gone(fault_of(error), 1) from None
        if self.name in served or not served:
            return "answers"
        return f"answers; {self.name} is not among the {len(served)} models that it lists"

    def _ask(self, prompt: Prompt, seed: int) -> Completion:
        import openai

        started = time.monotonic()
        try:
            answer = self._client.chat.completions.create(
                model=self.name,
                messages=[
                    {"role": "system", "content": prompt.system},
                    {"role": "user", "content": prompt.user},
                ],
                seed=seed,
                **self._sampling,
            )
        except (openai.OpenAIError, ValueError) as error:  # ValueError: a body that is no JSON
            fault = fault_of(error)
            if isinstance(fault, OverContext):
                return Completion("", CONTEXT, self.name, error=fault.text)
            if isinstance(fault, Filtered):
                return Completion("", FILTERED, self.name, error=fault.text)
            raise fault from None
        return _completion(answer, self.name, time.monotonic() - started)

    def _gone(self, fault: Fault, failed: int) -> ModelError:
        where = keys.hide(self._elsewhere or "api.openai.com")
        times = f" after {failed} attempts" if failed > 1 else ""
        problem = f"model {self.name!r} at {where} failed{times}: {fault.text}"
        return ModelError(problem, "check the endpoint and run the same command again to resume")


def _completion(answer: Any, name: str, seconds: float) -> Completion:
    """Return the first choice of a body that holds one; raises Fault for a body of another form."""
    choices = getattr(answer, "choices", None)
    if not isinstance(choices, list):
        raise unreadable(getattr(answer, "error", None))
    model, fingerprint = _text(answer, "model") or name, _text(answer, "system_fingerprint")
    found = Completion("", NO_CHOICE, model, _usage(answer), seconds, fingerprint)
    if not choices:
        return found
    message = getattr(choices[0], "message", None)
    if message is None:
        raise unreadable(None)
    refusal = _text(message, "refusal")
    if refusal:
        return replace(found, text=refusal, finish_reason=REFUSAL)
    reason = _text(choices[0], "finish_reason") or "unknown"
    if reason.lower() in _BROKEN_OFF:
        raise Fault(f"the endpoint broke off its reply: finish_reason {reason!r}", passing=True)
    content, reasoning = _parts(message)
    if not content.strip() and getattr(message, "tool_calls", None):
        reason = TOOL_CALLS
    if keys.hide(content) != content or keys.hide(reasoning) != reasoning:
        content, reasoning, reason = keys.hide(content), keys.hide(reasoning), KEY
    return replace(found, text=content, finish_reason=reason, reasoning=reasoning)


def _parts(message: Any) -> tuple[str, str]:
    """Return answer and reasoning of a message whose content is a text or a list of parts."""
    content = getattr(message, "content", None)
    parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
    answer: list[str] = []
    thought: list[str] = []
    for part in parts:
        if isinstance(part, str):
            answer.append(part)
        elif isinstance(part, dict):
            thinks = str(part.get("type")) in _THOUGHT_TYPES
            (thought if thinks else answer).append(_part_text(part))
    for name in _REASONING_FIELDS:
        said = getattr(message, name, None)
        if isinstance(said, str) and said:
            thought.append(said)
            break
    return _clean("".join(answer)), _clean("".join(thought))


def _part_text(part: dict[str, Any]) -> str:
    for name in ("text", "thinking", "reasoning", "content"):
        said = part.get(name)
        if isinstance(said, str):
            return said
        if isinstance(said, list):
            return "".join(_part_text(each) for each in said if isinstance(each, dict))
    return ""


def _clean(text: str) -> str:
    """Return ``text`` without unpaired surrogates, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def _usage(answer: Any) -> Usage:
    usage = getattr(answer, "usage", None)
    counts = [getattr(usage, f"{each}_tokens", None) for each in ("prompt", "completion")]
    if counts[0] == 0:  # no prompt is empty: the endpoint does not count
        return Usage()
    return Usage(*(count if isinstance(count, int) and count >= 0 else None for count in counts))


def _text(holder: Any, name: str) -> str:
    """Return an attribute without keys and unpaired surrogates; "" where it is no text."""
    found = getattr(holder, name, None)
    return keys.hide(found).encode("utf-8", "replace").decode() if isinstance(found, str) else ""
