"""Which addresses a provider may have: a server of one's own is fine, the cloud's keys are not.

Link-local addresses are where clouds keep the credentials of the machine itself.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from connectors.carried import carried

_CREDENTIALS = (
    *map(ipaddress.ip_network, ("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32")),
    ipaddress.ip_network("100.100.100.200/32"),
)
_NAMES = ("metadata.google.internal", "metadata", "instance-data")
_NOBODY = ("0.0.0.0", "::")  # noqa: S104  # addresses to refuse


class BadAddress(ValueError):
    """An address that no provider may have; the message says why, and what to write instead."""


def checked(address: str) -> str:
    """The address without its last slash. Asks DNS. Raises `BadAddress`."""
    host, port = _host(address)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        found = []  # it may come up later; it is looked at again before each call
    _refuse(host, (str(entry[4][0]) for entry in found))
    return address.strip().rstrip("/")


async def check_now(host: str, port: int | None) -> None:
    """Looks where a name leads at this moment. Raises `BadAddress`."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return  # the call will say so
    _refuse(host, (str(entry[4][0]) for entry in found))


def _host(address: str) -> tuple[str, int | None]:
    mend = "write it like https://models.example.com/v1"
    try:
        parts = urlsplit(address.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        raise BadAddress(f"this is no address: {mend}") from None
    if parts.scheme not in ("http", "https"):
        raise BadAddress(f"it must begin with http:// or https://: {mend}")
    if not host or any(character.isspace() or ord(character) < 32 for character in address.strip()):
        raise BadAddress(f"this is no address: {mend}")
    if "@" in parts.netloc:
        raise BadAddress("leave name and password out: the key has a field of its own")
    if parts.query or parts.fragment:
        raise BadAddress(f"leave out what follows the path: {mend}")
    if host.rstrip(".").lower() in _NAMES:
        raise BadAddress(_WHY)
    return host, port


_WHY = (
    "this address leads to the machine's own cloud credentials or to a link-local one, where no"
    " models are: give the address of the server they run on"
)


def _refuse(host: str, addresses: Iterable[str]) -> None:
    for text in (host.strip("[]"), *addresses):
        try:
            address = ipaddress.ip_address(text.partition("%")[0])
        except ValueError:
            continue  # a name, whose addresses follow
        for one in (address, *carried(address)):
            if str(one) in _NOBODY or one.is_multicast:
                raise BadAddress("no server answers at this address: give the server's own")
            if any(one in network for network in _CREDENTIALS if network.version == one.version):
                raise BadAddress(_WHY)
