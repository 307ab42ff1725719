"""What a request holds by the keys of a model's table, and which key an endpoint's refusal calls for."""

import json

import pytest
from endpoints import USAGE, Action, completion, reply, status

from pytest_aiopt.errors import ModelError
from pytest_aiopt.model import EditReason, Prompt
from pytest_aiopt.models import registry
from pytest_aiopt.models.base import ModelSpec, SystemMessage
from pytest_aiopt.models.replies import unusable

PROMPT = Prompt("You are terse.", "Make it fast.")


def ask(endpoint, **settings):
    return registry.make(ModelSpec(f"{endpoint.url}#tiny", **settings)).complete(PROMPT, seed=42)


def sent(endpoint, **settings):
    endpoint.script(reply("hello"))
    assert ask(endpoint, **settings).text == "hello"
    return endpoint.requests[0][2]


@pytest.mark.parametrize(
    ("settings", "gone"),
    [
        ({"seed": False}, "seed"),
        ({"temperature": False}, "temperature"),
        ({"top_p": False}, "top_p"),
        ({"max_tokens_name": "max_new_tokens"}, "max_tokens"),
    ],
)
def test_a_field_can_be_left_out_or_renamed(endpoint, settings, gone):
    body = sent(endpoint, **settings)
    kept = {"model", "messages", "seed", "temperature", "top_p", "max_tokens"} - {gone}
    assert body.keys() - {"max_new_tokens"} == kept
    assert body.get("max_new_tokens") == (8192 if gone == "max_tokens" else None)


def test_a_temperature_of_zero_is_sent(endpoint):
    assert sent(endpoint, temperature=0)["temperature"] == 0


def test_the_system_message_can_go_before_the_users(endpoint):
    (message,) = sent(endpoint, system=SystemMessage.MERGE)["messages"]
    assert message == {"role": "user", "content": "You are terse.\n\nMake it fast."}


def test_further_fields_are_sent_as_they_are(endpoint):
    extra = {
        "top_k": 20,
        "chat_template_kwargs": {"enable_thinking": False},
        "stop": ["a", "b"],
        "min_p": 0.1,
    }
    body = sent(endpoint, extra=extra)
    assert {name: body[name] for name in extra} == extra
    assert ModelSpec("http://h/v1#m", extra=extra).sampling.items() >= extra.items()


REFUSED = [  # (status, message, key), the wordings of public reports
    (400, "Unrecognized request argument supplied: seed", "seed = false"),
    (
        422,
        "[{'type': 'extra_forbidden', 'loc': ('body', 'seed'), 'msg': 'Extra inputs are not permitted'}]",
        "seed = false",
    ),
    (400, 'Invalid JSON payload received. Unknown name "seed": Cannot find field.', "seed = false"),
    (
        400,
        "anthropic does not support parameters: {'seed': 12345}, for model=claude-3-5-sonnet",
        "seed = false",
    ),
    (
        500,
        "ollama does not support parameters: {'seed': 1}, for model=llama3:latest. To drop these, set",
        "seed = false",
    ),
    (400, "Unsupported parameter: 'temperature' is not supported with this model.", "temperature = false"),
    (
        400,
        "Unsupported value: 'temperature' does not support 0.7 with this model. Only the "
        "default (1) value is supported.",
        "temperature = false",
    ),
    (400, "invalid temperature: only 1 is allowed for this model", "temperature = false"),
    (400, "`temperature` is deprecated for this model.", "temperature = false"),
    (
        400,
        "`temperature` and `top_p` cannot both be specified for this model. Please use only one.",
        "top_p = false",
    ),
    (
        400,
        "litellm.BadRequestError: BedrockException - `temperature` and `top_p` cannot both be specified",
        "top_p = false",
    ),
    (400, "Unsupported parameter: 'top_p' is not supported with this model.", "top_p = false"),
    (
        400,
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
        "'max_completion_tokens' instead.",
        'max_tokens_name = "max_completion_tokens"',
    ),
    (400, "Unrecognized request argument supplied: max_tokens", 'max_tokens_name = "max_completion_tokens"'),
    (
        400,
        "max_tokens is too large: 8192. This model supports at most 4096 completion tokens, "
        "whereas you provided 8192.",
        "a lower max_tokens",
    ),
    (400, "Invalid max_tokens value, the valid range of max_tokens is [1, 4096]", "a lower max_tokens"),
    (
        400,
        "<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be [1, 2048]",
        "a lower max_tokens",
    ),
    (
        400,
        "max_tokens: 8192 > 4096, which is the maximum allowed number of output tokens for this model",
        "a lower max_tokens",
    ),
    (400, "System role not supported", 'system = "merge"'),
    (500, "Jinja Exception: System role not supported", 'system = "merge"'),
    (500, "Only user and assistant roles are supported!", 'system = "merge"'),
    (400, "Conversation roles must alternate user/assistant/user/assistant/...", 'system = "merge"'),
    (400, "Developer instruction is not enabled for models/gemma-3-27b-it", 'system = "merge"'),
    (
        400,
        "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
        'system = "merge"',
    ),
    (
        400,
        'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter',
        'system = "merge"',
    ),
    (
        400,
        "This model only support stream mode, please enable the stream parameter to access the model. ",
        "stream = true",
    ),
    (400, "Stream must be set to true", "stream = true"),
    (400, "Non-streaming requests are not supported by this model", "stream = true"),
    (400, "Streaming is required for operations that may take longer than 10 minutes.", "stream = true"),
    (
        400,
        "parameter.enable_thinking must be set to false for non-streaming calls",
        "extra = { enable_thinking = false }",
    ),
]


