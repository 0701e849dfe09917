"""Files that people attach to their answers: uploaded one by one, then named by the answer."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from runtime.api.access import Access, ServicesOf, may
from runtime.api.files import MOST_ATTACHED, MULTIPART, FileView, Place, taken_in
from runtime.api.openapi import problems
from storage import conversations, files

router = APIRouter(tags=["conversations"])

Agent = Annotated[Access, may("conversation.answer")]


@router.post(
    "/conversations/{conversation_id}/files",
    status_code=201,
    summary="Upload a file to be sent with an answer",
    responses=problems(404, 413, 429),
    openapi_extra=MULTIPART,
)
async def attach_file(
    request: Request, access: Agent, services: ServicesOf, conversation_id: UUID
) -> FileView:
    """A file that no answer takes up is deleted after 24 hours."""
    place = await run_in_threadpool(_place, access, conversation_id)
    return await taken_in(request, services, place, MOST_ATTACHED)


@router.delete(
    "/conversations/{conversation_id}/files/{file_id}",
    status_code=204,
    summary="Delete an uploaded file that was not sent",
    responses=problems(404),
)
def detach_file(access: Agent, services: ServicesOf, conversation_id: UUID, file_id: UUID) -> None:
    """What was sent stays."""
    with access.transaction() as session:
        files.discard(session, services.files, conversation_id, file_id)


def _place(access: Access, conversation_id: UUID) -> Place:
    with access.transaction() as session:
        found = conversations.get(session, conversation_id)
    return Place(access.workspace_id, conversation_id, found.contact_id)
