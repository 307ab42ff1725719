"""Any endpoint that speaks OpenAI's chat protocol: OpenAI, vLLM, Ollama, llama.cpp.

Failures are of three kinds. A fault of the moment (429, 5xx, time-out, connection, unreadable body) is waited
out and the request made again; a lasting one raises ModelError, which stops the cell where it can be resumed;
an answer without usable text is a reply like any other (``replies`` names why it makes no candidate).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from pytest_aiopt.errors import ModelError
from pytest_aiopt.model import Completion, Prompt
from pytest_aiopt.models import connection, keys, streams
from pytest_aiopt.models.answers import completion_of
from pytest_aiopt.models.base import ModelSpec
from pytest_aiopt.models.faults import Fault, Filtered, OverContext, fault_of
from pytest_aiopt.models.replies import CONTEXT, FILTERED
from pytest_aiopt.models.retry import Retry

RETRY = Retry()
LOOK_S = 10.0
_NO_LIST = (404, 405, 501)
HOSTED_URL = "https://api.openai.com/v1"


def key_of(spec: ModelSpec) -> keys.Key | None:
    """Return the model's key; None for a local server without one. Raises ModelError where one is missing."""
    key = keys.find(spec.key_env)
    if key is None and (_elsewhere(spec) is None or spec.key_env):
        wanted = spec.key_env or " or ".join(keys.DEFAULT_NAMES)
        raise ModelError(f"no key for model {spec.name!r}", f"set {wanted} in the environment")
    return key


def _elsewhere(spec: ModelSpec) -> str | None:
    return spec.base_url or os.environ.get("OPENAI_BASE_URL")


class OpenAICompatible:
    """One model behind one base URL. Its key comes from the environment and is never recorded.

    ``on_lost``, ``on_fault``: see ``base.Billed``.
    """

    def __init__(self, spec: ModelSpec, retry: Retry | None = None) -> None:
        """Raise ModelError if a hosted model has no key."""
        import openai

        key = key_of(spec)
        self.name = spec.name
        self.on_lost: Callable[[bool], None] = lambda again: None
        self.on_fault: Callable[[str, float], None] = lambda text, wait_s: None
        self._spec = spec
        self._elsewhere = _elsewhere(spec)
        self._url = self._elsewhere or HOSTED_URL
        self._retry = retry or RETRY
        self._counts = True
        self._client = openai.OpenAI(
            api_key=key.value if key else "none",
            base_url=self._elsewhere,
            max_retries=0,
            timeout=spec.timeout_s,
            http_client=connection.client(self._url),
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
                again = fault.passing and not self._retry.gives_up(failed, fault.retry_after_s)
                if fault.lost:
                    self.on_lost(again)
                if not again:
                    raise self._gone(fault, failed) from None
                wait_s = self._retry.wait(failed, fault.retry_after_s, seed)
                self.on_fault(fault.text, wait_s)
                self._retry.sleep(wait_s)

    def look(self) -> str:
        """Return one line that describes the endpoint, without a completion; raises ModelError."""
        import openai

        try:
            served = {model.id for model in self._client.with_options(timeout=LOOK_S).models.list()}
        except (openai.OpenAIError, ValueError) as error:
            if getattr(error, "status_code", None) in _NO_LIST:
                return "answers; it lists no models"
            raise self._gone(fault_of(error, self._spec), 1) from None
        if self.name in served or not served:
            return "answers"
        return f"answers; {self.name} is not among the {len(served)} models that it lists"

    def _ask(self, prompt: Prompt, seed: int) -> Completion:
        import openai

        started = time.monotonic()
        try:
            answer = self._client.chat.completions.create(**self._request(prompt, seed))
            if self._spec.stream:
                answer = streams.joined(answer)
        except (openai.OpenAIError, ValueError) as error:  # ValueError: a body that is no JSON
            fault = fault_of(error, self._spec)
            if isinstance(fault, OverContext):
                return Completion("", CONTEXT, self.name, error=fault.text)
            if isinstance(fault, Filtered):
                return Completion("", FILTERED, self.name, error=fault.text)
            if self._counts and "stream_options" in fault.text:
                self._counts = False  # it sends no usage then, and tokens are estimated
                return self._ask(prompt, seed)
            raise fault from None
        return completion_of(answer, self._spec, time.monotonic() - started)

    def _request(self, prompt: Prompt, seed: int) -> dict[str, Any]:
        spec = self._spec
        user = {"role": "user", "content": prompt.user}
        messages = [{"role": "system", "content": prompt.system}, user]
        if spec.merges_system:
            messages = [{**user, "content": f"{prompt.system}\n\n{prompt.user}"}]
        fields = dict(spec.sampling)
        if spec.seed:
            fields["seed"] = seed
        request: dict[str, Any] = {"model": self.name, "messages": messages, "extra_body": fields}
        if fields.pop("stream", False):
            counts = {"stream_options": {"include_usage": True}} if self._counts else {}
            request |= {"stream": True, **counts}
        return request

    def _gone(self, fault: Fault, failed: int) -> ModelError:
        proxy = connection.proxy_of(self._url)
        where = keys.hide(urlsplit(self._url).netloc if self._elsewhere is None else self._url)
        by = f" by the proxy {proxy}" if proxy else ""
        times = f" after {failed} attempts" if failed > 1 else ""
        problem = f"model {self.name!r} at {where}{by} failed{times}: {fault.text}"
        return ModelError(
            problem, fault.remedy or "check the endpoint and run the same command again to resume"
        )
