"""Nobody reaches a handler or a page without a session, whatever they send."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
import simple_websocket
from reflex.state import BaseState, State

import builder.app  # noqa: F401 (its import makes every state known)
from builder.gate import same_origin
from builder.session import GUARD
from tests.browser.conftest import Builder, Flyt, document

# Reflex's own handlers. They set no variable of ours: `setvar` needs a setter, and
# `update_vars_internal` a variable kept by the browser, of which there are none; `on_load_internal`
# calls the guarded `load` of the page; the others say that a page is ready, or log what a browser
# reports.
FRAMEWORK = {
    "setvar",
    "hydrate",
    "hydrate_and_load",
    "set_is_hydrated",
    "on_load_internal",
    "update_vars_internal",
    "handle_frontend_exception",
}

TO_SIGN_IN = '"/sign-in"'


def states(root: type[BaseState] = State) -> list[type[BaseState]]:
    return [root, *(deeper for child in root.get_substates() for deeper in states(child))]


def ours() -> dict[str, Any]:
    """Every event handler that a socket can name, apart from Reflex's own."""
    return {
        f"{state.get_full_name()}.{name}": handler
        for state in states()
        for name, handler in state.event_handlers.items()
        if name not in FRAMEWORK
    }


def test_every_event_handler_asks_who_calls() -> None:
    assert len(ours()) > 30
    assert [name for name, handler in ours().items() if not hasattr(handler.fn, GUARD)] == []


def test_no_variable_can_be_set_from_outside() -> None:
    setters = {name for state in states() for name in dir(state) if name.startswith("set_")}
    assert setters == {"set_is_hydrated"}
    kept = [
        name for state in states() for name in state.base_vars if state._is_client_storage(name)
    ]
    assert kept == []


def test_raw_calls_over_a_socket_are_refused(builder: Builder, flyt: Flyt) -> None:
    builder.add_bot(document(name="Not for strangers"))
    before = _bots(builder)
    socket = _Socket(flyt)
    for name in ours():
        socket.call(name)
    answers = socket.answers(TO_SIGN_IN, len(ours()))
    socket.close()
    assert answers.count(TO_SIGN_IN) == len(ours())
    assert "Not for strangers" not in answers
    assert "ada@example.org" not in answers
    assert _bots(builder) == before


def test_a_forged_person_is_refused(flyt: Flyt, builder: Builder) -> None:
    builder.add_bot(document(name="Not for forgers"))
    cookies = {each["name"]: each["value"] for each in builder.page.context.cookies()}
    forged = _Socket(flyt, cookie="flyt_session=" + "x" * 43)
    forged.call(_named("bots_state.load"), person={"role": "owner", "id": "x"})
    assert "Not for forgers" not in forged.answers(TO_SIGN_IN)
    forged.close()
    known = _Socket(flyt, cookie=f"flyt_session={cookies['flyt_session']}")
    known.call(_named("bots_state.load"))
    assert "Not for forgers" in known.answers("Not for forgers")
    known.close()


def test_no_token_and_no_sent_value_is_logged(flyt: Flyt, builder: Builder) -> None:
    builder.visit()
    socket = _Socket(flyt)
    socket.call(_named("bots_state.load"), person="a value that was sent")
    socket.answers(TO_SIGN_IN)
    socket.close()
    lines = "".join(file.read_text() for file in (flyt.log, *flyt.log.parent.glob("logs/*.log")))
    assert "made-up" not in lines
    assert "token=" not in lines
    assert "a value that was sent" not in lines


def test_a_socket_from_another_origin_is_refused(flyt: Flyt, owner: Any) -> None:
    with pytest.raises(simple_websocket.ConnectionError):
        _Socket(flyt, origin="https://evil.example")


@pytest.mark.parametrize("path", ["/", "/inbox", "/settings", "/bots/x", "/setup"])
def test_pages_ask_for_a_sign_in(flyt: Flyt, owner: Any, path: str) -> None:
    answer = httpx.get(flyt.url + path, headers={"accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


def test_public_paths_belong_to_the_api(flyt: Flyt) -> None:
    for path in ("/healthz", "/openapi.json"):
        assert httpx.get(flyt.url + path).status_code == 200
    assert "problem+json" in httpx.get(f"{flyt.url}/api/none").headers["content-type"]
    assert "text/html" in httpx.get(f"{flyt.url}/apiary").headers["content-type"]


def test_a_page_names_what_a_browser_may_do(flyt: Flyt, owner: Any) -> None:
    headers = httpx.get(f"{flyt.url}/sign-in", headers={"accept": "text/html"}).headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy["script-src"]
    assert headers["cache-control"] == "no-cache"
    assert headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in headers


def test_hashed_files_are_kept_for_good(flyt: Flyt, owner: Any) -> None:
    page = httpx.get(f"{flyt.url}/sign-in", headers={"accept": "text/html"}).text
    script = page.split('rel="modulepreload" href="')[1].split('"')[0]
    for path in (script, page.split('href="/assets/__reflex_global_styles')[1].split('"')[0]):
        address = path if path.startswith("/") else f"/assets/__reflex_global_styles{path}"
        answer = httpx.get(flyt.url + address)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({b"origin": b"http://flyt.example", b"host": b"flyt.example"}, True),
        ({b"origin": b"https://flyt.example", b"host": b"flyt.example:80"}, False),
        ({b"origin": b"http://evil.example", b"host": b"flyt.example"}, False),
        ({b"origin": b"null", b"host": b"flyt.example"}, False),
        (
            {
                b"origin": b"https://flyt.example",
                b"host": b"inside:8000",
                b"x-forwarded-host": b"flyt.example",
            },
            True,
        ),
    ],
)
def test_origin(headers: dict[bytes, bytes], allowed: bool) -> None:
    assert same_origin(headers) is allowed


class _Socket:
    """Reflex's socket spoken by hand: Engine.IO 4, Socket.IO 5, one namespace."""

    def __init__(self, flyt: Flyt, *, cookie: str = "", origin: str = "") -> None:
        headers = {"Cookie": cookie} if cookie else {}
        address = flyt.url.replace("http", "ws", 1)
        self._socket = simple_websocket.Client(
            f"{address}/_event/?token=made-up{id(self)}&EIO=4&transport=websocket",
            headers={**headers, "Origin": origin or "http://localhost"},  # its Host has no port
        )
        self._receive()
        self._socket.send("40/_event,")
        self._receive()

    def call(self, name: str, **payload: Any) -> None:
        event = {"name": name, "payload": payload, "router_data": {"pathname": "/", "query": {}}}
        self._socket.send(f"42/_event,{json.dumps(['event', event])}")

    def answers(self, until: str, times: int = 1) -> str:
        """All that came until a text was in it so many times, or nothing came for a while."""
        found = ""
        while found.count(until) < times and (message := self._receive(timeout=5)):
            found += message
        return found

    def close(self) -> None:
        self._socket.close()

    def _receive(self, timeout: float = 10) -> str:
        while (message := self._socket.receive(timeout=timeout)) == "2":
            self._socket.send("3")
        return message or ""


def _named(ending: str) -> str:
    return next(name for name in ours() if name.endswith(ending))


def _bots(builder: Builder) -> Any:
    cookies = {each["name"]: each["value"] for each in builder.page.context.cookies()}
    return httpx.get(f"{builder.url}/api/v1/bots", cookies=cookies).json()
