"""A real `flyt web` with a database of its own, driven by a real browser."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from builder import build
from builder.paths import ROOT
from runtime.embedded import EmbeddedPostgres
from runtime.processes import begin, end, free_port
from storage.database import migrate
from tests.browser import looks

if TYPE_CHECKING:
    from tests.browser.shop import Sites

EMAIL, PASSWORD = "ada@example.org", "correct horse battery"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
BOTH_WAYS = pytest.mark.parametrize(  # for what is too much to look at in all four
    ("size", "theme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desk-light", "phone-dark"]
)


@dataclass(frozen=True)
class Flyt:
    url: str
    log: Path
    database_url: str
    environ: dict[str, str]


class Builder:
    """A page of the builder, and what a person does there again and again."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def visit(self, path: str = "/") -> Page:
        self.page.goto(self.url + path)
        return self.page

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD) -> None:
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def add_bot(self, document: dict[str, Any]) -> None:
        """Uploads a document as a new bot; ends on its page."""
        self.visit()
        self.page.get_by_role("button", name="Add bot").or_(
            self.page.get_by_role("button", name="Upload a document")
        ).first.click()
        self.choose(document)
        expect(self.page.get_by_role("heading", level=1)).to_have_text(document["name"])

    def choose(self, document: dict[str, Any] | str) -> None:
        text = document if isinstance(document, str) else json.dumps(document)
        file = {"name": "bot.json", "mimeType": "application/json", "buffer": text.encode()}
        self.page.locator("dialog[open] input[type=file]").set_input_files(file)

    def publish(self, note: str = "") -> None:
        self.page.get_by_role("button", name="Publish", exact=True).click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_label("Note").fill(note)
        dialog.get_by_role("button", name="Publish").click()
        expect(dialog).to_be_hidden()

    def toast(self, text: str) -> None:
        expect(self.page.locator(".toast", has_text=text)).to_be_visible()


def document(greeting: str = "Hello", name: str = "Greeter") -> dict[str, Any]:
    """A bot that greets, asks for a name and thanks."""
    ask = {"text": "What is your name?", "variable": "name"}
    return {
        "format": "flyt/1",
        "name": name,
        "variables": [{"name": "name"}],
        "flows": [
            {
                "id": "main",
                "name": "Main",
                "start": "hello",
                "triggers": [{"kind": "start"}],
                "nodes": [
                    {"id": "hello", "type": "message", "config": {"text": greeting}},
                    {"id": "ask", "type": "ask.text", "config": ask},
                    {"id": "bye", "type": "message", "config": {"text": "Thanks, {{ name }}."}},
                ],
                "edges": [
                    {"source": "hello", "port": "next", "target": "ask"},
                    {"source": "ask", "port": "next", "target": "bye"},
                ],
            }
        ],
    }


@pytest.fixture(scope="package", autouse=True)
def pictures() -> None:
    looks.empty()


@pytest.fixture(scope="package")
def flyt(
    service_folder: Path, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flyt]:
    if not build.fresh():
        build.build()
    subprocess.run([sys.executable, ROOT / "widget" / "build.py"], check=True)
    postgres = EmbeddedPostgres(service_folder / "browser", THROWAWAY)
    postgres.start()
    migrate(postgres.owner_url)
    folder = tmp_path_factory.mktemp("web")
    port = free_port()
    environ = {
        **os.environ,
        "DATABASE_URL": postgres.app_url,
        "DATABASE_OWNER_URL": postgres.owner_url,
        "REDIS_URL": redis_url,
        "FLYT_DATA": str(folder / "data"),
        "FLYT_LOG_DIR": str(folder / "logs"),
        "FLYT_PORT": str(port),
        "FLYT_PUBLIC_URL": f"http://localhost:{port}",
    }
    log = folder / "web.log"
    command = [sys.executable, "-m", "runtime.cli", "web"]
    process = begin(command, environ=environ, folder=folder, log=log)
    url = f"http://localhost:{port}"
    wait_for(f"{url}/healthz", process, log)
    yield Flyt(url, log, postgres.app_url, environ)
    end(process)
    postgres.stop()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path, "install Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(OPTIONS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def owner(flyt: Flyt, chromium: Browser) -> Any:
    """The cookies of the first owner, who makes the account in the browser."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(flyt.url)
    expect(page).to_have_url(f"{flyt.url}/setup")
    page.get_by_label("Name of the workspace").fill("Corner shop")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make the workspace").click()
    expect(page.get_by_role("heading", name="Meet the demo bot")).to_be_visible()
    kept = context.storage_state()
    context.close()
    return kept


@pytest.fixture
def open_builder(flyt: Flyt, chromium: Browser) -> Iterator[Callable[..., Builder]]:
    """Opens a browser of its own, signed in or not; at the end no page may have complained."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(cookies: Any = None, **options: Any) -> Builder:
        context = chromium.new_context(storage_state=cookies, viewport=DESKTOP, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.extend(_unprovoked(str(error))))
        page.on("console", lambda message: complaints.extend(_complaint(message)))
        return Builder(page, flyt.url)

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def builder(open_builder: Callable[..., Builder], owner: Any) -> Builder:
    """The builder as the owner sees it."""
    return open_builder(owner)


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desk", "phone"])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    return request.param


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def look(theme: str) -> looks.Look:
    return looks.Look(theme)


@pytest.fixture
def person(
    open_builder: Callable[..., Builder], owner: Any, size: dict[str, int], theme: str
) -> Builder:
    """The owner, with a window of this size and in this theme."""
    builder = open_builder(owner, color_scheme=theme, reduced_motion="reduce")
    builder.page.set_viewport_size(size)
    return builder


@pytest.fixture
def stranger(open_builder: Callable[..., Builder], owner: Any) -> Builder:
    """The builder as somebody sees it who has not signed in."""
    return open_builder()


def _complaint(message: Any) -> list[str]:
    """Errors and warnings of the console, but not those that a test provokes.

    It provokes refusals and cuts the line, and it may leave a page before its socket is open.
    """
    return _unprovoked(message.text) if message.type in ("error", "warning") else []


def _unprovoked(text: str) -> list[str]:
    provoked = (
        "status of 4",
        "net::ERR_",
        "Failed to fetch dynamically imported module",  # the line is cut
        "WebSocket is closed before the connection is established",
    )
    return [] if any(words in text for words in provoked) else [text]


def wait_for(url: str, process: Any, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"flyt web did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture
def sites(flyt: Flyt, owner: Any, chromium: Browser) -> Iterator[Sites]:
    """Other people's pages with our tag; at the end none of them may have complained."""
    yield from sites_of(flyt, owner, chromium)


def sites_of(flyt: Flyt, owner: Any, chromium: Browser) -> Iterator[Sites]:
    from tests.browser.shop import Sites

    contexts: list[BrowserContext] = []

    def new_context(**options: Any) -> BrowserContext:
        contexts.append(chromium.new_context(**{"viewport": DESKTOP, "locale": "en-GB"} | options))
        return contexts[-1]

    sites = Sites(flyt, owner, new_context)
    yield sites
    for context in contexts:
        context.close()
    sites.close()
    assert sites.complaints == []
