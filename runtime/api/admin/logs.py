"""What happened, as rows."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict

from runtime.api.access import Access, may
from runtime.api.paging import AfterNumber, Limit, Page, page
from storage import logs
from storage.tables import LogLevel

router = APIRouter(tags=["logs"])

Reader = Annotated[Access, may("log.read")]


class LogView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    level: LogLevel
    type: str
    message: str
    at: datetime
    request_id: str | None
    conversation_id: UUID | None
    data: dict[str, Any]


@router.get("/logs", summary="List log rows, newest first")
def list_logs(
    access: Reader,
    type: Annotated[  # noqa: A002  # the parameter's public name
        str | None, Query(max_length=64, examples=["request", "warning", "error"])
    ] = None,
    level: LogLevel | None = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    limit: Limit = 50,
    cursor: AfterNumber = None,
) -> Page[LogView]:
    with access.transaction() as session:
        found = logs.listed(
            session,
            type=type,
            level=level,
            since=since,
            until=until,
            before=cursor,
            limit=limit + 1,
        )
    return Page[LogView].model_validate(page(found, limit, lambda row: row.id))
