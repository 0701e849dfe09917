"""Lines reach a collector, errors reach Sentry, events become rows; all of them cleaned."""

from __future__ import annotations

import gzip
import logging
import queue
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import uuid4

import psycopg
import pytest
import sentry_sdk

from runtime import logs
from runtime.logs import Drain
from runtime.logs.redaction import Redactor
from runtime.logs.rows import rows
from runtime.logs.telemetry import report_errors, telemetry


@pytest.fixture
def double():
    """A local service that takes whatever is posted; its address, and what came."""
    came: queue.Queue[tuple[str, bytes]] = queue.Queue()

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            came.put((self.path, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Taker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}", came
    server.shutdown()
    server.server_close()


def test_lines_go_to_the_collector(double):
    address, came = double
    drain = Drain("web", Redactor(["correct-horse"]))
    export = telemetry(f"http://{address}", "web")
    drain.add(export)
    record = logging.LogRecord("flyt", logging.WARNING, "", 0, "was correct-horse", None, None)
    drain.handle(record)
    drain.flush()
    path, body = came.get(timeout=15)
    assert path == "/v1/logs"
    assert b"was [secret]" in body
    assert b"flyt-web" in body


def test_errors_go_to_sentry_without_secrets(double):
    address, came = double
    report_errors(f"http://public@{address}/1", Redactor(["correct-horse"]))
    try:
        try:
            password = "correct-horse"
            raise ValueError(f"{password} of ola@example.org was refused")
        except ValueError as error:
            sentry_sdk.capture_exception(error)
        sentry_sdk.flush(10)
        _, body = came.get(timeout=15)
    finally:
        sentry_sdk.init()  # reports nothing any more
    assert b"[secret] of [e-mail] was refused" in body
    assert b"correct-horse" not in body


def test_events_and_warnings_become_rows_and_ordinary_lines_do_not(postgres):
    drain = Drain("web", Redactor([]))
    drain.add(rows(postgres.app_url))
    workspace = make_workspace(postgres.owner_url)
    logger = logging.getLogger("flyt")
    level = logger.level
    logger.addHandler(drain)
    logger.setLevel(logging.INFO)
    try:
        with logs.about(workspace=workspace, conversation=uuid4()):
            logs.event("model", "answered", tokens=12)
            logger.info("ordinary")
            logger.warning("odd")
            logger.critical("broken")
            drain.handle(
                logging.LogRecord("uvicorn", logging.WARNING, "", 0, "not ours", None, None)
            )
    finally:
        logger.removeHandler(drain)
        logger.setLevel(level)
    drain.flush()
    with psycopg.connect(postgres.owner_url) as connection:
        found = connection.execute(
            "select level, type, message, data from flyt.log where workspace_id = %s order by id",
            [workspace],
        ).fetchall()
    assert found == [
        ("info", "model", "answered", {"tokens": 12}),
        ("warning", "warning", "odd", {}),
        ("error", "error", "broken", {}),
    ]


def make_workspace(owner_url: str):
    workspace = uuid4()
    with psycopg.connect(owner_url) as connection:
        connection.execute("insert into flyt.workspace (id, name) values (%s, 'logs')", [workspace])
    return workspace
