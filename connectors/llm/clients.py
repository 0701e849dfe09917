"""HTTP as both SDKs use it: no redirects, the account's own certificate, no forbidden address."""

from __future__ import annotations

import ssl

import httpx2

from connectors.llm.accounts import Account
from connectors.llm.addresses import BadAddress, check_now
from connectors.llm.failures import Failed
from connectors.llm.presets import preset

CONNECTING = 5.0  # seconds


def client(account: Account) -> httpx2.AsyncClient:
    """For one account. Raises `Failed` for a certificate that is none."""
    return httpx2.AsyncClient(
        verify=_trusted(account),
        follow_redirects=False,
        limits=httpx2.Limits(max_connections=50, max_keepalive_connections=10),
        event_hooks={"request": [_look]} if _is_free(account) else None,
    )


def patience(seconds: float) -> httpx2.Timeout:
    """For one call that may take so long."""
    return httpx2.Timeout(max(0.01, seconds), connect=max(0.01, min(CONNECTING, seconds)))


def _is_free(account: Account) -> bool:
    """Whether the workspace itself has written the address."""
    return preset(account.kind).field("base_url") is not None


async def _look(request: httpx2.Request) -> None:
    try:
        await check_now(request.url.host, request.url.port)
    except BadAddress as error:
        raise Failed("address", str(error)) from None


def _trusted(account: Account) -> ssl.SSLContext:
    """Whom to believe: every known authority, and the one whose certificate was given."""
    context = httpx2.create_ssl_context()
    if certificate := account.settings.get("ca", "").strip():
        try:
            context.load_verify_locations(cadata=certificate)
        except (ssl.SSLError, ValueError):
            message = f"the certificate given for {account.name} can't be read: it must be PEM"
            raise Failed("refused", message) from None
    return context
