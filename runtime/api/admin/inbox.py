"""The inbox: conversations by their last activity, and what moved on since one looked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from runtime.api.access import Access, may
from runtime.api.openapi import problems
from runtime.api.paging import CURSOR, Limit, Page, page
from runtime.api.problem import Problem
from storage import inbox
from storage.tables import ChannelKind, Sender, Status

router = APIRouter(tags=["conversations"])

Reader = Annotated[Access, may("conversation.read")]


def _in_utc(moment: datetime) -> datetime:
    """Raises `ValueError` for one that UTC's calendar does not reach."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside the calendar") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
_MOMENT = TypeAdapter[datetime](Moment)
Cursor = Annotated[str | None, Query(max_length=100, description=CURSOR)]


class InboxLine(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    status: Status
    seq: int
    last_at: datetime = Field(description="Of the last activity; the list is ordered by it.")
    created_at: datetime
    bot_id: UUID
    bot_name: str
    channel_id: UUID
    channel_name: str
    channel_kind: ChannelKind
    contact_id: UUID
    contact_name: str | None
    last: str | None = Field(description="The beginning of the last message.")
    last_seq: int | None = Field(description="Its number; what is not said has one, too.")
    last_kind: str | None = Field(description="Its type, or `deleted`.")
    last_from: Sender | None


class Inbox(Page[InboxLine]):
    mark: datetime = Field(description="The `since` to ask with for what moves on from now on.")


@router.get("/inbox", summary="List conversations, newest activity first", responses=problems(422))
def list_inbox(
    access: Reader,
    status: Status | None = None,
    bot_id: UUID | None = None,
    channel_id: UUID | None = None,
    since: Annotated[
        Moment | None, Query(description="Only what was active after this moment.")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Inbox:
    wanted = inbox.Wanted(status=status, bot_id=bot_id, channel_id=channel_id, since=since)
    before = _place(cursor) if cursor is not None else None
    with access.transaction() as session:
        mark = inbox.mark(session)  # first, so that nothing falls between the two
        found = inbox.listed(session, wanted, before=before, limit=limit + 1)
    shown: dict[str, Any] = page(found, limit, lambda line: f"{line.last_at.isoformat()}_{line.id}")
    return Inbox.model_validate(shown | {"mark": mark})


def _place(cursor: str) -> tuple[datetime, UUID]:
    """Raises `Problem` for what is no cursor of ours."""
    moment, _, id_ = cursor.partition("_")
    try:
        return _MOMENT.validate_strings(moment), UUID(id_)
    except ValueError:  # of which pydantic's is one
        problem = "`cursor` is the `next` of the page before, and nothing else."
        raise Problem(422, problem) from None
