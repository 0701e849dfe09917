"""For whoever watches the process: alive, ready, and figures for Prometheus."""

from __future__ import annotations

import logging
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel
from redis import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from runtime import metrics
from runtime.api.access import ServicesOf
from runtime.api.openapi import problems
from runtime.api.problem import Problem
from runtime.services import Services
from storage.schema import at_head

router = APIRouter(tags=["health"])
log = logging.getLogger("flyt.health")


class Health(BaseModel):
    status: Literal["ok"] = "ok"


@router.get("/healthz", summary="Whether the process answers")
async def get_health() -> Health:
    return Health()


@router.get("/readyz", summary="Whether the process can do its work", responses=problems(503))
async def get_readiness(services: ServicesOf) -> Health:
    failing = {
        "database": await run_in_threadpool(_database_failure, services),
        "redis": await _redis_failure(services),
    }
    reasons = {part: reason for part, reason in failing.items() if reason}
    if reasons:
        raise Problem(503, "Not ready: " + "; ".join(reasons.values()), failing=list(reasons))
    return Health()


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}, "description": "Prometheus' text format."}},
)
def get_metrics(services: ServicesOf) -> Response:
    """What waits is counted for all workspaces, what happened for this process."""
    try:
        with services.database.system() as session:
            for queue, rows in session.execute(text("select * from flyt.waiting()")):
                metrics.queues.labels(queue).set(rows)
    except SQLAlchemyError as error:
        log.warning("what waits could not be counted: %s", error)
        metrics.queues.clear()
    return Response(metrics.exposition(), media_type=metrics.CONTENT_TYPE)


def _database_failure(services: Services) -> str | None:
    try:
        with services.database.system() as session:
            session.execute(text("select 1"))
        if not at_head(services.settings.database_url):
            return "the database has another version's schema (run `flyt migrate`)"
    except SQLAlchemyError:
        return "the database does not answer"
    return None


async def _redis_failure(services: Services) -> str | None:
    try:
        await services.redis.execute_command("PING")
    except (RedisError, OSError):
        return "Redis does not answer"
    return None