@pytest.mark.parametrize(("number", "message", "key"), REFUSED)
def test_a_refused_setting_stops_once_and_its_key_is_named(endpoint, waits, number, message, key):
    endpoint.script(status(number, message))
    with pytest.raises(ModelError) as caught:
        ask(endpoint)
    assert key in caught.value.remedy
    assert "--aiopt-fresh" in caught.value.remedy
    assert (len(endpoint.requests), waits) == (1, [])


@pytest.mark.parametrize(
    ("settings", "message", "key"),
    [
        (
            {"stream": True},
            "Unsupported value: 'stream' does not support true with this model. Only the default "
            "(false) value is supported",
            "stream = false",
        ),
        (
            {"reasoning_effort": "high"},
            "Unsupported parameter: 'reasoning_effort' is not supported with this model.",
            "no reasoning_effort",
        ),
        ({"extra": {"top_k": 3}}, "Unrecognized request argument supplied: top_k", "extra without top_k"),
        (
            {"max_tokens_name": "max_completion_tokens"},
            "Unrecognized request argument supplied: max_completion_tokens",
            'max_tokens_name = "max_tokens"',
        ),
    ],
)
def test_a_setting_of_the_user_that_is_refused(endpoint, waits, settings, message, key):
    endpoint.script(status(400, message))
    with pytest.raises(ModelError) as caught:
        ask(endpoint, **settings)
    assert key in caught.value.remedy


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (500, "The system is currently not available, please try again later"),
        (500, "internal error: a worker died unexpectedly"),
        (503, "The model does not support this many requests at a time, seed pool exhausted"),
        (500, "CUDA out of memory"),
    ],
)
def test_a_fault_of_the_moment_is_no_refused_setting(endpoint, waits, number, message):
    endpoint.script(status(number, message), reply("at last"))
    assert ask(endpoint).text == "at last"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"seed": False}, "Unrecognized request argument supplied: seed"),
        ({"system": SystemMessage.MERGE}, "System role not supported"),
    ],
)
def test_a_setting_that_is_not_sent_cannot_be_the_cause(endpoint, waits, settings, message):
    endpoint.script(status(400, message))
    with pytest.raises(ModelError, match="again to resume"):
        ask(endpoint, **settings)


@pytest.mark.parametrize(
    ("number", "remedy"),
    [(401, "check the key in the environment"), (404, "the model's name in spec"), (403, "what it may use")],
)
def test_other_faults_of_configuration_name_their_place(endpoint, waits, number, remedy):
    endpoint.script(status(number, "no"))
    with pytest.raises(ModelError) as caught:
        ask(endpoint)
    assert remedy in caught.value.remedy


