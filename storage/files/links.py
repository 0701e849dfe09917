"""Links to private files: signed, and good for a while."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime
from uuid import UUID

from storage.errors import Refused

_SIGNATURE = 16  # bytes


class BadLink(Refused):
    """This link is not valid, or it has expired; open the page again for a fresh one."""


def link(secret: str, workspace_id: UUID, file_id: UUID, expires: datetime) -> str:
    """The path of a file with a token, to be put behind the public address."""
    body = workspace_id.bytes + int(expires.timestamp()).to_bytes(5)
    token = base64.urlsafe_b64encode(body + _sign(secret, file_id, body)).decode().rstrip("=")
    return f"/files/{file_id}?token={token}"


def opened(secret: str, file_id: UUID, token: str, now: datetime) -> UUID:
    """The workspace whose file the token opens. Raises `BadLink`."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadLink(BadLink.__doc__) from error
    body, signature = raw[:-_SIGNATURE], raw[-_SIGNATURE:]
    if not hmac.compare_digest(signature, _sign(secret, file_id, body)):
        raise BadLink(BadLink.__doc__)
    if int.from_bytes(body[16:]) < now.timestamp():
        raise BadLink(BadLink.__doc__)
    return UUID(bytes=body[:16])


def _sign(secret: str, file_id: UUID, body: bytes) -> bytes:
    mac = hmac.new(secret.encode(), b"file:" + file_id.bytes + body, hashlib.sha256)
    return mac.digest()[:_SIGNATURE]
