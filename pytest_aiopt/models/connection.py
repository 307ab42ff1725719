"""The HTTP client of an endpoint: proxies and redirections."""

from __future__ import annotations

import ipaddress
import os
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from pytest_aiopt.errors import ModelError
from pytest_aiopt.models import keys
from pytest_aiopt.models.faults import redirected

MOST_REDIRECTS = 3
_WITHOUT_BODY = (301, 302, 303)
"""Redirections after which a client sends no body any more."""


def client(url: str) -> Any:
    """Return a client for the endpoint at ``url``: directly on this machine, elsewhere by the user's proxy.

    Raises ModelError for proxy settings that cannot be used.
    """
    import openai

    hooks = {"response": [_refuse_lost_bodies]}
    direct = is_loopback(url)
    try:
        return openai.DefaultHttpxClient(
            trust_env=not direct, max_redirects=MOST_REDIRECTS, event_hooks=hooks
        )
    except ImportError as error:
        raise ModelError(
            f"{proxy_of(url) or 'the proxy'} is a SOCKS proxy, which needs a further package",
            "pip install socksio, or unset the variable that names it (ALL_PROXY, HTTPS_PROXY)",
        ) from error
    except Exception as error:  # the client's own kinds, which differ by its version
        raise ModelError(
            f"the proxy or certificate settings of the environment cannot be used: {keys.hide(str(error))}",
            "correct HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY or SSL_CERT_FILE",
        ) from error


def is_loopback(url: str) -> bool:
    """Whether ``url`` is on this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def proxy_of(url: str) -> str | None:
    """Return the proxy, without credentials, by which ``url`` is reached; None if that is direct."""
    parts = urlsplit(url)
    if is_loopback(url) or urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    known = urllib.request.getproxies()
    found = known.get(parts.scheme) or known.get("all")
    if not found:
        return None
    proxy = urlsplit(found if "://" in found else f"http://{found}")
    return f"{proxy.scheme}://{proxy.netloc.rpartition('@')[2]}"


def _refuse_lost_bodies(response: Any) -> None:
    if response.request.method == "POST" and response.status_code in _WITHOUT_BODY:
        raise redirected(response.status_code, response.headers.get("location", os.curdir))