def stream(*deltas, reason="stop", usage=USAGE, done=True):
    """A reply in pieces, as server-sent events with a comment that keeps the connection alive."""
    chunks = [{"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    if reason:
        chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
    if usage:
        chunks.append({"choices": [], "usage": usage})
    head = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "tiny-2026"}
    lines = [": keep-alive\n\n", *(f"data: {json.dumps(head | chunk)}\n\n" for chunk in chunks)]
    body = "".join(lines) + ("data: [DONE]\n\n" if done else "")
    return Action(body=body, headers={"Content-Type": "text/event-stream"})


def test_a_reply_in_pieces(endpoint):
    endpoint.script(stream({"role": "assistant", "content": ""}, {"content": "hel"}, {"content": "lo"}))
    found = ask(endpoint, stream=True)
    assert (found.text, found.finish_reason, found.model) == ("hello", "stop", "tiny-2026")
    assert (found.usage.prompt_tokens, found.usage.completion_tokens) == (7, 3)
    body = endpoint.requests[0][2]
    assert (body["stream"], body["stream_options"]) == (True, {"include_usage": True})


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning", "thinking"])
def test_reasoning_in_pieces(endpoint, field):
    endpoint.script(stream({field: "H", "content": None}, {field: "m."}, {"content": "a"}))
    found = ask(endpoint, stream=True)
    assert (found.text, found.reasoning) == ("a", "Hm.")


def test_parts_in_pieces(endpoint):
    thinking = [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]
    endpoint.script(
        stream({"content": thinking}, {"content": "a"}, {"content": [{"type": "text", "text": "b"}]})
    )
    found = ask(endpoint, stream=True)
    assert (found.text, found.reasoning) == ("ab", "Hm.")


def test_a_stream_without_usage_leaves_the_count_open(endpoint):
    endpoint.script(stream({"content": "a"}, usage=None))
    assert ask(endpoint, stream=True).usage.prompt_tokens is None


def test_a_truncated_stream_says_so(endpoint):
    endpoint.script(stream({"content": "a"}, reason="length"))
    assert unusable(ask(endpoint, stream=True)).reason is EditReason.TRUNCATED


@pytest.mark.parametrize(
    "broken",
    [
        stream({"content": "half"}, reason=None, usage=None, done=False),
        stream({"content": "half"}, reason=None),
        stream({"content": "half"}, reason="error"),
        Action(
            body='data: {"error": {"message": "upstream died", "code": 502}}\n\n',
            headers={"Content-Type": "text/event-stream"},
        ),
        Action(
            body='data: {"error": {"message": "overloaded"}}\n\n',
            headers={"Content-Type": "text/event-stream"},
        ),
        Action(body="", headers={"Content-Type": "text/event-stream"}),
        Action(body="data: {half", headers={"Content-Type": "text/event-stream"}),
    ],
)
def test_a_stream_that_breaks_off_is_asked_for_again(endpoint, waits, broken):
    endpoint.script(broken, stream({"content": "whole"}))
    found = ask(endpoint, stream=True)
    assert (found.text, len(found.faults)) == ("whole", 1)


def test_an_endpoint_that_refuses_to_count_streams_is_asked_without(endpoint, waits):
    refusal = status(422, "[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options')}]")
    endpoint.script(refusal, stream({"content": "a"}, usage=None))
    found = ask(endpoint, stream=True)
    assert (found.text, found.faults, waits) == ("a", (), [])
    assert "stream_options" not in endpoint.requests[1][2]


def test_an_endpoint_that_streams_unasked_names_the_key(endpoint, waits):
    endpoint.script(stream({"content": "a"}))
    with pytest.raises(ModelError, match="stream = true"):
        ask(endpoint)
    assert len(endpoint.requests) == 1


@pytest.mark.parametrize(("code", "attempts"), [(402, 1), (401, 1), (429, 2), (502, 2), (None, 2)])
def test_an_error_in_a_body_that_says_200(endpoint, waits, code, attempts):
    endpoint.script(Action(body={"error": {"message": "Provider returned error", "code": code}}), reply("a"))
    if attempts == 1:
        with pytest.raises(ModelError, match="Provider returned error"):
            ask(endpoint)
    else:
        assert ask(endpoint).text == "a"
    assert len(endpoint.requests) == attempts


@pytest.mark.parametrize("reason", ["error", "abort", "network_error", "insufficient_system_resource"])
def test_a_choice_that_broke_off(endpoint, waits, reason):
    native = completion("")
    native["choices"][0] |= {"finish_reason": "stop", "native_finish_reason": reason}
    endpoint.script(reply("half", reason), Action(body=native), reply("whole"))
    assert (ask(endpoint).text, len(waits)) == ("whole", 2)


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        ({"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 30}, (7, 23)),  # Gemini, xAI
        ({"prompt_tokens": 7, "completion_tokens": 0}, (7, None)),
        ({"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}, (None, None)),
        ({"prompt_tokens": 4, "completion_tokens": 3, "cache_read_input_tokens": 9}, (13, 3)),  # Anthropic
        ({"prompt_tokens": 7, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 5}}, (7, 3)),
        ({"input_tokens": 7, "output_tokens": 3}, (7, 3)),
        ({"prompt_tokens": -1, "completion_tokens": "3"}, (None, None)),
        (None, (None, None)),
    ],
)
def test_tokens_as_endpoints_count_them(endpoint, usage, counted):
    endpoint.script(reply("a", usage=usage))
    found = ask(endpoint).usage
    assert (found.prompt_tokens, found.completion_tokens) == counted


OVER = [
    (400, "The input token count (218152) exceeds the maximum number of tokens allowed (65536)."),
    (
        400,
        "This endpoint's maximum context length is 131072 tokens. However, you requested "
        "about 138956 tokens (130884 of text input, 8072 in the output).",
    ),
    (
        400,
        "input length and `max_tokens` exceed context limit: 198959 + 8192 > 200000, decrease "
        "input length or `max_tokens` and try again",
    ),
    (400, "Requested tokens (5000) exceed context window of 4096"),
    (
        400,
        "This model's maximum context length is 8192 tokens, however you requested 8977 "
        "tokens (8977 in your prompt; 0 for the completion).",
    ),
    (
        400,
        "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 "
        "maximum context length",
    ),
    (
        400,
        "The number of tokens to keep from the initial prompt is greater than the context "
        "length. Try to load the model with a larger context length",
    ),
    (400, "Range of input length should be [1, 30720]"),
    (400, "Input is too long for requested model."),
    (422, "Input validation error: `inputs` must have less than 1024 tokens. Given: 3000"),
    (500, "the input length exceeds the context length"),
    (400, "too many tokens: total number of tokens in the prompt cannot exceed 4081"),
    (400, "The input (10000 tokens) is longer than the model's context length (8192 tokens)."),
]


@pytest.mark.parametrize(("number", "message"), OVER)
def test_a_prompt_over_the_context_concerns_that_prompt(endpoint, waits, number, message):
    endpoint.script(status(number, message))
    assert unusable(ask(endpoint)).reason is EditReason.CONTEXT_EXCEEDED
    assert (len(endpoint.requests), waits) == (1, [])


@pytest.mark.parametrize(
    "message",
    [
        "'max_tokens' or 'max_completion_tokens' is too large: 8192. This model's maximum "
        "context length is 8192 tokens and your request has 900 input tokens (8192 > 8192 - 900).",
        "This model's maximum context length is 8192 tokens. However, you requested 9092 "
        "tokens (900 in the messages, 8192 in the completion). Please reduce it.",
        "This endpoint's maximum context length is 8192 tokens. However, you requested about "
        "9092 tokens (900 of text input, 8192 in the output).",
        "input length and `max_tokens` exceed context limit: 900 + 8192 > 8192, decrease "
        "input length or `max_tokens` and try again",
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8192. Given: "
        "900 `inputs` tokens and 8192 `max_new_tokens`",
    ],
)
def test_a_reply_reserved_over_the_context_stops_with_the_key(endpoint, waits, message):
    endpoint.script(status(400, message))
    with pytest.raises(ModelError, match="lower max_tokens"):
        ask(endpoint)
    assert (len(endpoint.requests), waits) == (1, [])


@pytest.mark.parametrize(
    ("number", "message", "code"),
    [
        (
            400,
            "The response was filtered due to the prompt triggering Azure OpenAI's content "
            "management policy.",
            "content_filter",
        ),
        (400, "Input data may contain inappropriate content.", "data_inspection_failed"),
        (400, "Content Exists Risk", "invalid_request_error"),
        (403, "Input was flagged", None),
        (
            400,
            "Invalid prompt: your prompt was flagged as potentially violating our usage policy.",
            "invalid_prompt",
        ),
        (400, "Output blocked by content filtering policy", None),
    ],
)
def test_a_filter_concerns_that_prompt(endpoint, waits, number, message, code):
    endpoint.script(status(number, message, code=code))
    assert unusable(ask(endpoint)).reason is EditReason.FILTERED
    assert (len(endpoint.requests), waits) == (1, [])


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (429, {"message": "You exceeded your current quota, please check your plan and billing details."}),
        (429, {"message": "no", "type": "insufficient_quota", "code": None}),
        (402, {"message": "Insufficient credits. Add more using https://openrouter.ai/credits"}),
        (402, {"message": "Insufficient Balance"}),
        (400, {"message": "Your credit balance is too low to access the Anthropic API."}),
        (
            403,
            {
                "message": "Access denied, please make sure your account is in good standing.",
                "code": "Arrearage",
            },
        ),
        (
            429,
            {
                "message": "Your account is suspended: exceeded_current_quota_error",
                "type": "exceeded_current_quota_error",
            },
        ),
    ],
)
def test_a_used_up_account_stops_at_once(endpoint, waits, number, error):
    endpoint.script(status(number, **error))
    with pytest.raises(ModelError):
        ask(endpoint)
    assert (len(endpoint.requests), waits) == (1, [])


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("You exceeded your current quota, please check your plan. Please retry in 28.4s.", 28.4),  # Gemini
        ("Rate limit reached for gpt-x. Please try again in 1m2.5s. Visit the billing details", 62.5),
        ("Rate limit reached. Please try again in 950ms.", 0.95),
    ],
)
def test_a_limit_by_the_minute_is_waited_out(endpoint, waits, message, seconds):
    endpoint.script(status(429, message), reply("at last"))
    assert ask(endpoint).text == "at last"
    assert waits[0] >= seconds
    assert waits[0] < seconds + 1.1


