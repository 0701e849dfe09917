"""Log lines to an OpenTelemetry collector, and errors to Sentry, where the settings name them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

import sentry_sdk
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from sentry_sdk.types import Event

from runtime.logs import Line, Sink
from runtime.logs.redaction import Redactor

_SEVERITY = {
    "debug": SeverityNumber.DEBUG,
    "info": SeverityNumber.INFO,
    "warning": SeverityNumber.WARN,
    "error": SeverityNumber.ERROR,
    "critical": SeverityNumber.FATAL,
}


def telemetry(endpoint: str, process: str) -> Sink:
    """A sink that exports lines, already cleaned, by OTLP over HTTP to `endpoint`/v1/logs."""
    provider = LoggerProvider(Resource.create({"service.name": f"flyt-{process}"}))
    exporter = OTLPLogExporter(endpoint=f"{endpoint}/v1/logs")
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    logger = provider.get_logger("flyt")

    def export(lines: list[Line]) -> None:
        for line in lines:
            logger.emit(_record(line))

    return export


def _record(line: Line) -> LogRecord:
    at = datetime.fromisoformat(line["time"])
    named = {key: value for key, value in line.items() if key not in ("time", "level", "message")}
    return LogRecord(
        timestamp=int(at.timestamp() * 1_000_000_000),
        severity_number=_SEVERITY[line["level"]],
        severity_text=line["level"],
        body=line["message"],
        attributes=named,
    )


def report_errors(dsn: str, redactor: Redactor) -> None:
    """Sends errors to Sentry without request bodies, local variables, or personal data."""

    def cleaned(event: Event, _: dict[str, Any]) -> Event:
        return cast("Event", redactor.value(event))

    sentry_sdk.init(
        dsn,
        before_send=cleaned,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
    )
