"""Only the open internet is called, by the address that was checked."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors.addresses import NotPublic, is_public, networks, transport
from tests.doubles.website import Reply, Website

HERE = ("127.0.0.1/32",)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.3.4", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192",
        "224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1", "198.18.0.1",
        "::", "::1", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1", "ff0e::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:a9fe:a9fe::1",
    ],
)  # fmt: skip
def test_not_public(address):
    assert not is_public(ip_address(address))


@pytest.fixture
def site() -> Iterator[Website]:
    site = Website()
    site.pages["/"] = Reply(b"inside")
    yield site
    site.close()


def answering(*answers: list[str]):
    """A resolver that answers differently each time."""
    asked: list[str] = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    return resolve, asked


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "0x7f000001", "[::1]"])
async def test_no_way_to_write_this_machine_is_called(site, host):
    async with httpx.AsyncClient(transport=transport()) as client:
        with pytest.raises(NotPublic, match="no address of the open internet"):
            await client.get(f"http://{host}:{site.port}/")
    assert site.asked == []


async def test_a_name_is_resolved_once_and_that_address_is_called(site):
    resolve, asked = answering(["127.0.0.1"], ["169.254.169.254"])
    async with httpx.AsyncClient(transport=transport(HERE, resolve=resolve)) as client:
        answer = await client.get(f"http://shop.example:{site.port}/")
    assert (answer.text, asked) == ("inside", ["shop.example"])
    assert site.asked[0].headers["Host"] == f"shop.example:{site.port}"


@pytest.mark.parametrize("answers", [["10.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["fe80::1%eth0"]])
async def test_a_name_with_an_inside_address_is_not_called(answers):
    resolve, _ = answering(answers)
    async with httpx.AsyncClient(transport=transport(HERE, resolve=resolve)) as client:
        with pytest.raises(NotPublic, match=r"^shop\.example is no"):
            await client.get("http://shop.example/")


async def test_a_redirect_is_checked_like_any_other_address(site):
    site.pages["/"] = Reply(status=302, headers={"Location": "http://10.0.0.1/"})
    async with httpx.AsyncClient(transport=transport(HERE), follow_redirects=True) as client:
        with pytest.raises(NotPublic):
            await client.get(site.url)


async def test_tls_is_held_with_the_name(tmp_path: Path):
    served, trusted = _certified("shop.example", tmp_path)
    names: list[str | None] = []
    served.sni_callback = lambda _socket, name, _context: names.append(name)
    site = Website(served)
    site.pages["/"] = Reply(b"private")
    resolve, _ = answering(["127.0.0.1"])
    try:
        guarded = transport(HERE, resolve=resolve, verify=trusted)
        async with httpx.AsyncClient(transport=guarded) as client:
            assert (await client.get(f"https://shop.example:{site.port}/")).text == "private"
            with pytest.raises(httpx.ConnectError, match="certificate"):
                await client.get(f"https://other.example:{site.port}/")
    finally:
        site.close()
    assert names == ["shop.example", "other.example"]


def test_a_network_that_is_none_is_named():
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/99"):
        networks(["10.0.0.0/99"])


def _certified(host: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server that is the host, and a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    file = folder / "site.pem"
    file.write_bytes(
        pem
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(file)
    return served, ssl.create_default_context(cadata=pem.decode())
