"""Credentials at rest: encrypted with a key that follows from the installation's secret key.

`cryptography` is loaded by the first credential: 7 MB that many processes never need.
"""

from __future__ import annotations

import base64
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from cryptography.fernet import Fernet

_KEY_ID = 4  # bytes, before the token


class Unreadable(Exception):
    """A secret was encrypted with another secret key than the installation has now."""

    def __init__(self) -> None:
        super().__init__(
            "this credential was stored under another FLYT_SECRET_KEY: enter it again, or bring"
            " the old key back"
        )


class Vault:
    """Encrypts for one workspace at a time; what is sealed for one opens for no other.

    ``older`` are former secret keys, which still open what they sealed.
    """

    def __init__(self, secret_key: str, older: tuple[str, ...] = ()) -> None:
        self._secret_key, self._older = secret_key, older

    @cached_property
    def _keys(self) -> dict[bytes, str]:
        return {_key_id(key): key for key in (*self._older, self._secret_key)}

    @cached_property
    def _newest(self) -> bytes:
        return _key_id(self._secret_key)

    def seal(self, workspace_id: UUID, secret: str) -> bytes:
        """The id of the key, and a Fernet token."""
        return self._newest + self._fernet(self._newest, workspace_id).encrypt(secret.encode())

    def open(self, workspace_id: UUID, sealed: bytes) -> str:
        """What was sealed for this workspace. Raises `Unreadable`."""
        from cryptography.fernet import InvalidToken  # noqa: PLC0415

        key_id, token = sealed[:_KEY_ID], sealed[_KEY_ID:]
        if key_id not in self._keys:
            raise Unreadable
        try:
            return self._fernet(key_id, workspace_id).decrypt(token).decode()
        except InvalidToken:
            raise Unreadable from None

    def is_current(self, sealed: bytes) -> bool:
        """Whether the newest key sealed it; others are to be sealed anew when keys change."""
        return sealed[:_KEY_ID] == self._newest

    def __repr__(self) -> str:
        return "Vault(…)"

    def _fernet(self, key_id: bytes, workspace_id: UUID) -> Fernet:
        from cryptography.fernet import Fernet  # noqa: PLC0415

        key = _derived(self._keys[key_id], b"flyt credentials " + workspace_id.bytes, 32)
        return Fernet(base64.urlsafe_b64encode(key))


def _key_id(secret_key: str) -> bytes:
    return _derived(secret_key, b"flyt credentials key id", _KEY_ID)


def _derived(secret_key: str, purpose: bytes, length: int) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    return HKDF(SHA256(), length, salt=None, info=purpose).derive(secret_key.encode())
