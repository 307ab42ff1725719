"""Model specs, call seeds, and requests to an OpenAI-compatible endpoint on the loopback interface."""

import email.utils
import time

import pytest
from endpoints import completion, cut_off, half_a_body, hang, reply, reset, status
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.errors import ModelError
from pytest_aiopt.model import EditReason, Prompt
from pytest_aiopt.models import base, registry
from pytest_aiopt.models.base import ModelSpec
from pytest_aiopt.models.replies import unusable
from pytest_aiopt.models.retry import Retry

PROMPT = Prompt("You are terse.", "Make it fast.")
KEY = "sk-secret-planted"


def ask(endpoint, **settings):
    return registry.make(ModelSpec(f"{endpoint.url}#tiny", **settings)).complete(PROMPT, seed=42)


def test_an_endpoint_gets_the_prompt_the_calls_seed_and_the_settings(endpoint):
    endpoint.script(reply("hello"))
    found = ask(endpoint, temperature=0.2, max_tokens=99)
    assert (found.text, found.finish_reason, found.model) == ("hello", "stop", "tiny-2026")
    assert (found.usage.prompt_tokens, found.usage.completion_tokens) == (7, 3)
    assert (found.fingerprint, found.faults) == ("fp_1", ())
    path, key, body = endpoint.requests[0]
    assert (path, key) == ("/v1/chat/completions", f"Bearer {KEY}")
    assert [m["content"] for m in body.pop("messages")] == [PROMPT.system, PROMPT.user]
    assert body == {"model": "tiny", "seed": 42, "temperature": 0.2, "top_p": 0.95, "max_tokens": 99}


def test_a_reasoning_model_is_sent_no_temperature():
    hosted = ModelSpec("openai:gpt-x", reasoning_effort="high")
    assert hosted.sampling == {"max_completion_tokens": 8192, "reasoning_effort": "high"}
    assert "temperature" not in ModelSpec("http://h/v1#m", reasoning_effort="low").sampling
    assert ModelSpec("openai:x", temperature=0.0).sampling["temperature"] == 0.0


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (status(429, "slow down"), "429 RateLimitError: slow down"),
        (status(500, "boom"), "500 InternalServerError: boom"),
        (status(503), "503"),
        (status(408), "408"),
        (half_a_body(), "unreadable body"),
        (cut_off(), "APIConnectionError"),
        (reset(), "APIConnectionError"),
        (hang(0.6), "APITimeoutError"),
    ],
)
def test_a_passing_fault_is_waited_out_and_recorded(endpoint, waits, fault, word):
    endpoint.script(fault, reply("at last"))
    found = ask(endpoint, timeout_s=0.3)
    assert found.text == "at last"
    assert len(found.faults) == len(waits) == 1
    assert word in found.faults[0]


def test_other_bodies_without_a_completion_are_asked_for_again(endpoint, waits):
    bodies = ["[]", '"hello"', "{}", '{"choices": [{"index": 0}]}', '{"error": {"message": "odd"}}']
    endpoint.script(*(endpoint_action(body) for body in bodies), reply("at last"))
    found = ask(endpoint)
    assert (found.text, len(found.faults)) == ("at last", len(bodies))
    assert found.faults[-1].endswith("odd")


def endpoint_action(body):
    action = reply("")
    action.body = body
    return action


def test_retry_after_is_obeyed_in_seconds_and_as_a_date(endpoint, waits):
    in_a_minute = email.utils.formatdate(time.time() + 60, usegmt=True)
    endpoint.script(status(429, retry_after=17), status(503, retry_after=in_a_minute), reply("done"))
    assert ask(endpoint).text == "done"
    assert waits[0] == 17
    assert 50 < waits[1] <= 60


def test_an_endpoint_that_asks_for_hours_stops_the_cell(endpoint, waits):
    endpoint.script(status(429, "come back tomorrow", retry_after=7200))
    with pytest.raises(ModelError, match=r"come back tomorrow; .* again to resume"):
        ask(endpoint)
    assert (len(endpoint.requests), waits) == (1, [])


