"""People in a conversation: they take it over, answer, hand it back, end it, or mark it.

Each call answers how the conversation stands then. One that comes too late, because a colleague
was quicker or because it is sent twice, changes nothing.
"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from connectors.channels.web import MAX_TEXT
from runtime import ingest
from runtime.api.access import Access, ServicesOf, may
from runtime.api.admin.conversations import ConversationView
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.core.session import Owner
from storage import conversations

router = APIRouter(tags=["conversations"], route_class=StrictRoute)

Agent = Annotated[Access, may("conversation.answer")]


def _text(text: str) -> str:
    """Raises `ValueError` for a text that says nothing, or too much."""
    if not text.strip():
        raise ValueError("is empty")
    if len(text.encode()) > MAX_TEXT:
        raise ValueError(f"is longer than {MAX_TEXT // 1024} kB")
    return text


class AnswerBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    client_id: str = Field(
        min_length=1, max_length=128, description="Of your making; sent twice it is said once."
    )
    text: Annotated[str, AfterValidator(_text)] = Field(
        description="Markdown, at most 16 kB.", examples=["How can I help?"]
    )


class ConversationChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    confidential: bool = Field(description="Whether only models marked local may read it.")


class Answered(ConversationView):
    said: int | None = Field(
        description="The `seq` of the message; null where it is still on its way."
    )


@router.patch(
    "/conversations/{conversation_id}",
    summary="Mark a conversation as confidential, or no longer",
    responses=problems(404),
)
def change_conversation(
    access: Agent, conversation_id: UUID, body: ConversationChange
) -> ConversationView:
    """Holds for every step from the next one on; nothing of it is told to the visitor."""
    with access.transaction() as session:
        conversations.mark(
            session, conversation_id, confidential=body.confidential, actor=access.actor
        )
        return ConversationView.model_validate(conversations.get(session, conversation_id))


@router.post(
    "/conversations/{conversation_id}/messages",
    summary="Answer as a person",
    responses=problems(404),
)
async def answer(
    access: Agent, services: ServicesOf, conversation_id: UUID, body: AnswerBody
) -> Answered:
    """The bot falls silent if it had the word; a conversation that was over is open again."""
    answered = await ingest.speak(
        services.engine.driver,
        access.workspace_id,
        conversation_id,
        Owner(access.actor, access.name),
        body.text,
        key=body.client_id,
    )
    view = await run_in_threadpool(_view, access, conversation_id)
    said = answered.messages[-1]["seq"] if answered and answered.messages else None
    return Answered(**view.model_dump(), said=said)


@router.post(
    "/conversations/{conversation_id}/take-over",
    summary="Take a conversation over from the bot or from a colleague",
    responses=problems(404),
)
async def take_over(access: Agent, services: ServicesOf, conversation_id: UUID) -> ConversationView:
    """The bot is silent from now on. A conversation that is over stays as it is."""
    owner = Owner(access.actor, access.name)
    await ingest.take_over(
        services.engine.driver, access.workspace_id, conversation_id, owner, key=str(uuid4())
    )
    return await run_in_threadpool(_view, access, conversation_id)


@router.post(
    "/conversations/{conversation_id}/hand-back",
    summary="Hand a conversation back to the bot",
    responses=problems(404),
)
async def hand_back(access: Agent, services: ServicesOf, conversation_id: UUID) -> ConversationView:
    """The bot asks its question again, or ends the conversation if it had none."""
    await ingest.hand_back(
        services.engine.driver, access.workspace_id, conversation_id, key=str(uuid4())
    )
    return await run_in_threadpool(_view, access, conversation_id)


@router.post(
    "/conversations/{conversation_id}/end",
    summary="End a conversation",
    responses=problems(404),
)
async def end(access: Agent, services: ServicesOf, conversation_id: UUID) -> ConversationView:
    """What the bot was waiting for is dropped; the visitor's next words begin anew."""
    await ingest.close(
        services.engine.driver, access.workspace_id, conversation_id, key=str(uuid4())
    )
    return await run_in_threadpool(_view, access, conversation_id)


def _view(access: Access, conversation_id: UUID) -> ConversationView:
    with access.transaction() as session:
        return ConversationView.model_validate(conversations.get(session, conversation_id))
