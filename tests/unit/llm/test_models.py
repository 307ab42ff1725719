"""Model specs, call seeds, and an OpenAI-compatible endpoint on the loopback interface."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.errors import ModelError
from pytest_aiopt.llm import base
from pytest_aiopt.model import Prompt

PROMPT = Prompt("You are terse.", "Make it fast.")


@pytest.fixture
def endpoint(monkeypatch):
    """A server that records requests; ``answers`` are (status, body) in order, the last one for ever."""
    requests, answers = [], []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            requests.append((self.path, self.headers["Authorization"], body))
            status, reply = answers.pop(0) if len(answers) > 1 else answers[0]
            data = json.dumps(reply).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Retry-After", "0")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("AIOPT_API_KEY", "sk-secret")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield f"http://127.0.0.1:{server.server_port}/v1", requests, answers
    server.shutdown()
    server.server_close()
    thread.join()


def reply(text, reason="stop"):
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 0,
        "model": "tiny-2026",
        "choices": [{"index": 0, "finish_reason": reason, "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10},
    }


def test_an_endpoint_gets_the_prompt_and_the_calls_seed(endpoint):
    url, requests, answers = endpoint
    answers.append((200, reply("hello")))
    found = base.make(f"{url}#tiny").complete(PROMPT, seed=42)
    assert (found.text, found.finish_reason, found.model) == ("hello", "stop", "tiny-2026")
    assert (found.usage.prompt_tokens, found.usage.completion_tokens) == (7, 3)
    path, key, body = requests[0]
    assert (path, key) == ("/v1/chat/completions", "Bearer sk-secret")
    assert (body["model"], body["seed"]) == ("tiny", 42)
    assert [m["content"] for m in body["messages"]] == [PROMPT.system, PROMPT.user]


def test_a_truncated_reply_says_so(endpoint):
    url, _, answers = endpoint
    answers.append((200, reply("half a", "length")))
    assert base.make(f"{url}#tiny").complete(PROMPT, seed=1).finish_reason == "length"


def test_a_busy_endpoint_is_asked_again(endpoint):
    url, requests, answers = endpoint
    answers += [(429, {}), (503, {}), (200, reply("at last"))]
    assert base.make(f"{url}#tiny").complete(PROMPT, seed=1).text == "at last"
    assert len(requests) == 3


def test_a_refusing_endpoint_is_named_and_the_key_is_not(endpoint):
    url, _, answers = endpoint
    answers.append((401, {"error": {"message": "bad key sk-secret"}}))
    with pytest.raises(ModelError, match=r"'tiny' at http://127.*AuthenticationError") as caught:
        base.make(f"{url}#tiny").complete(PROMPT, seed=1)
    assert "sk-secret" not in str(caught.value)


def test_a_hosted_model_needs_a_key(monkeypatch):
    monkeypatch.delenv("AIOPT_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ModelError, match="set AIOPT_API_KEY"):
        base.make("openai:gpt-x")


def test_an_unknown_spec_lists_the_known_ones():
    with pytest.raises(ModelError, match="rewriter-local, rewriter-strong, openai:NAME"):
        base.make("gpt-x")


@pytest.mark.parametrize("spec", base.EMBEDDED)
def test_the_embedded_models_answer_to_their_names(spec):
    assert base.make(spec).name == spec
    assert base.is_embedded(spec)


@given(st.text(), st.integers(1, 10), st.integers(1, 100))
def test_call_seeds_are_stable_small_and_differ(cell, seed, step):
    found = base.call_seed(cell, seed, step)
    assert 0 <= found < 2**31
    assert found == base.call_seed(cell, seed, step)
    assert found != base.call_seed(cell, seed, step + 1)
