"""What this process has done, for Prometheus. Cheap enough for every chat turn."""

from __future__ import annotations

from functools import lru_cache

from prometheus_client import CollectorRegistry, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from storage.timing import name_of

CONTENT_TYPE = CONTENT_TYPE_LATEST

registry = CollectorRegistry()
ProcessCollector(registry=registry)

_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

requests = Histogram(
    "flyt_http_request_seconds",
    "How long answers took, by part of the address and class of status.",
    ["area", "status"],
    buckets=_BUCKETS,
    registry=registry,
)
turns = Histogram(
    "flyt_turn_seconds",
    "How long turns took from load to commit.",
    buckets=_BUCKETS,
    registry=registry,
)
statements = Histogram(
    "flyt_statement_seconds",
    "How long the database took to answer, by function or by verb and table.",
    ["statement"],
    buckets=_BUCKETS,
    registry=registry,
)
streams = Gauge("flyt_streams", "Open event streams of this process.", registry=registry)
queues = Gauge(
    "flyt_waiting",
    "Rows that wait: inbox (to be stepped), effects (to be performed), timers (due),"
    " deliveries (to be sent).",
    ["queue"],
    registry=registry,
)

_children: dict[tuple[str, int], Histogram] = {}


def answered(path: str, status: int, seconds: float) -> None:
    """Counts one answer; a status of 0 is a client that left before it."""
    if path.endswith("/stream"):
        return  # lasts as long as its reader likes; see `streams`
    key = _area(path), status // 100
    if (child := _children.get(key)) is None:
        child = _children[key] = requests.labels(key[0], f"{key[1]}xx")
    child.observe(seconds)


def stated(statement: str, seconds: float) -> None:
    """Counts one statement of the database."""
    _called(statement).observe(seconds)


@lru_cache(maxsize=2000)  # lists of values make some statements differ
def _called(statement: str) -> Histogram:
    return statements.labels(name_of(statement))


def _area(path: str) -> str:
    if path.startswith("/api/v1/chat/"):
        return "chat"
    return "admin" if path.startswith("/api/") else "other"


def exposition() -> bytes:
    return generate_latest(registry)