def test_an_endpoint_that_is_gone_is_tried_again_and_then_given_up(endpoint, waits):
    endpoint.stop()
    with pytest.raises(
        ModelError, match=r"'tiny' at http://127.* failed after 8 attempts: APIConnectionError"
    ):
        ask(endpoint)
    assert len(waits) == 7


@pytest.mark.parametrize(
    "fault",
    [status(401), status(404), status(400, "no such parameter"), status(429, code="insufficient_quota")],
)
def test_a_lasting_fault_is_not_tried_again(endpoint, waits, fault):
    endpoint.script(fault)
    with pytest.raises(ModelError, match="'tiny' at http://127"):
        ask(endpoint)
    assert (len(endpoint.requests), waits) == (1, [])


def test_back_off_doubles_within_its_bounds_and_never_waits_less_than_asked():
    retry = Retry(first_s=1.0, most_s=60.0)
    for failed in range(1, 12):
        full = min(60.0, 2.0 ** (failed - 1))
        assert full / 2 <= retry.wait(failed, None, seed=7) <= full
        assert retry.wait(failed, 30.0, seed=7) >= 30.0
    assert len({retry.wait(1, None, seed) for seed in range(20)}) > 10, (
        "parallel cells must not retry in step"
    )


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply("half a", "length"), "truncated reply"),
        (reply("", "content_filter"), "content filter"),
        (reply(None, refusal="I can't help with that."), "refused"),
        (reply(None), "empty"),
        (reply(" \n"), "empty"),
        (reply("x" * 1_000_000), "1000000 characters"),
        (status(400, "This model's maximum context length is 8192 tokens."), "context"),
        (status(400, "too long", code="context_length_exceeded"), "context"),
    ],
)
def test_an_answer_without_usable_text_is_a_reply_with_a_reason(endpoint, waits, answer, reason):
    endpoint.script(answer)
    assert reason in unusable(ask(endpoint)).detail
    assert len(endpoint.requests) == 1


def test_an_answer_without_choices_is_a_reply_that_was_paid_for(endpoint):
    empty = reply("")
    empty.body = completion("") | {"choices": []}
    endpoint.script(empty)
    found = ask(endpoint)
    assert unusable(found).reason is EditReason.NO_CHOICE
    assert found.usage.prompt_tokens == 7


def test_a_refusing_endpoint_is_named_and_the_key_is_not(endpoint):
    endpoint.script(status(401, f"bad key {KEY}"))
    with pytest.raises(
        ModelError, match=r"'tiny' at http://127.*AuthenticationError: bad key \[key\]"
    ) as caught:
        ask(endpoint)
    assert KEY not in repr(caught.getrepr(showlocals=True, style="long"))


