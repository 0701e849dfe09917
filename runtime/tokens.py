"""Secrets that need no look-up: each is made of what it opens and an HMAC under our key."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple
from uuid import UUID

_MAC_BYTES = 16
_CLAIM_BYTES = 36  # workspace, conversation, epoch


class Claim(NamedTuple):
    """The conversation that a token opens, as long as its epoch is the conversation's."""

    workspace: UUID
    conversation: UUID
    epoch: int


class Tokens:
    def __init__(self, key: bytes) -> None:
        self._hmac = hmac.new(key, digestmod=hashlib.sha256)

    def conversation(self, claim: Claim) -> str:
        """A bearer token for one conversation."""
        workspace, conversation, epoch = claim
        body = workspace.bytes + conversation.bytes + epoch.to_bytes(4, "big")
        return urlsafe_b64encode(body + self._mac(body)).decode()

    def read(self, token: str) -> Claim | None:
        """What the token opens, or None where it is not one of ours."""
        try:
            raw = urlsafe_b64decode(token)
        except ValueError:
            return None
        body, mac = raw[:_CLAIM_BYTES], raw[_CLAIM_BYTES:]
        if len(raw) != _CLAIM_BYTES + _MAC_BYTES or not hmac.compare_digest(self._mac(body), mac):
            return None
        return Claim(UUID(bytes=body[:16]), UUID(bytes=body[16:32]), int.from_bytes(body[32:]))

    def visitor(self, channel: UUID, client_id: str) -> str:
        """The same 128-bit secret for the same opening, so that a repeated call answers alike."""
        mac = self._mac(b"visitor" + channel.bytes + client_id.encode())
        return urlsafe_b64encode(mac).decode().rstrip("=")

    def _mac(self, body: bytes) -> bytes:
        mac = self._hmac.copy()
        mac.update(body)
        return mac.digest()[:_MAC_BYTES]


def fingerprint(secret: str) -> str:
    """What is stored of a visitor's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def identity_holds(secret: str, external_id: str, proof: str) -> bool:
    """Whether ``proof`` is the hex HMAC-SHA256 of ``external_id`` under the channel's secret."""
    expected = hmac.new(secret.encode(), external_id.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), proof.encode())
