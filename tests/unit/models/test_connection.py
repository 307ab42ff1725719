"""Redirections and proxies on the way to an endpoint."""

import importlib.util

import pytest
from endpoints import Action, reply

from pytest_aiopt.errors import ModelError
from pytest_aiopt.model import Prompt
from pytest_aiopt.models import connection, registry
from pytest_aiopt.models.base import ModelSpec

PROMPT = Prompt("You are terse.", "Make it fast.")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture
def no_proxies(monkeypatch):
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch


def ask(url, **settings):
    return registry.make(ModelSpec(f"{url}#tiny", **settings)).complete(PROMPT, seed=42)


def moved(status, target):
    return Action(status, {}, headers={"Location": target})


def test_a_redirection_that_keeps_the_body_is_followed(endpoint, waits):
    endpoint.script(moved(307, f"{endpoint.url}/chat/completions"), reply("hello"))
    assert ask(endpoint.url).text == "hello"


@pytest.mark.parametrize("status", [307, 308])
@pytest.mark.parametrize("path", ["chat/completions", "other/{number}", "other/{odd}"])
def test_a_loop_of_redirections_is_a_handful_of_requests(endpoint, waits, status, path):
    endpoint.answer = lambda number, body: moved(
        status, f"{endpoint.url}/{path.format(number=number, odd=number % 2)}"
    )
    with pytest.raises(ModelError, match="redirects in a loop; correct the URL in spec"):
        ask(endpoint.url)
    assert len(endpoint.requests) <= 6
    assert waits == []


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirection_that_drops_the_body_names_the_new_place(endpoint, waits, status):
    endpoint.script(moved(status, "https://elsewhere.example/v1/chat/completions?sig=secret"))
    with pytest.raises(ModelError, match=f"{status}: the endpoint has moved to https://elsewhere") as caught:
        ask(endpoint.url)
    assert "secret" not in str(caught.value)
    assert (len(endpoint.requests), waits) == (1, [])


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"])
@pytest.mark.parametrize(
    "proxy", ["http://127.0.0.1:9", "socks5://127.0.0.1:9", "socks4://h:1", "http://[::1"]
)
def test_an_endpoint_on_this_machine_is_reached_directly(endpoint, waits, no_proxies, name, proxy):
    no_proxies.setenv(name, proxy)
    endpoint.script(reply("hello"))
    assert ask(endpoint.url).text == "hello"
    assert ask(endpoint.url.replace("127.0.0.1", "localhost")).text == "hello"


def test_elsewhere_the_proxy_is_used_and_named_without_its_password(endpoint, waits, no_proxies):
    no_proxies.setenv("HTTP_PROXY", f"http://me:pass-word@127.0.0.1:{endpoint.port}")
    endpoint.script(Action(407, {"error": "who are you?"}))
    with pytest.raises(ModelError, match=rf"by the proxy http://127.0.0.1:{endpoint.port} failed") as caught:
        ask("http://models.example/v1")
    assert "pass-word" not in str(caught.value)
    assert endpoint.requests[0][0] == "http://models.example/v1/chat/completions"


def test_a_proxy_that_is_gone_is_named(waits, no_proxies):
    no_proxies.setenv("HTTPS_PROXY", "127.0.0.1:9")
    with pytest.raises(ModelError, match=r"by the proxy http://127.0.0.1:9 failed after 8 attempts"):
        ask("https://models.example/v1")


@pytest.mark.skipif(importlib.util.find_spec("socksio") is not None, reason="SOCKS works here")
@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_a_socks_proxy_without_its_package_is_one_clear_line(no_proxies, scheme):
    no_proxies.setenv("ALL_PROXY", f"{scheme}://me:pass-word@127.0.0.1:1080")
    with pytest.raises(ModelError) as caught:
        ask("https://models.example/v1")
    said = str(caught.value)
    assert f"{scheme}://127.0.0.1:1080 is a SOCKS proxy" in said
    assert "pip install socksio" in said
    assert "\n" not in said + "pass-word"
    assert "pass-word" not in said


@pytest.mark.parametrize("proxy", ["socks4://127.0.0.1:1080", "ftp://h:1", "http://[::1", "http://h:port"])
def test_a_proxy_of_no_known_form_is_one_clear_line(no_proxies, proxy):
    no_proxies.setenv("ALL_PROXY", proxy)
    with pytest.raises(ModelError, match="correct HTTP_PROXY, HTTPS_PROXY, ALL_PROXY"):
        ask("https://models.example/v1")


@pytest.mark.parametrize(
    ("excluded", "direct"),
    [("models.example", True), (".example", True), ("*", True), ("other.example", False), ("", False)],
)
def test_no_proxy_is_respected(no_proxies, excluded, direct):
    no_proxies.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    no_proxies.setenv("NO_PROXY", excluded)
    assert (connection.proxy_of("https://models.example/v1") is None) == direct


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://127.8.9.1/v1", True),
        ("http://[::1]:11434/v1", True),
        ("http://LOCALHOST:1234/v1", True),
        ("http://api.localhost/v1", True),
        ("http://192.168.0.2/v1", False),
        ("https://localhost.example/v1", False),
    ],
)
def test_what_is_on_this_machine(url, here):
    assert connection.is_loopback(url) == here
