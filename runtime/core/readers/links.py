"""Web addresses, as people write them. No network: whether a page is there is not asked."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address
from urllib.parse import SplitResult, quote, urlsplit

import idna

from runtime.core.readers import Found

LOOKED_AT = 4_000  # characters of a reply in which an address may stand
LONGEST = 2_048  # characters of one address

_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_ENDING = re.compile(r"[^\W\d_]{2,63}|xn--[a-z0-9-]{2,59}", re.IGNORECASE)
_WORD = re.compile(r"\S+")
_BEFORE, _AFTER = "<([{\"'«“", ">)]},;:.!?\"'»”…"
_KEPT = "/:?#[]@!$&'()*+,;=%~"
_FILES = frozenset(
    {"pdf", "doc", "docx", "xls", "xlsx", "txt", "jpg", "jpeg", "png", "gif", "zip", "csv"}
)


def normalised(address: str) -> str | None:
    """The address as a browser would open it, or None. ``https`` where no scheme is written.

    The host is in lower case and in the form that name servers know; what a path may not hold is
    escaped. Names and passwords are no part of an address somebody gives.
    """
    address = address.strip()
    if not address or len(address) > LONGEST or any(sign.isspace() for sign in address):
        return None
    if not _SCHEME.match(address):
        if _OTHER_SCHEME.match(address) or address.startswith("/"):
            return None
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        return None
    if host is None or parts.username is not None:
        return None
    return _joined(parts, host if port is None else f"{host}:{port}")


def links_in(text: str) -> list[Found]:
    """The addresses in a text. Without a scheme or ``www.`` a word is one only if it looks it."""
    found: list[Found] = []
    for word in _WORD.finditer(text[:LOOKED_AT]):
        bare = word[0].lstrip(_BEFORE)
        start = word.end() - len(bare)
        bare = _closed(bare)
        if "@" in bare.partition("/")[0] or not _looks_it(bare):
            continue
        address = normalised(bare)
        if address is None and _SCHEME.match(bare):
            return []  # a broken one: what follows may be a piece of it
        if address:
            found.append(Found(address, start, start + len(bare)))
    return found


def _joined(parts: SplitResult, place: str) -> str | None:
    path = quote(parts.path, safe=_KEPT)
    query = f"?{quote(parts.query, safe=_KEPT)}" if parts.query else ""
    fragment = f"#{quote(parts.fragment, safe=_KEPT)}" if parts.fragment else ""
    whole = f"{parts.scheme.lower()}://{place}{path}{query}{fragment}"
    return whole if len(whole) <= LONGEST else None


def _host(name: str) -> str | None:
    """A name with a dot and an ending of letters, or an address in numbers."""
    try:
        address = ip_address(name)
    except ValueError:
        pass
    else:
        return f"[{address}]" if isinstance(address, IPv6Address) else str(address)
    labels = name.removesuffix(".").split(".")
    if len(labels) < 2 or not _ENDING.fullmatch(labels[-1]):
        return None
    try:
        return idna.encode(name.removesuffix("."), uts46=True).decode()
    except idna.IDNAError:
        return None


def _closed(word: str) -> str:
    """Without the signs that end a sentence; a bracket that the address opened itself stays."""
    while word and word[-1] in _AFTER:
        if word[-1] == ")" and word.count("(") >= word.count(")"):
            break
        word = word[:-1]
    return word


def _looks_it(word: str) -> bool:
    if _SCHEME.match(word) or word.lower().startswith("www."):
        return True
    host, slash, _ = word.partition("/")
    ending = host.rpartition(".")[2]
    return "." in host and (bool(slash) or ending.lower() not in _FILES)