def test_a_reply_with_a_key_is_refused_by_name(endpoint):
    endpoint.script(reply(f"int main() {{ }} // {KEY}", model=f"m-{KEY}"))
    found = ask(endpoint)
    assert (found.text, found.model) == ("int main() { } // [key]", "m-[key]")
    assert unusable(found).reason is EditReason.KEY_IN_REPLY


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CACHE_KEY", "unordered_map"),
        ("MY_TOKEN", "uint32_t"),
        ("PRIMARY_KEY", "finished"),
        ("SORT_KEY", "std::vector<std::uint64_t>"),
        ("FOREIGN_KEY", "completion_tokens"),
        ("END_TOKEN", "<|endoftext|>"),
        ("AIOPT_API_KEY", "placeholder"),
        ("HASH_KEY", "compute_hash64_for_record"),
        ("BUFFER_KEY", "kMaxBufferSize1024Entries"),
        ("CACHE_KEY", "v2-linux-x86_64-gcc12-cache"),
        ("PRIVATE_KEY", "/home/user/.ssh/id_ed25519_main"),
        ("LOOP_TOKEN", "for (int i = 0; i < 10; ++i)"),
    ],
)
def test_ordinary_words_in_variables_are_no_keys(endpoint, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    endpoint.script(reply(f"use {value} here"))
    assert ask(endpoint).text == f"use {value} here"


@pytest.mark.parametrize(
    "secret",
    [
        "sk-proj-8fJ2kQ0vXz71LmT4bWcY",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "0123456789abcdef0123456789abcdef",
        "hf_aBcDeFgHiJkLmNoPqRsTuVwXyZ012345",
        "AKIAIOSFODNN7EXAMPLE1234",
        "550e8400-e29b-41d4-a716-446655440000",
    ],
)
def test_a_foreign_secret_in_a_reply_is_refused(endpoint, monkeypatch, secret):
    monkeypatch.setenv("OTHER_API_KEY", secret)
    endpoint.script(reply(f"char key[] = {secret}"))
    assert unusable(ask(endpoint)).reason is EditReason.KEY_IN_REPLY


THINKS = {"type": "thinking", "thinking": "Hm."}


@pytest.mark.parametrize(
    ("answer", "text", "thought", "reason"),
    [
        (reply([THINKS, {"type": "text", "text": "a"}, {"type": "text", "text": "b"}]), "ab", "Hm.", None),
        (reply([{"type": "output_text", "text": "a"}]), "a", "", None),
        (
            reply([{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}, {"text": "a"}]),
            "a",
            "Hm.",
            None,
        ),
        (reply("a", reasoning_content="Hm."), "a", "Hm.", None),
        (reply("a", reasoning="Hm."), "a", "Hm.", None),
        (reply("", reasoning_content="Hm."), "", "Hm.", EditReason.ONLY_REASONING),
        (reply(None, reasoning="Hm."), "", "Hm.", EditReason.ONLY_REASONING),
        (reply([THINKS]), "", "Hm.", EditReason.ONLY_REASONING),
        (reply("<think>Hm.</think>"), "<think>Hm.</think>", "", EditReason.ONLY_REASONING),
        (reply("<think>Hm."), "<think>Hm.", "", EditReason.ENDS_IN_REASONING),
        (
            reply(None, "tool_calls", tool_calls=[{"id": "1", "type": "function", "function": {}}]),
            "",
            "",
            EditReason.TOOL_CALLS,
        ),
        (reply({"type": "text", "text": "a"}), "a", "", None),
        (reply([{"type": "text", "text": {"value": "a"}}]), "a", "", None),
        (reply(["a", "b"]), "ab", "", None),
        (reply([{"type": "redacted_thinking", "data": "x"}, {"type": "text", "text": "a"}]), "a", "", None),
        (
            reply([{"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}]}, "a"]),
            "a",
            "Hm.",
            None,
        ),
        (reply([{"type": "refusal", "refusal": "I can't."}]), "I can't.", "", EditReason.REFUSED),
        (reply([{"type": "tool_use", "input": {"content": "x"}}]), "", "", EditReason.TOOL_CALLS),
        (reply(None, function_call={"name": "edit"}), "", "", EditReason.TOOL_CALLS),
        (
            reply("", reasoning_details=[{"type": "reasoning.text", "text": "Hm."}]),
            "",
            "Hm.",
            EditReason.ONLY_REASONING,
        ),
        (
            reply("", thinking_blocks=[{"type": "thinking", "thinking": "Hm."}]),
            "",
            "Hm.",
            EditReason.ONLY_REASONING,
        ),
        (reply("", reasoning={"content": "Hm."}), "", "Hm.", EditReason.ONLY_REASONING),
        (reply("", reasoning_text="Hm."), "", "Hm.", EditReason.ONLY_REASONING),
        (reply("a", "max_tokens"), "a", "", EditReason.TRUNCATED),
        (reply("a", "MAX_TOKENS"), "a", "", EditReason.TRUNCATED),
        (reply("a", "model_length"), "a", "", EditReason.TRUNCATED),
        (reply("a", "SAFETY"), "a", "", EditReason.FILTERED),
        (reply("a", "end_turn"), "a", "", None),
    ],
)
def test_forms_of_replies(endpoint, answer, text, thought, reason):
    endpoint.script(answer)
    found = ask(endpoint)
    refused = unusable(found)
    assert (found.text, found.reasoning, refused and refused.reason) == (text, thought, reason)


def test_a_reply_that_broke_off_is_asked_for_again(endpoint, waits):
    endpoint.script(reply("half", "error"), reply("half", "abort"), reply("whole"))
    assert ask(endpoint).text == "whole"
    assert len(waits) == 2


def test_an_endpoint_that_counts_nothing_leaves_the_count_open(endpoint):
    endpoint.script(reply("a", usage={"prompt_tokens": 0, "completion_tokens": 0}))
    assert ask(endpoint).usage.completion_tokens is None


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (
            status(
                400,
                "request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it",
                type="exceed_context_size_error",
            ),
            EditReason.CONTEXT_EXCEEDED,
        ),
        (status(413, "the request exceeds the available context size"), EditReason.CONTEXT_EXCEEDED),
        (status(500, "Context size has been exceeded."), EditReason.CONTEXT_EXCEEDED),
        (status(400, "prompt is too long: 210000 tokens > 200000 maximum"), EditReason.CONTEXT_EXCEEDED),
        (
            status(400, "The input (9000 tokens) exceeds the maximum length of max_model_len 8192"),
            EditReason.CONTEXT_EXCEEDED,
        ),
        (
            status(
                400,
                "maximum context length is 8192 tokens. However, you requested 512 output tokens and your "
                "prompt contains at least 8000",
            ),
            EditReason.CONTEXT_EXCEEDED,
        ),
        (status(400, "no", code="content_filter"), EditReason.FILTERED),
        (status(400, "Output blocked by content filtering policy"), EditReason.FILTERED),
    ],
)
def test_errors_that_concern_one_prompt(endpoint, waits, fault, reason):
    endpoint.script(fault)
    assert unusable(ask(endpoint)).reason is reason
    assert len(endpoint.requests) == 1


def test_a_reserved_reply_that_leaves_no_room_stops_and_names_the_key(endpoint, waits):
    said = (
        "maximum context length is 8192 tokens. However, you requested 8192 output tokens and your prompt "
        "contains at least 900"
    )
    endpoint.script(status(400, said))
    with pytest.raises(ModelError, match="lower max_tokens"):
        ask(endpoint)
    assert waits == []


@pytest.mark.parametrize(
    "error",
    [
        {"type": "insufficient_quota", "code": None},
        {"code": "insufficient_quota"},
        {"message": "You exceeded your current quota, please check your plan"},
        {"message": "Insufficient balance"},
    ],
)
def test_a_used_up_quota_stops_at_once(endpoint, waits, error):
    endpoint.script(status(429, **error))
    with pytest.raises(ModelError):
        ask(endpoint)
    assert (len(endpoint.requests), waits) == (1, [])


def test_text_that_no_file_can_hold_is_made_harmless(endpoint):
    endpoint.script(reply("a \ud800 b"))
    assert ask(endpoint).text == "a ? b"


def test_a_key_of_another_name(endpoint, monkeypatch):
    monkeypatch.setenv("OTHER_KEY", "sk-of-the-other")
    endpoint.script(reply("sk-of-the-other"))
    assert ask(endpoint, key_env="OTHER_KEY").text == "[key]"
    assert endpoint.requests[0][1] == "Bearer sk-of-the-other"
    monkeypatch.delenv("OTHER_KEY")
    with pytest.raises(ModelError, match="set OTHER_KEY in the environment"):
        ask(endpoint, key_env="OTHER_KEY")


def test_a_hosted_model_needs_a_key(monkeypatch):
    monkeypatch.delenv("AIOPT_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(ModelError, match="set AIOPT_API_KEY"):
        registry.make("openai:gpt-x")


@pytest.mark.parametrize("spec", ["gpt-x", "openai:", "http://host/v1", "http://host/v1#", "ftp://h#m"])
def test_an_unknown_spec_lists_the_known_ones(spec):
    with pytest.raises(ModelError, match="rewriter-local, rewriter-strong, mutator, openai:NAME"):
        registry.make(spec)


@pytest.mark.parametrize("spec", base.EMBEDDED)
def test_the_embedded_models_answer_to_their_names(spec):
    assert registry.make(spec).name == spec
    assert base.is_embedded(spec)


@given(st.text(), st.integers(1, 10), st.integers(1, 100))
def test_call_seeds_are_stable_small_and_differ(cell, seed, step):
    found = base.call_seed(cell, seed, step)
    assert 0 <= found < 2**31
    assert found == base.call_seed(cell, seed, step)
    assert found != base.call_seed(cell, seed, step + 1)
