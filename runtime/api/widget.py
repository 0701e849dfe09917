"""The chat on other people's pages: its script, its files, and a page that is only a chat."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from fastapi import APIRouter, Request, Response

from runtime.api.access import ServicesOf
from runtime.api.problem import Problem
from runtime.releases import Channel

router = APIRouter(include_in_schema=False)

BUILT = Path(__file__).resolve().parents[2] / ".widget"

_LOADER = "widget.js"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_IMMUTABLE = "public, max-age=31536000, immutable"
_SHORT = "public, max-age=300"
_ANYWHERE = {
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "timing-allow-origin": "*",
    "vary": "accept-encoding",
}
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]{1,253}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SUCCEEDED = re.compile(r"(stage|chat|nb|sv|uk|ru)-[A-Z0-9]{8}\.js")
_MARK = (
    '<svg class="mark" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 4c-4.7 0-8.5 3.1-8.5 7 '
    '0 2.2 1.2 4.2 3.1 5.5L6 20.5l4.3-2.1c.6.1 1.1.1 1.7.1 4.7 0 8.5-3.1 8.5-7S16.7 4 12 4z"/>'
    "</svg>"
)


@dataclass(frozen=True)
class Part:
    """One built file, as it is and packed."""

    content: bytes
    packed: bytes
    type: str
    etag: str

    @staticmethod
    def of(name: str, content: bytes) -> Part:
        digest = hashlib.sha256(content).hexdigest()[:16]
        packed = gzip.compress(content, 9, mtime=0)
        return Part(content, packed, _TYPES[Path(name).suffix], f'"{digest}"')


@dataclass(frozen=True)
class Built:
    """What `widget/build.mjs` has made; ``page`` names the style sheet of the full page."""

    parts: dict[str, Part]
    page: str

    def successor(self, name: str) -> str | None:
        """What stands now for a file of an earlier build, which a page still names.

        Only files that need no other of their own build: the rest do without, or are asked for
        by a newer one.
        """
        earlier = _SUCCEEDED.fullmatch(name)
        if earlier is None:
            return None
        return next((each for each in self.parts if each.startswith(f"{earlier[1]}-")), None)


@router.get("/widget.js")
async def widget_script(request: Request, services: ServicesOf) -> Response:
    """Kept for minutes only: it names the files of the newest build."""
    built = _built(services.settings.asset_url)
    return _answer(request, built.parts[_LOADER], _SHORT)


@router.get("/widget/{name}")
@router.get("/widget/{tries}/{name}")
async def widget_file(request: Request, services: ServicesOf, name: str) -> Response:
    """Under any number too: browsers never ask again for a module that they once did not get."""
    built = _built(services.settings.asset_url)
    part = built.parts.get(name)
    if part is None and (newer := built.successor(name)):
        return Response(status_code=307, headers={**_ANYWHERE, "location": newer})
    if part is None or name == _LOADER:
        raise Problem(404, "There is no such file of the widget.")
    return _answer(request, part, _IMMUTABLE)


@router.get("/chat/{channel_key}")
async def chat_page(services: ServicesOf, channel_key: str) -> Response:
    """The whole window is the chat; it may be framed where the channel is allowed."""
    built = _built(services.settings.asset_url)
    channel = await services.engine.channels.by_key(channel_key)
    if channel is None or channel.row.kind != "web":
        return _page(_nowhere(built.page, services.settings.asset_url), [], services, 404)
    return _page(
        _chat(built.page, channel, services.settings.asset_url), _origins(channel), services
    )


# Files ------------------------------------------------------------------------


def _built(assets: str) -> Built:
    """Raises `Problem` where nothing is built."""
    try:
        written = (BUILT / "manifest.json").stat().st_mtime_ns
        return _read(written, assets)
    except (OSError, ValueError, KeyError) as error:
        raise Problem(503, "The widget is not built: run `python3 bootstrap.py`.") from error


@lru_cache(maxsize=2)
def _read(written: int, assets: str) -> Built:
    """``written``: when the build ended, so that another build is read anew."""
    manifest = json.loads((BUILT / "manifest.json").read_bytes())
    contents = {name: (BUILT / name).read_bytes() for name in manifest["sizes"]}
    if assets:
        contents[_LOADER] = contents[_LOADER].replace(b"%ASSETS%", f"{assets}/widget/".encode())
    parts = {name: Part.of(name, content) for name, content in contents.items()}
    return Built(parts, manifest["page"])


def _answer(request: Request, part: Part, cache: str) -> Response:
    headers = {**_ANYWHERE, "cache-control": cache, "etag": part.etag}
    if request.headers.get("if-none-match") == part.etag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(part.packed, media_type=part.type, headers=headers)
    return Response(part.content, media_type=part.type, headers=headers)


# Pages ------------------------------------------------------------------------


def _page(html: str, origins: list[str], services: ServicesOf, status: int = 200) -> Response:
    assets = services.settings.asset_url
    elsewhere = f" {_origin_of(assets)}" if assets else ""
    allowed = ["'self'", *origins]
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self'{elsewhere}",
            f"style-src 'self'{elsewhere}",
            "connect-src 'self'",
            "img-src * data: blob:",
            "media-src * blob:",
            "frame-src https:",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {' '.join(allowed)}",
        )
    )
    headers = {"content-security-policy": policy, "cache-control": "no-cache"}
    return Response(html, status, headers, media_type="text/html; charset=utf-8")


def _chat(sheet: str, channel: Channel, assets: str) -> str:
    look = _look(channel)
    title = _words(look.get("title")) or channel.row.name
    mode, accent = look.get("mode"), look.get("accent")
    theme = f' data-theme="{mode}"' if mode in ("light", "dark") else ""
    known = isinstance(accent, str) and _COLOUR.fullmatch(accent)
    colour = f'<meta name="theme-color" content="{accent}">' if known else ""
    language = channel.row.language
    language = language if _LANGUAGE.fullmatch(language) else "en"
    script = f'<script src="/widget.js" data-channel="{escape(channel.row.key)}" data-mode="page"'
    return _document(
        title,
        f"{colour}{_link(sheet, assets)}{script} defer></script>",
        f"<noscript><main><div>{_MARK}<h1>{escape(title)}</h1><p>This chat needs JavaScript. "
        "Please switch it on for this page and load it again.</p></div></main></noscript>",
        f'lang="{language}"{theme}',
    )


def _nowhere(sheet: str, assets: str) -> str:
    words = (
        "There is no chat at this address. It may have been closed, or the link is incomplete: "
        "please check it, or ask whoever gave it to you."
    )
    body = f"<main><div>{_MARK}<h1>This chat is not here</h1><p>{words}</p></div></main>"
    return _document("This chat is not here", _link(sheet, assets), body, 'lang="en"')


def _document(title: str, head: str, body: str, attributes: str) -> str:
    return (
        f'<!doctype html><html {attributes}><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, '
        'interactive-widget=resizes-content"><meta name="robots" content="noindex">'
        f'<title>{escape(title)}</title><link rel="icon" href="data:,">{head}</head>'
        f"<body>{body}</body></html>"
    )


def _link(sheet: str, assets: str) -> str:
    return f'<link rel="stylesheet" href="{escape(assets)}/widget/{sheet}">'


def _look(channel: Channel) -> dict[str, Any]:
    """The brand's look under the channel's own; whatever else is stored there counts as none."""
    brand, own = orjson.loads(channel.row.look), channel.settings.get("look")
    return {**(brand if isinstance(brand, dict) else {}), **(own if isinstance(own, dict) else {})}


def _origins(channel: Channel) -> list[str]:
    listed = channel.settings.get("allowed_origins")
    found = listed if isinstance(listed, list) else []
    return [each for each in found if isinstance(each, str) and _ORIGIN.fullmatch(each)]


def _origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _words(value: Any) -> str:
    return value.strip()[:200] if isinstance(value, str) else ""
