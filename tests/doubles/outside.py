"""An outside service that knows nothing of Flyt: it books, quotes and sends letters.

`python -m tests.doubles.outside --port PORT --state FILE`. A process of its own, on 127.0.0.1.
Every call is a row of the state file before it is answered, so the service may be killed too.

`POST /bookings` and `POST /quotes` honour an `Idempotency-Key`: the same key answers the same.
`POST /letters` does not: each call is a letter sent; the header is only noted for the tests.
`GET /calls` tells everything that was asked. `POST /behaviour {"delay": seconds, "failures": n}`
makes it slow, letters most of all, or makes it refuse the next n calls with 503.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SCHEMA = """
create table if not exists call(
    n integer primary key, path text, key text, body text, answer text, at real);
"""
LETTER_TAKES = 3  # times as long as anything else
KEYED = ("/bookings", "/quotes")


class State:
    """Everything that was ever asked of this service."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._connection.executescript(
            "pragma journal_mode = wal; pragma synchronous = off;" + SCHEMA
        )
        self._lock = threading.Lock()
        self._delay, self._failures = 0.0, 0

    def behave(self, delay: float = 0.0, failures: int = 0) -> None:
        """Be slow by ``delay`` seconds, and refuse the next ``failures`` calls."""
        with self._lock:
            self._delay, self._failures = delay, failures

    def answer(self, path: str, key: str, body: Any) -> dict[str, Any] | None:
        """Notes the call and answers it; None means that it is refused."""
        time.sleep(self._delay * (LETTER_TAKES if path == "/letters" else 1))
        with self._lock:
            if self._failures > 0:
                self._failures -= 1
                return None
            answer = self._known(path, key) or {"reference": f"{path[1].upper()}-{body['number']}"}
            self._connection.execute(
                "insert into call(path, key, body, answer, at) values (?, ?, ?, ?, ?)",
                (path, key, json.dumps(body), json.dumps(answer), time.time()),
            )
            return answer

    def calls(self) -> list[dict[str, Any]]:
        with self._lock:
            rows = self._connection.execute("select path, key, body, at from call order by n")
            return [
                {"path": path, "key": key, "body": json.loads(body), "at": at}
                for path, key, body, at in rows.fetchall()
            ]

    def _known(self, path: str, key: str) -> dict[str, Any] | None:
        if path not in KEYED:
            return None
        found = self._connection.execute(
            "select answer from call where path = ? and key = ? limit 1", (path, key)
        ).fetchone()
        return json.loads(found[0]) if found else None


class Handler(BaseHTTPRequestHandler):
    """Speaks HTTP for the server's one `State`."""

    protocol_version = "HTTP/1.1"
    server: Outside

    def do_GET(self) -> None:  # the base class's name
        self._reply(200, self.server.state.calls())

    def do_POST(self) -> None:  # the base class's name
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/behaviour":
            self.server.state.behave(**body)
            self._reply(200, {})
            return
        key = self.headers.get("Idempotency-Key", "")
        answer = self.server.state.answer(self.path, key, body)
        self._reply(503 if answer is None else 201, answer or {"error": "try again later"})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing: thousands of calls are ordinary here."""

    def _reply(self, status: int, answer: Any) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Outside(ThreadingHTTPServer):
    """The service; one thread a connection."""

    daemon_threads = True

    def __init__(self, port: int, file: Path) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.state = State(file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True)
    options = parser.parse_args()
    Outside(options.port, options.state).serve_forever()


if __name__ == "__main__":
    main()
