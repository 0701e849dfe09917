"""Headers of the builder's pages: what a browser may load, keep and frame."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

_INLINE = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_HASHED = re.compile(r"^/assets/.+-[\w-]{8}\.\w+$")

Header = tuple[bytes, bytes]

FIXED: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)


def content_policy(client: Path) -> bytes:
    """The Content-Security-Policy of the built front.

    Everything comes from our own origin, so no third party learns who builds here. Reflex writes
    small scripts into each page (the colour theme before the first paint, React Router's state):
    those are allowed by their hashes, every other inline script and `eval` stay forbidden. Styles
    may be inline, because Emotion and React write style elements and attributes at run time. Images
    may also be `data:` and `blob:`, for previews of files that are not uploaded yet.
    """
    scripts = " ".join(sorted(_hashes(client.rglob("*.html"))))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    ).encode()


def lifetime(path: str) -> bytes:
    """How long a browser may keep what lies under ``path``.

    The build names its chunks by their content, so those never change; a page must be asked for.
    """
    return b"public, max-age=31536000, immutable" if _HASHED.match(path) else b"no-cache"


def _hashes(pages: Iterable[Path]) -> set[str]:
    found: set[str] = set()
    for page in pages:
        for script in _INLINE.findall(page.read_bytes()):
            digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
            found.add(f"'sha256-{digest}'")
    return found
