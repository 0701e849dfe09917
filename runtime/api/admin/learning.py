"""What people teach a bot: ratings of its messages, right answers, and what it could not answer."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, BackgroundTasks, Path, Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from connectors.ai import guards
from runtime.api.access import Access, ServicesOf, may
from runtime.api.admin.knowledge_bodies import Answer, Collection, Question, collection_named
from runtime.api.admin.knowledge_views import NamedView
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.api.paging import AfterId, Limit, Page, page
from runtime.cache.shelf import NotEmptied
from runtime.services import Services
from storage import audit, ratings, unanswered
from storage.knowledge import collections, reviewed
from storage.ratings import Rated
from storage.tables import MessageRating, Rating

log = logging.getLogger("flyt.learning")

router = APIRouter(tags=["learning"], route_class=StrictRoute)

Reader = Annotated[Access, may("conversation.read")]
Agent = Annotated[Access, may("conversation.answer")]
Learner = Annotated[Access, may("bot.read")]
Editor = Annotated[Access, may("knowledge.edit")]
Seq = Annotated[int, Path(ge=1, le=2**31 - 1)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=ratings.MAX_NOTE)]


class RatingBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rating: Rating | None = Field(description="Null takes it back.")
    note: Note = Field("", description="For colleagues.")


class CorrectionBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: Question
    answer: Answer = Field(description="Markdown.")
    collection: Collection | None = Field(
        None,
        description="Its name; left out: where the answer is already, else General, which is made"
        " where it is missing.",
    )


class ReviewedChange(BaseModel):
    """Only the fields sent are changed."""

    model_config = ConfigDict(extra="forbid")

    question: Question | None = None
    answer: Answer | None = Field(None, description="Markdown.")


class RatingView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    rating: Rating | None
    note: str
    author: str = Field(description="`user:…` or `key:…`.")
    name: str = Field(description="Of the author; may be empty.")
    at: datetime
    reviewed_id: UUID | None = Field(description="The right answer, if somebody has given it.")


class AskedView(BaseModel):
    """What a message of a bot answered, to be put right."""

    question: str = Field(description="In the visitor's words; may be empty.")
    answer: str = Field(description="What the bot said; the right answer, where there is one.")
    collection: str | None = Field(description="Where the right answer belongs, by name.")
    reviewed_id: UUID | None


class ReviewedView(BaseModel):
    id: UUID
    question: str
    answer: str = Field(description="Markdown.")
    collection: NamedView
    version: int = Field(description="Counts its changes.")
    author: str = Field(description="Of the newest version: `user:…` or `key:…`.")
    name: str = Field(description="What the author is called; may be empty.")
    created_at: datetime
    updated_at: datetime
    conversation_id: UUID | None = Field(description="Of the message that was put right.")
    seq: int | None = Field(description="Of that message.")

    @classmethod
    def of(cls, one: reviewed.Reviewed) -> ReviewedView:
        return cls(
            id=one.id, question=one.question, answer=one.answer,
            collection=NamedView(id=one.collection_id, name=one.collection), version=one.version,
            author=one.author, name=one.name, created_at=one.created_at,
            updated_at=one.updated_at, conversation_id=one.conversation_id, seq=one.seq,
        )  # fmt: skip


class UnansweredView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    question: str = Field(description="As it was asked last.")
    count: int = Field(description="How often it came, in near-equal words.")
    verdict: str = Field(description="`nothing_found` or `unsure`, the last time.")
    last_at: datetime
    collections: list[str] = Field(description="Where the step looked; none: everywhere.")
    conversation_id: UUID
    seq: int = Field(description="Of what the bot said to it, which can be put right.")


class UnansweredList(BaseModel):
    items: list[UnansweredView]
    days: int = Field(description="That were looked through.")


# In a conversation ------------------------------------------------------------


@router.put(
    "/conversations/{conversation_id}/messages/{seq}/rating",
    summary="Say whether a bot's message was good",
    responses=problems(404),
)
def rate_message(
    access: Agent,
    services: ServicesOf,
    background: BackgroundTasks,
    conversation_id: UUID,
    seq: Seq,
    body: RatingBody,
) -> RatingView:
    """Who rates last is believed. After a bad one no answer is told again out of the cache."""
    background.add_task(_judged, access, services, conversation_id, seq)
    if body.rating == "bad":
        background.add_task(_told_no_more, services, access.workspace_id)
    with access.transaction() as session:
        ratings.rate(
            session,
            conversation_id,
            seq,
            body.rating,
            note=body.note,
            actor=access.actor,
            name=access.name,
        )
        return RatingView.model_validate(ratings.of(session, conversation_id, [seq])[seq])


async def _told_no_more(services: ServicesOf, workspace: UUID) -> None:
    try:
        await services.cache.shelf.empty(workspace)
    except NotEmptied:
        log.warning("an answer rated as bad may be told again until the day is over")


@router.get(
    "/conversations/{conversation_id}/messages/{seq}/correction",
    summary="What a bot's message answered",
    responses=problems(404),
)
def get_correction(access: Reader, conversation_id: UUID, seq: Seq) -> AskedView:
    with access.transaction() as session:
        asked = ratings.of_message(session, conversation_id, seq)
        known = _known(session, conversation_id, seq)
    if known is not None:
        return AskedView(
            question=known.question, answer=known.answer, collection=known.collection,
            reviewed_id=known.id,
        )  # fmt: skip
    return AskedView(
        question=asked.question,
        answer=asked.answer,
        collection=next(iter(asked.collections), None),
        reviewed_id=None,
    )


@router.put(
    "/conversations/{conversation_id}/messages/{seq}/correction",
    summary="Give the right answer to what a bot's message answered",
    responses=problems(404),
)
def correct_message(
    access: Editor,
    services: ServicesOf,
    background: BackgroundTasks,
    conversation_id: UUID,
    seq: Seq,
    body: CorrectionBody,
) -> ReviewedView:
    """It is what bots say to this question from now on. Who writes last is believed."""
    background.add_task(_judged, access, services, conversation_id, seq)
    with access.transaction() as session:
        ratings.of_message(session, conversation_id, seq, to_change=True)
        known = _known(session, conversation_id, seq)
        if known is not None and body.collection in (None, known.collection):
            id_ = known.id
            reviewed.change(
                session, id_, body.question, body.answer, actor=access.actor, name=access.name
            )
        else:
            if known is not None:  # it moves to another collection
                reviewed.delete(session, known.id, actor=access.actor)
            collection = collection_named(session, access, services, body.collection)
            id_ = reviewed.create(
                session,
                collection,
                body.question,
                body.answer,
                actor=access.actor,
                name=access.name,
            )
        ratings.correct(session, conversation_id, seq, id_, actor=access.actor, name=access.name)
        made = reviewed.get(session, id_)
    _embed(background, access, services, made)
    return ReviewedView.of(made)


# Beside the other knowledge ---------------------------------------------------


@router.get("/knowledge/reviewed", summary="List reviewed answers, newest first")
def list_reviewed(
    access: Learner,
    collection: Annotated[
        str | None,
        Query(max_length=collections.MAX_NAME, description="Of this one only: its id or name."),
    ] = None,
    limit: Limit = 50,
    cursor: AfterId = None,
) -> Page[ReviewedView]:
    with access.transaction() as session:
        chosen = None if collection is None else collections.id_of(session, collection)
        found: list[reviewed.Reviewed] = []
        if collection is None or chosen is not None:
            found += reviewed.listed(session, collection_id=chosen, before=cursor, limit=limit + 1)
    shown = page([ReviewedView.of(one) for one in found], limit, lambda one: one.id)
    return Page[ReviewedView].model_validate(shown)


@router.patch(
    "/knowledge/reviewed/{reviewed_id}",
    summary="Change a reviewed answer",
    responses=problems(404),
)
def change_reviewed(
    access: Editor,
    services: ServicesOf,
    background: BackgroundTasks,
    reviewed_id: UUID,
    body: ReviewedChange,
) -> ReviewedView:
    """What it said before is kept as a version of its document, which has the same id."""
    with access.transaction() as session:
        was = reviewed.get(session, reviewed_id)
        reviewed.change(
            session,
            reviewed_id,
            body.question if body.question is not None else was.question,
            body.answer if body.answer is not None else was.answer,
            actor=access.actor,
            name=access.name,
        )
        made = reviewed.get(session, reviewed_id)
    _embed(background, access, services, made)
    return ReviewedView.of(made)


@router.delete(
    "/knowledge/reviewed/{reviewed_id}",
    status_code=204,
    summary="Delete a reviewed answer",
    responses=problems(404),
)
def delete_reviewed(
    access: Editor, services: ServicesOf, background: BackgroundTasks, reviewed_id: UUID
) -> None:
    """It is not found any more."""
    with access.transaction() as session:
        was = reviewed.get(session, reviewed_id)
        reviewed.delete(session, reviewed_id, actor=access.actor)
    if was.conversation_id is not None and was.seq is not None:
        background.add_task(_judged, access, services, was.conversation_id, was.seq)


@router.get("/knowledge/unanswered", summary="List what bots could not answer lately")
def list_unanswered(access: Reader) -> UnansweredList:
    """Questions in near-equal words are one; those answered since by a person are left out."""
    with access.transaction() as session:
        found = unanswered.listed(session)
    items = [UnansweredView.model_validate(one) for one in found]
    return UnansweredList(items=items, days=unanswered.DAYS)


@router.get(
    "/knowledge/ratings.jsonl",
    summary="Rated and corrected answers, for training a model",
    response_class=Response,
    responses={
        200: {
            "description": "A line of JSON for each message: `messages` as models are trained on"
            " them, `rating`, `note`, and `rejected`, what the bot had said before it was put"
            " right."
            " Numbers of cards, accounts, persons and phones and e-mail addresses are masked.",
            "content": {"application/jsonl": {"schema": {"type": "string"}}},
        }
    },
)
def export_ratings(access: Editor) -> StreamingResponse:
    with access.transaction() as session:
        audit.record(session, access.actor, "ratings.exported")
    name = {"content-disposition": 'attachment; filename="ratings.jsonl"'}
    return StreamingResponse(_lines(access), media_type="application/jsonl", headers=name)


def _lines(access: Access) -> Iterator[bytes]:
    with access.transaction() as session:
        for one in ratings.exported(session):
            yield orjson.dumps(_line(one)) + b"\n"


def _line(one: Rated) -> dict[str, Any]:
    """In the form in which chats are given for fine-tuning; a question nobody asked is left out."""
    question, answer = one.reviewed or (one.question, one.answer)
    said = [{"role": "user", "content": _masked(question)}] if question else []
    line: dict[str, Any] = {
        "messages": [*said, {"role": "assistant", "content": _masked(answer)}],
        "rating": "good" if one.reviewed else one.rating,
        "note": _masked(one.note),
        "at": one.at,
    }
    if one.reviewed:
        line |= {"rejected": _masked(one.answer), "rejected_rating": one.rating}
    return line


def _masked(text: str) -> str:
    return guards.masked(text).text


async def _judged(access: Access, services: Services, conversation: UUID, seq: int) -> None:
    """Shows colleagues who have the conversation open what a message is thought of by now."""
    rated = await run_in_threadpool(_rated, access, conversation, seq)
    told = {"seq": seq, "rating": None, "rated_by": None, "reviewed": None}
    if rated is not None:
        told |= {"rating": rated.rating, "rated_by": rated.name or None}
        told["reviewed"] = rated.reviewed_id and str(rated.reviewed_id)
    services.engine.notices.tell(conversation, "judged", told, audience="staff")


def _rated(access: Access, conversation: UUID, seq: int) -> MessageRating | None:
    with access.transaction() as session:
        return ratings.of(session, conversation, [seq]).get(seq)


def _known(session: Session, conversation_id: UUID, seq: int) -> reviewed.Reviewed | None:
    """The right answer that a message has."""
    rated = ratings.of(session, conversation_id, [seq]).get(seq)
    if rated is None or rated.reviewed_id is None:
        return None
    return reviewed.get(session, rated.reviewed_id)


def _embed(
    background: BackgroundTasks, access: Access, services: Services, made: reviewed.Reviewed
) -> None:
    waiting = [(access.workspace_id, made.source_id)]
    background.add_task(services.engine.jobs.readings, waiting)
