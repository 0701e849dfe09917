"""The HTTP surface: routers by subject, one error shape, one list of public prefixes."""

from __future__ import annotations

PUBLIC_PREFIXES = (
    "/api",
    "/auth",
    "/webhooks",
    "/hooks",
    "/approvals",
    "/chat",
    "/widget.js",
    "/widget",
    "/files",
    "/help",
    "/openapi.json",
    "/healthz",
    "/readyz",
    "/metrics",
)
"""Paths that `flyt web` sends to `runtime.app`; every other path belongs to the builder."""

_FIRST_SEGMENTS = frozenset(prefix[1:] for prefix in PUBLIC_PREFIXES)


def is_public(path: str) -> bool:
    """Whether the first whole segment of an absolute path is one of `PUBLIC_PREFIXES`."""
    return path[1:].split("/", 1)[0] in _FIRST_SEGMENTS
