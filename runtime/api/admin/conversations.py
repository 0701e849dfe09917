"""What was said, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from runtime.api.access import Access, ServicesOf, may
from runtime.api.files import link_to
from runtime.api.openapi import problems
from runtime.api.paging import AfterId, Limit, Page, page
from storage import conversation_about, conversations, ratings
from storage.tables import ChannelKind, Message, MessageKind, MessageRating, Sender, Status

router = APIRouter(tags=["conversations"])

Reader = Annotated[Access, may("conversation.read")]
Seq = Annotated[
    int | None, Query(alias="cursor", ge=0, le=2**31 - 1, description="The `next` before.")
]


class OwnerView(BaseModel):
    id: str = Field(description="`user:…` or `key:…`.")
    name: str = Field(description="As the visitor sees it; may be empty.")


class ConversationView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    bot_id: UUID
    channel_id: UUID
    contact_id: UUID
    contact_name: str | None
    contact_email: str | None
    status: Status
    since: datetime = Field(description="Of the status.")
    turn: int
    seq: int
    last_at: datetime
    created_at: datetime
    last: dict[str, Any] | None = Field(description="The last message.")
    owner: OwnerView | None = Field(
        description="Who answers while the status is `human`; null until somebody does."
    )
    confidential: bool = Field(description="Only models marked local may read it.")


class MessageView(BaseModel):
    seq: int
    kind: MessageKind
    sender: Sender
    turn: int | None
    at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    body: dict[str, Any] = Field(description="Empty once deleted.")
    rating: Literal["good", "bad"] | None = Field(None, description="Of a bot's, by a colleague.")
    rated_by: str | None = Field(None, description="What that colleague is called.")
    reviewed: UUID | None = Field(None, description="The right answer, where one was given.")


class TraceView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    turn: int
    at: datetime
    visits: list[Any] = Field(description="Each node that ran: its outcome, port and changes.")


class PersonView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str | None
    email: str | None
    phone: str | None
    locale: str | None
    timezone: str | None
    attributes: dict[str, Any]


class StepView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    flow: str
    node: str
    label: str = Field(description="The kind of step.")
    title: str = Field(description="Its own, or the beginning of what it says; may be empty.")
    in_draft: bool = Field(description="Whether the editor can still show it.")


class AboutView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    contact: PersonView
    bot_id: UUID
    bot_name: str
    bot_deleted: bool
    channel_name: str
    channel_kind: ChannelKind
    version: int
    locale: str | None
    timezone: str | None
    attributes: dict[str, Any] = Field(description="What the channel told at the opening.")
    variables: dict[str, Any]
    steps: list[StepView]


@router.get("/conversations", summary="List conversations, newest first")
def list_conversations(
    access: Reader,
    status: Status | None = None,
    channel_id: UUID | None = None,
    bot_id: UUID | None = None,
    contact_id: UUID | None = None,
    limit: Limit = 50,
    cursor: AfterId = None,
) -> Page[ConversationView]:
    with access.transaction() as session:
        found = conversations.listed(
            session,
            status=status,
            channel_id=channel_id,
            bot_id=bot_id,
            contact_id=contact_id,
            before=cursor,
            limit=limit + 1,
        )
    shown = page(found, limit, lambda conversation: conversation.id)
    return Page[ConversationView].model_validate(shown)


@router.get("/conversations/{conversation_id}", summary="One conversation", responses=problems(404))
def get_conversation(access: Reader, conversation_id: UUID) -> ConversationView:
    with access.transaction() as session:
        return ConversationView.model_validate(conversations.get(session, conversation_id))


@router.get(
    "/conversations/{conversation_id}/messages",
    summary="The transcript, oldest first",
    responses=problems(404),
)
def list_messages(
    access: Reader, conversation_id: UUID, limit: Limit = 50, cursor: Seq = None
) -> Page[MessageView]:
    with access.transaction() as session:
        conversations.get(session, conversation_id)
        found = conversations.transcript(
            session, conversation_id, after=cursor or 0, limit=limit + 1
        )
        return _shown(session, conversation_id, found, limit)


@router.get(
    "/conversations/{conversation_id}/messages/latest",
    summary="The end of the transcript, newest first",
    responses=problems(404),
)
def list_latest_messages(
    access: Reader, conversation_id: UUID, limit: Limit = 50, cursor: Seq = None
) -> Page[MessageView]:
    with access.transaction() as session:
        conversations.get(session, conversation_id)
        found = conversations.latest(session, conversation_id, before=cursor, limit=limit + 1)
        return _shown(session, conversation_id, found, limit)


@router.get(
    "/conversations/{conversation_id}/about",
    summary="Who writes, from where, and the steps of the version it runs on",
    responses=problems(404),
)
def get_about(access: Reader, conversation_id: UUID) -> AboutView:
    with access.transaction() as session:
        return AboutView.model_validate(conversation_about.about(session, conversation_id))


@router.get(
    "/conversations/{conversation_id}/stream",
    summary="Follow a conversation as server-sent events",
    response_class=Response,
    responses={
        200: {
            "description": "As the visitor's own stream; lasts until either side closes it.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        **problems(404),
    },
)
def follow_conversation(
    access: Reader,
    services: ServicesOf,
    conversation_id: UUID,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    last_event_id: Annotated[int | None, Header(ge=0, le=2**31 - 1)] = None,
) -> Response:
    """First what was missed since `after` or `Last-Event-ID`, then what happens."""
    with access.transaction() as session:
        conversations.get(session, conversation_id)
    since = last_event_id or after
    return services.streams.open(access.workspace_id, conversation_id, since, staff=True)


@router.get(
    "/conversations/{conversation_id}/files/{file_id}",
    summary="Go to the download of a file of this conversation",
    status_code=307,
    response_class=RedirectResponse,
    responses=problems(404),
)
def get_file(
    access: Reader, services: ServicesOf, conversation_id: UUID, file_id: UUID
) -> RedirectResponse:
    _, url = link_to(services, access.workspace_id, conversation_id, file_id)
    return RedirectResponse(url)


@router.get(
    "/conversations/{conversation_id}/trace",
    summary="What the interpreter did, turn by turn",
    responses=problems(404),
)
def list_traces(
    access: Reader, conversation_id: UUID, limit: Limit = 50, cursor: Seq = None
) -> Page[TraceView]:
    with access.transaction() as session:
        conversations.get(session, conversation_id)
        found = conversations.traces(session, conversation_id, after=cursor or 0, limit=limit + 1)
    return Page[TraceView].model_validate(page(found, limit, lambda trace: trace.turn))


def _shown(
    session: Session, conversation_id: UUID, found: Sequence[Message], limit: int
) -> Page[MessageView]:
    shown = page(found, limit, lambda message: message.seq)
    bots = [message.seq for message in shown["items"] if message.sender == "bot"]
    rated = ratings.of(session, conversation_id, bots)
    items = [_message(message, rated.get(message.seq)) for message in shown["items"]]
    return Page(items=items, next=shown["next"])


def _message(message: Message, rated: MessageRating | None) -> MessageView:
    more: dict[str, Any] = {"body": {} if message.deleted_at else message.body}
    if rated is not None:
        more |= {"rating": rated.rating, "reviewed": rated.reviewed_id}
        more["rated_by"] = rated.name or None
    return MessageView.model_validate(message.model_dump() | more)
