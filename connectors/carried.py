"""The IPv4 addresses that an IPv6 address may stand for. Pure, and light to import."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")


def carried(address: Address) -> Iterator[IPv4Address]:
    """None of an IPv4 address."""
    if not isinstance(address, IPv6Address):
        return
    for inner in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())):
        if inner is not None:
            yield inner
    if address in _NAT64:
        yield IPv4Address(int(address) & 0xFFFF_FFFF)
