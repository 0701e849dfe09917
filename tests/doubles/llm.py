"""Providers of language models that know nothing of Flyt, on 127.0.0.1.

A double answers what its script says next, and something ordinary when the script is at its end.
What a provider would refuse it refuses: an unknown parameter, a message of no known role, the
result of a tool that nobody asked for, a key that is wrong.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

Body = dict[str, Any]


@dataclass(frozen=True)
class Says:
    """An answer: text, calls of tools as (name, arguments), why it ended, and what it took."""

    text: str = ""
    calls: tuple[tuple[str, Any], ...] = ()
    stop: str | None = None
    taken: int = 20
    cached: int = 0
    given: int = 10
    cut_after: int | None = None  # pieces of a stream, after which the connection is lost
    pause: float = 0.0  # seconds before each piece
    usage: bool = True


@dataclass(frozen=True)
class Fails:
    """A refusal, in the provider's own shape; ``raw`` takes its place."""

    status: int
    message: str = "no"
    code: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None


@dataclass(frozen=True)
class Hangs:
    """No answer for so many seconds, and then none."""

    seconds: float


@dataclass(frozen=True)
class Asked:
    path: str
    headers: dict[str, str]  # names in small letters
    body: Any
    at: float


class Refused(Exception):
    """The request is wrong in the provider's eyes."""

    def __init__(self, message: str, status: int = 400, **more: Any) -> None:
        super().__init__(message)
        self.status, self.more = status, more


class Double(ThreadingHTTPServer):
    """One provider; `base_url` is what its SDK is given."""

    daemon_threads = True
    path: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[Asked] = []
        self._script: deque[Any] = deque()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}{self.path}"

    def script(self, *answers: Any) -> None:
        """What to answer next, in this order."""
        self._script.extend(answers)

    def next(self) -> Any:
        with self._lock:
            return self._script.popleft() if self._script else Says("Hello there.")

    def talks(self) -> list[Body]:
        """Bodies of the calls that asked a model."""
        return [asked.body for asked in self.asked if asked.body is not None]

    def __enter__(self) -> Double:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is ordinary here."""

    def sleep(self, seconds: float) -> None:
        self._stop.wait(seconds)

    def routes(self) -> Mapping[tuple[str, str], Callable[[Asked], Any]]:
        """By method and path; each answers a `Reply`."""
        raise NotImplementedError

    def refusal(self, status: int, message: str, more: Mapping[str, Any]) -> Body:
        raise NotImplementedError


@dataclass(frozen=True)
class Reply:
    """``body`` is JSON, or the events of a stream as bytes."""

    body: Any
    pause: float = 0.0
    cut_after: int | None = None


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Double

    def do_GET(self) -> None:
        self._take("GET", None)

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        form = "urlencoded" in self.headers.get("content-type", "")
        try:
            self._take("POST", raw.decode() if form else json.loads(raw))
        except ValueError:
            self._refuse(Refused("the body is no JSON"))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""

    def _take(self, method: str, body: Any) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        path = self.path.partition("?")[0]
        asked = Asked(path, headers, body, time.monotonic())
        self.server.asked.append(asked)
        route = self.server.routes().get((method, path.removeprefix(self.server.path)))
        try:
            if route is None:
                raise Refused(f"no such address: {method} {path}", 404)
            reply = route(asked)
        except Refused as refused:
            self._refuse(refused)
            return
        if isinstance(reply, Fails):
            self._fail(reply)
        elif isinstance(reply, Hangs):
            self.server.sleep(reply.seconds)
            self.close_connection = True
        elif isinstance(reply.body, (dict, list)):
            self.server.sleep(reply.pause)
            self._send(200, json.dumps(reply.body).encode())
        else:
            self._stream(reply)

    def _fail(self, fails: Fails) -> None:
        raw = fails.raw
        if raw is None:
            more = {"code": fails.code} if fails.code else {}
            raw = json.dumps(self.server.refusal(fails.status, fails.message, more)).encode()
        self._send(fails.status, raw, fails.headers)

    def _refuse(self, refused: Refused) -> None:
        body = self.server.refusal(refused.status, str(refused), refused.more)
        self._send(refused.status, json.dumps(body).encode())

    def _send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, reply: Reply) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for number, event in enumerate(reply.body):
            if number == reply.cut_after:
                self.close_connection = True
                return
            self.server.sleep(reply.pause)
            self.wfile.write(b"%x\r\n%b\r\n" % (len(event), event))
        self.wfile.write(b"0\r\n\r\n")


def words(text: str) -> list[str]:
    """As a model sends them: a few letters at a time."""
    return [text[at : at + 5] for at in range(0, len(text), 5)]


def keys(value: Any, allowed: Iterable[str], required: Iterable[str], where: str) -> None:
    """Raises `Refused` for what is no object, has another key, or lacks one."""
    if not isinstance(value, dict):
        raise Refused(f"{where} must be an object")
    if more := sorted(value.keys() - set(allowed)):
        raise Refused(f"Unrecognized request argument supplied: {more[0]}", param=more[0])
    if lacking := sorted(set(required) - value.keys()):
        raise Refused(f"Missing required parameter: '{lacking[0]}'", param=lacking[0])


def number(body: Body, name: str, low: float, high: float) -> None:
    value = body.get(name)
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise Refused(f"Invalid value for '{name}'", param=name)


def events(items: Iterable[tuple[str | None, Any]]) -> Iterator[bytes]:
    """Server-sent events; an item without a name has none."""
    for name, data in items:
        text = data if isinstance(data, str) else json.dumps(data)
        head = f"event: {name}\n" if name else ""
        yield f"{head}data: {text}\n\n".encode()
