"""Which computers a person's words may make us call: public ones only.

A name is resolved here, each of its addresses is checked, and the connection goes to the very
address that was checked, so that a name which is answered differently the next time gains nothing.
The check is part of connecting: it holds for every redirect too.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import (
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import cast

import httpcore
import httpx

from connectors.carried import Address, carried

Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

_INSIDE = (  # global by their numbers or to older versions of Python, but nobody's open service
    IPv4Network("168.63.129.16/32"),  # a cloud's metadata
    IPv4Network("192.0.0.0/24"),  # protocols, and another cloud's metadata
    IPv4Network("192.88.99.0/24"),  # relays of the past
    IPv6Network("64:ff9b:1::/48"),  # local translation to IPv4
)


class NotPublic(Exception):
    """The address belongs to a private network; only addresses of the open internet are called."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} is no address of the open internet, so it is not called.")


def is_public(address: Address) -> bool:
    """Also looks at the IPv4 address that an IPv6 address carries."""
    if not all(is_public(inner) for inner in carried(address)):
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return True
    inside = any(address in network for network in _INSIDE)
    return address.is_global and not address.is_multicast and not inside


def networks(written: Iterable[str]) -> tuple[Network, ...]:
    """Of "10.1.0.0/16" or a single address. Raises `ValueError` that names the wrong one."""
    return tuple(ip_network(each, strict=False) for each in written)


def transport(
    private: Iterable[str] = (),
    *,
    resolve: Resolve | None = None,
    verify: ssl.SSLContext | bool = True,
) -> httpx.AsyncBaseTransport:
    """For an `httpx.AsyncClient` that reaches public addresses and the ``private`` networks named.

    A request to another address raises `NotPublic`. No proxy of the environment is used.
    """
    return _Transport(_Backend(networks(private), resolve or _resolved), verify)


class _Transport(httpx.AsyncHTTPTransport):
    def __init__(
        self, backend: httpcore.AsyncNetworkBackend, verify: ssl.SSLContext | bool
    ) -> None:
        super().__init__(trust_env=False, verify=verify)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpx.create_ssl_context(verify=verify, trust_env=False),
            max_connections=10,
            keepalive_expiry=5.0,
            network_backend=backend,
        )


class _Backend(httpcore.AsyncNetworkBackend):
    """Connects to a checked address; TLS and the Host header keep the name."""

    def __init__(self, private: Sequence[Network], resolve: Resolve) -> None:
        self._private = private
        self._resolve = resolve
        self._inner = cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's own signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in await self._checked(host, port, timeout):
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def _checked(self, host: str, port: int, seconds: float | None) -> list[str]:
        """One address that may not be called spoils the name."""
        try:
            async with asyncio.timeout(seconds):
                found = await self._resolve(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"the name {host} was not resolved in time") from error
        except OSError as error:
            raise httpcore.ConnectError(f"the name {host} can't be resolved") from error
        for each in found:
            address = ip_address(each.partition("%")[0])
            if not is_public(address) and not any(address in net for net in self._private):
                raise NotPublic(host)
        return list(found)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def _resolved(host: str, port: int) -> list[str]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
