"""A web site on 127.0.0.1 that a test writes page by page, and that notes what was asked."""

from __future__ import annotations

import gzip
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Asked:
    path: str
    headers: Mapping[str, str]
    at: float
    status: int = 0


@dataclass
class Reply:
    content: bytes = b""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    etag: bool = True
    after: float = 0.0  # seconds of silence before it


class Website:
    """`pages` by path; what is not there is answered with 404."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Reply | list[Reply]] = {}
        self.asked: list[Asked] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        if context:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def page(self, path: str, title: str, *links: str, head: str = "", **reply) -> None:
        """A page with a heading, a sentence and links; around them what every site has."""
        anchors = "".join(f'<li><a href="{link}">{link}</a></li>' for link in links)
        text = (
            f"<html><head><title>{title}</title>{head}</head><body><nav>{anchors}</nav>"
            f"<main><h1>{title}</h1><p>This page is about {title}.</p></main></body></html>"
        )
        self.pages[path] = Reply(text.encode(), **reply)

    def paths(self) -> list[str]:
        return [each.path for each in self.asked]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                asked = Asked(self.path, dict(self.headers), time.monotonic())
                site.asked.append(asked)
                reply = site.pages.get(self.path, Reply(b"no", 404))
                if isinstance(reply, list):
                    reply = reply.pop(0) if len(reply) > 1 else reply[0]
                time.sleep(reply.after)
                etag = f'"{sha256(reply.content).hexdigest()[:12]}"'
                known = reply.etag and self.headers.get("If-None-Match") == etag
                asked.status = 304 if known and reply.status == 200 else reply.status
                content = b"" if asked.status == 304 else reply.content
                self.send_response(asked.status)
                self.send_header("Content-Type", reply.kind)
                self.send_header("Content-Length", str(len(content)))
                if reply.etag:
                    self.send_header("ETag", etag)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args) -> None:
                """Silence."""

        return Handler


def packed(content: str) -> bytes:
    return gzip.compress(content.encode())
