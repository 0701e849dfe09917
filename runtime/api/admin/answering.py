"""People in a conversation: they take it over, write, answer, hand it back, end it, or mark it.

Each call answers how the conversation stands then. One that comes too late, because a colleague
was quicker or because it is sent twice, changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Self
from uuid import UUID, uuid4

from fastapi import APIRouter, BackgroundTasks
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError
from starlette.concurrency import run_in_threadpool

from connectors.channels.web import MAX_TEXT
from runtime import ingest
from runtime.api.access import Access, ServicesOf, may
from runtime.api.admin.conversations import ConversationView
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.api.problem import Problem
from runtime.core.contract import File
from runtime.core.session import Owner
from runtime.services import Services
from runtime.streams.notices import MARKED
from storage import conversations
from storage.turns import Where

router = APIRouter(tags=["conversations"], route_class=StrictRoute)

Agent = Annotated[Access, may("conversation.answer")]

MOST_FILES = 10  # of one answer


def _text(text: str) -> str:
    """Raises `ValueError` for a text that is too long."""
    if len(text.encode()) > MAX_TEXT:
        raise ValueError(f"is longer than {MAX_TEXT // 1024} kB")
    return text


class AnswerBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    client_id: str = Field(
        min_length=1, max_length=128, description="Of your making; sent twice it is said once."
    )
    text: Annotated[str, AfterValidator(_text)] = Field(
        "",
        description="Markdown, at most 16 kB. May be empty beside files.",
        examples=["How can I help?"],
    )
    files: list[UUID] = Field(
        [], max_length=MOST_FILES, description="Ids of files that were uploaded here."
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.files or self.text.strip():
            return self
        error = PydanticCustomError("empty", "write something, or attach a file")
        item = InitErrorDetails(type=error, loc=("text",), input=self.text)
        raise ValidationError.from_exception_data("answer", [item])


class TypingBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    typing: bool = Field(True, description="False: no longer. Else it is over after 6 seconds.")


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
    access: Agent,
    services: ServicesOf,
    background: BackgroundTasks,
    conversation_id: UUID,
    body: ConversationChange,
) -> ConversationView:
    """Holds for every step from the next one on; nothing of it is told to the visitor."""
    with access.transaction() as session:
        conversations.mark(
            session, conversation_id, confidential=body.confidential, actor=access.actor
        )
        background.add_task(services.engine.notices.aside, [conversation_id], MARKED)
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
    files = await _files(access, services, conversation_id, body.files) if body.files else ()
    answered = await ingest.speak(
        services.engine.driver,
        access.workspace_id,
        conversation_id,
        Owner(access.actor, access.name),
        body.text,
        files,
        key=body.client_id,
    )
    view = await run_in_threadpool(_view, access, conversation_id)
    said = answered.messages[-1]["seq"] if answered and answered.messages else None
    return Answered(**view.model_dump(), said=said)


@router.post(
    "/conversations/{conversation_id}/typing",
    status_code=204,
    summary="Say that one is writing an answer",
    responses=problems(404),
)
async def person_typing(
    access: Agent, services: ServicesOf, conversation_id: UUID, body: TypingBody
) -> None:
    """The visitor sees it while the conversation is with a person, colleagues always."""
    view = await run_in_threadpool(_view, access, conversation_id)
    told = {"from": "agent", "typing": body.typing, "name": access.name}
    notices = services.engine.notices
    notices.tell(conversation_id, "typing", told | {"by": access.actor}, audience="staff")
    if view.status == "human":
        notices.tell(conversation_id, "typing", told, audience="visitor")


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


async def _files(
    access: Access, services: Services, conversation_id: UUID, ids: Sequence[UUID]
) -> tuple[File, ...]:
    """The uploaded files that an answer names. Raises `Problem` and `NotFound`."""
    await run_in_threadpool(_view, access, conversation_id)
    try:
        where = Where(access.workspace_id, conversation_id)
        return await ingest.files(services.engine, where, ids)
    except LookupError as error:
        detail = "A file is not here (any more): files that are not sent within a day are deleted."
        item = {"path": "files", "message": "names a file that was not uploaded here"}
        raise Problem(422, detail, errors=[item]) from error


def _view(access: Access, conversation_id: UUID) -> ConversationView:
    with access.transaction() as session:
        return ConversationView.model_validate(conversations.get(session, conversation_id))