@pytest.mark.parametrize(
    ("reason", "refusal"),
    [
        ("max_output_tokens", EditReason.TRUNCATED),
        ("model_context_window_exceeded", EditReason.TRUNCATED),
        ("max_new_tokens", EditReason.TRUNCATED),
        ("LENGTH", EditReason.TRUNCATED),
        ("length_limit", EditReason.TRUNCATED),
        ("incomplete", EditReason.TRUNCATED),
        ("ERROR_LIMIT", EditReason.TRUNCATED),
        ("sensitive", EditReason.FILTERED),
        ("content-filter", EditReason.FILTERED),
        ("guardrail_intervened", EditReason.FILTERED),
        ("PROHIBITED_CONTENT", EditReason.FILTERED),
        ("IMAGE_SAFETY", EditReason.FILTERED),
        ("ERROR_TOXIC", EditReason.FILTERED),
        ("refusal", EditReason.REFUSED),
        ("end_turn", None),
        ("STOP", None),
        ("eos_token", None),
        ("COMPLETE", None),
        ("stop_sequence", None),
        (None, None),
    ],
)
def test_ends_of_replies_by_meaning(endpoint, waits, reason, refusal):
    endpoint.script(reply("a", reason))
    found = unusable(ask(endpoint))
    assert (found and found.reason) == refusal
    assert waits == []


@pytest.mark.parametrize(
    "reason",
    ["ERROR", "failed", "timeout", "internal_error", "server_error", "cancelled", "interrupted", "preempted"],
)
def test_ends_that_are_the_endpoints_fault_are_asked_again(endpoint, waits, reason):
    endpoint.script(reply("half", reason), reply("whole"))
    assert (ask(endpoint).text, len(waits)) == ("whole", 1)


def test_an_error_beside_a_choice_is_asked_again(endpoint, waits):
    died = completion("half")
    died["choices"][0]["error"] = {"code": 502, "message": "upstream died"}
    endpoint.script(Action(body=died), reply("whole"))
    assert (ask(endpoint).text, len(waits)) == ("whole", 1)


def test_a_url_without_its_version_is_named(endpoint, waits):
    endpoint.script(Action(body={"error": "Unexpected endpoint or method. (POST /chat/completions)"}))
    with pytest.raises(ModelError, match="correct the URL in spec"):
        ask(endpoint)
    assert len(endpoint.requests) == 1
