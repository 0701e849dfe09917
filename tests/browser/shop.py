"""A shop's page on another origin, under a policy as strict as they come, with our script tag."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import Flyt

BOT: dict[str, Any] = {
    "format": "flyt/1",
    "name": "Cakes",
    "variables": [{"name": "name"}, {"name": "cake"}, {"name": "wish"}],
    "flows": [
        {
            "id": "main",
            "name": "Main",
            "start": "hello",
            "triggers": [{"kind": "start"}],
            "nodes": [
                {"id": "hello", "type": "message", "config": {"text": "Hello from **the shop**."}},
                {
                    "id": "name",
                    "type": "ask.text",
                    "config": {"text": "What is your name?", "variable": "name"},
                },
                {
                    "id": "cake",
                    "type": "ask.choice",
                    "config": {
                        "text": "Which cake, {{ name }}?",
                        "variable": "cake",
                        "options": [
                            {"id": "lemon", "label": "Lemon"},
                            {"id": "plum", "label": "Plum"},
                        ],
                    },
                },
                {
                    "id": "wish",
                    "type": "ask.text",
                    "config": {"text": "{{ cake }} it is. Any wishes?", "variable": "wish"},
                },
                {
                    "id": "more",
                    "type": "ask.text",
                    "config": {"text": "Noted: {{ wish }}. More?", "variable": "wish"},
                },
                {"id": "bye", "type": "message", "config": {"text": "See you on Saturday."}},
            ],
            "edges": [
                {"source": "hello", "port": "next", "target": "name"},
                {"source": "name", "port": "next", "target": "cake"},
                {"source": "cake", "port": "next", "target": "wish"},
                {"source": "wish", "port": "next", "target": "more"},
                {"source": "more", "port": "next", "target": "bye"},
            ],
        }
    ],
}


@dataclass
class Shop:
    """Serves one page; ``script`` are the attributes of our tag on it."""

    flyt: str
    url: str
    key: str
    script: str = ""
    page: str = ""

    @property
    def policy(self) -> str:
        own = self.flyt
        return f"default-src 'none'; script-src {own}; connect-src {own}; img-src {own}"

    @property
    def html(self) -> bytes:
        tag = f'<script src="{self.flyt}/widget.js" data-channel="{self.key}" {self.script}>'
        head = f"<title>Corner shop</title>{tag}</script>"
        body = '<main><h1>Corner shop</h1><p>Bread every morning.</p><div id="chat"></div></main>'
        page = f'<!doctype html><html lang="en" {self.page}><head>{head}</head>{body}</html>'
        return page.encode()


@dataclass
class Visitor:
    """A page of the shop with the chat in it, and what a visitor does there."""

    page: Page
    requests: list[str] = field(default_factory=list)

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox", name="Write a message")

    def open(self) -> None:
        self.page.get_by_role("button", name="Open chat").click()
        expect(self.log).to_contain_text("What is your name?")

    def say(self, words: str) -> None:
        self.box.fill(words)
        self.page.keyboard.press("Enter")

    def said(self) -> list[str]:
        """All that stands in the log, in order: without names, times and buttons."""
        return self.page.locator("flyt-chat .row:not(:has(.writing)) .text").all_inner_texts()


class Sites:
    """Shops for one test; at the end none of their pages may have complained."""

    def __init__(self, flyt: Flyt, cookies: Any, new_context: Any) -> None:
        self._flyt, self._cookies, self._new_context = flyt, cookies, new_context
        self.complaints: list[str] = []
        self.forgiven: tuple[str, ...] = ()
        self._servers: list[ThreadingHTTPServer] = []

    def shop(
        self, script: str = "", page: str = "", bot: dict[str, Any] = BOT, **settings: Any
    ) -> Shop:
        """A new channel with these settings, and a site with its tag."""
        return self.at(self.channel(bot, **settings), script, page)

    def at(self, key: str, script: str = "", page: str = "") -> Shop:
        """A site with the tag of a channel that is there."""
        shop = Shop(self._flyt.url, "", key, script, page)
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(shop))
        Thread(target=server.serve_forever, daemon=True).start()
        self._servers.append(server)
        shop.url = f"http://127.0.0.1:{server.server_port}"
        return shop

    def channel(self, document: dict[str, Any] = BOT, **settings: Any) -> str:
        """The key of a new channel with a bot of its own."""
        with self._admin() as admin:
            bot = admin.post("/bots", json=document).raise_for_status().json()["id"]
            admin.post(f"/bots/{bot}/publish", json={}).raise_for_status()
            body = {"name": "Corner shop", "bot_id": bot, "settings": settings}
            return admin.post("/channels", json=body).raise_for_status().json()["key"]

    def browser(self, **options: Any) -> BrowserContext:
        return self._new_context(**options)

    def visit(self, shop: Shop, context: BrowserContext | None = None) -> Visitor:
        page = (context or self.browser()).new_page()
        visitor = Visitor(page)
        page.on("request", lambda request: visitor.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)
        page.goto(shop.url)
        return visitor

    def close(self) -> None:
        for server in self._servers:
            server.shutdown()

    def _hear(self, message: Any) -> None:
        told = message.type in ("error", "warning")
        if told and not any(words in message.text for words in self.forgiven):
            self.complaints.append(message.text)

    @contextmanager
    def _admin(self) -> Iterator[httpx.Client]:
        cookies = {each["name"]: each["value"] for each in self._cookies["cookies"]}
        headers = {"origin": self._flyt.url}
        with httpx.Client(
            base_url=f"{self._flyt.url}/api/v1", cookies=cookies, headers=headers, timeout=30
        ) as client:
            yield client


def streams(flyt: Flyt) -> int:
    """How many streams the server has open."""
    for line in httpx.get(f"{flyt.url}/metrics").text.splitlines():
        if line.startswith("flyt_streams") and "_created" not in line:
            return int(float(line.split()[-1]))
    raise AssertionError("the server does not count its streams")


def _handler(shop: Shop) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there = self.path == "/"
            self.send_response(200 if there else 404)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-security-policy", shop.policy)
            self.end_headers()
            if there:
                self.wfile.write(shop.html)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
