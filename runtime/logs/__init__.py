"""Logs as JSON lines that carry request, conversation and workspace; events also become rows.

A call to a logger only queues its record. One thread of each process takes the queue about every
second and gives the lines, cleaned of secrets, to the files, the database and OpenTelemetry.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from time import time
from types import TracebackType
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from runtime.logs.files import LogFile
from runtime.logs.redaction import Redactor
from runtime.settings import Settings

Line = dict[str, Any]
Sink = Callable[[list[Line]], None]

request_id: ContextVar[str] = ContextVar("request_id", default="")
conversation_id: ContextVar[str] = ContextVar("conversation_id", default="")
workspace_id: ContextVar[str] = ContextVar("workspace_id", default="")

_MOST_WAITING = 10_000  # records; the oldest go first when nobody can write
_PAUSE = 1.0  # seconds
_events = logging.getLogger("flyt.event")
_drains: list[Drain] = []  # at most one: what `configure` has set up in this process


@contextmanager
def about(*, conversation: object = None, workspace: object = None) -> Iterator[None]:
    """Lines logged inside carry these ids."""
    held = [
        (variable, variable.set(str(value)))
        for variable, value in ((conversation_id, conversation), (workspace_id, workspace))
        if value is not None
    ]
    try:
        yield
    finally:
        for variable, token in held:
            variable.reset(token)


def event(kind: str, message: str, **data: object) -> None:
    """Logs something that happened, as a line and as a row that `GET /api/v1/logs` shows.

    `kind` is its type ("request", "model", "error" …); never put what a visitor said in it.
    """
    level = logging.ERROR if kind == "error" else logging.INFO
    _events.log(level, message, extra={"kind": kind, "data": data})


class _Turn(NamedTuple):
    """What `turn` was told; made into a line when it is written."""

    created: float
    kind: str
    message: str
    ids: dict[str, str]


def turn(message: str, *, conversation: UUID, workspace: UUID, kind: str = "message") -> None:
    """An `event` of a chat. It happens a thousand times a second, so no logger is asked.

    Every message that comes in is told of so, by its number and never by its words.
    """
    if _drains:
        ids = {
            "request": request_id.get(),
            "conversation": str(conversation),
            "workspace": str(workspace),
        }
        _drains[-1].tell(_Turn(time(), kind, message, ids))


class Drain(logging.Handler):
    """The queue between the loggers and the sinks. A failing sink never disturbs the program."""

    def __init__(self, process: str, redactor: Redactor) -> None:
        super().__init__()
        self._process = process
        self._redactor = redactor
        self._sinks: list[Sink] = []
        self._waiting: deque[logging.LogRecord | _Turn] = deque(maxlen=_MOST_WAITING)
        self._wake = threading.Event()
        self._flushing = threading.Lock()
        self._start()
        os.register_at_fork(after_in_child=self._after_fork)

    def add(self, sink: Sink) -> None:
        self._sinks.append(sink)

    def emit(self, record: logging.LogRecord) -> None:
        record.ids = {
            "request": request_id.get(),
            "conversation": conversation_id.get(),
            "workspace": workspace_id.get(),
        }
        self._waiting.append(record)
        if record.levelno >= logging.ERROR:
            self._wake.set()

    def tell(self, told: _Turn) -> None:
        self._waiting.append(told)

    def flush(self) -> None:
        """Writes what waits, now, on the caller's thread."""
        with self._flushing:
            lines = [self._line(record) for record in self._taken()]
            for sink in self._sinks if lines else ():
                try:
                    sink(lines)
                except Exception as error:  # logging it would come back here
                    sys.stderr.write(f"log lines could not be written: {error!r}\n")

    def _start(self) -> None:
        threading.Thread(target=self._keep_flushing, name="logs", daemon=True).start()

    def _after_fork(self) -> None:
        self._waiting.clear()  # the parent writes those
        self._flushing = threading.Lock()
        self._wake = threading.Event()
        self._start()

    def _keep_flushing(self) -> None:
        while True:
            self._wake.wait(_PAUSE)
            self._wake.clear()
            self.flush()

    def _taken(self) -> Iterator[logging.LogRecord | _Turn]:
        while self._waiting:
            yield self._waiting.popleft()

    def _line(self, record: logging.LogRecord | _Turn) -> Line:
        told = isinstance(record, _Turn)
        line: Line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": "info" if told else record.levelname.lower(),
            "type": record.kind if told else _kind(record),
            "process": self._process,
            "logger": "flyt.turns" if told else record.name,
            "message": record.message if told else self._redactor.text(record.getMessage()),
        }
        ids = record.ids if told else record.__dict__["ids"]
        line |= {name: value for name, value in ids.items() if value}
        if told:
            return line
        if data := getattr(record, "data", None):
            line["data"] = self._redactor.value(data)
        if record.exc_info:
            line["error"] = self._redactor.text(
                "".join(traceback.format_exception(record.exc_info[1]))
            )
        return line


def configure(settings: Settings, process: str) -> Drain:
    """Sends this process's logs where the settings say; `process` is web, worker or clock."""
    from runtime.logs.rows import rows  # noqa: PLC0415  # it needs the words of this module

    redactor = Redactor(settings.secrets())
    drain = Drain(process, redactor)
    _drains[:] = [drain]
    drain.add(_files(settings))
    drain.add(rows(settings.database_url))
    if not settings.supervised:
        drain.add(_standard_output)
    if settings.otlp_endpoint:
        from runtime.logs.telemetry import telemetry  # noqa: PLC0415  # slow to import, seldom used

        drain.add(telemetry(settings.otlp_endpoint, process))
    if settings.sentry_dsn:
        from runtime.logs.telemetry import report_errors  # noqa: PLC0415

        report_errors(settings.sentry_dsn, redactor)
    logging.basicConfig(level=logging.INFO, handlers=_handlers(drain, settings), force=True)
    for chatty in (
        "httpx",
        "httpx2",
        "httpcore",
        "rq.worker",
        "alembic",
        "botocore",
        "uvicorn.access",
    ):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    sys.excepthook = _last_words
    atexit.register(drain.flush)
    return drain


def _last_words(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """What ends a process is in its log too, not only on the terminal."""
    logging.getLogger("flyt").critical("ended by an error", exc_info=(kind, error, trace))


def _files(settings: Settings) -> Sink:
    everything = LogFile(settings.log_dir / "app.log")
    errors = LogFile(settings.log_dir / "error.log")

    def write(lines: list[Line]) -> None:
        everything.write(_bytes(lines))
        if failed := [line for line in lines if line["level"] in ("error", "critical")]:
            errors.write(_bytes(failed))

    return write


def _handlers(drain: Drain, settings: Settings) -> list[logging.Handler]:
    """Below `flyt run` a person reads the terminal: warnings there, the rest in the files."""
    if not settings.supervised:
        return [drain]
    terminal = logging.StreamHandler()
    terminal.setLevel(logging.WARNING)
    terminal.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    return [drain, terminal]


def _standard_output(lines: list[Line]) -> None:
    """A container's log is what its process writes there."""
    sys.stdout.write(_bytes(lines).decode())
    sys.stdout.flush()


def _kind(record: logging.LogRecord) -> str:
    if record.levelno >= logging.ERROR:
        usual = "error"
    else:
        usual = "warning" if record.levelno >= logging.WARNING else "log"
    return getattr(record, "kind", usual)


def _bytes(lines: list[Line]) -> bytes:
    return b"".join(
        orjson.dumps(line, default=str, option=orjson.OPT_APPEND_NEWLINE) for line in lines
    )
