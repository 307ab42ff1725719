"""Any endpoint that speaks OpenAI's chat protocol: OpenAI, vLLM, Ollama, llama.cpp."""

from __future__ import annotations

import os
import time
from typing import Any

from pytest_aiopt.errors import ModelError
from pytest_aiopt.model import Completion, Prompt, Usage

TEMPERATURE = 0.7
TOP_P = 0.95
MAX_TOKENS = 8192


class OpenAICompatible:
    """One model behind one base URL; its key (AIOPT_API_KEY, OPENAI_API_KEY) is never recorded."""

    def __init__(self, *, model: str, base_url: str | None = None) -> None:
        import openai

        key = os.environ.get("AIOPT_API_KEY") or os.environ.get("OPENAI_API_KEY")
        if key is None and base_url is None:
            raise ModelError(f"no key for model {model!r}", "set AIOPT_API_KEY in the environment")
        self.name = model
        self._where = base_url or "api.openai.com"
        self._client = openai.OpenAI(api_key=key or "none", base_url=base_url, max_retries=4, timeout=600.0)

    def complete(self, prompt: Prompt, *, seed: int) -> Completion:
        """Return the endpoint's first choice; retries are the client's (429, 5xx, timeouts, resets)."""
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
                temperature=TEMPERATURE,
                top_p=TOP_P,
                max_tokens=MAX_TOKENS,
            )
        except openai.OpenAIError as error:
            problem = f"model {self.name!r} at {self._where} failed: {type(error).__name__}"
            raise ModelError(
                problem, "check the endpoint and run the same command again to resume"
            ) from error
        return _completion(answer, time.monotonic() - started)


def _completion(answer: Any, seconds: float) -> Completion:
    choice = answer.choices[0]
    usage = answer.usage
    counted = Usage(usage.prompt_tokens, usage.completion_tokens) if usage else Usage()
    text = choice.message.content or ""
    return Completion(text, choice.finish_reason or "unknown", answer.model, counted, seconds)
