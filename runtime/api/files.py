"""Files: visitors and colleagues upload them to a conversation, signed links give them back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, NamedTuple
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import StreamingResponse

from runtime.api.access import ServicesOf
from runtime.api.openapi import CONVERSATION, problems, secured
from runtime.api.problem import Problem
from runtime.api.visitor import conversation_of, within
from runtime.services import FILES, Services
from storage import files
from storage.errors import NotFound
from storage.tables import File

router = APIRouter()

MOST_UNSENT = 20  # of one conversation
MOST_ATTACHED = 30  # the same for colleagues, whom no visitor takes all room from
_LINK_LASTS = timedelta(minutes=10)

MULTIPART = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


class FileView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    type: str = Field(description="As its bytes show, whatever the sender claims.")
    size: int = Field(description="In bytes.")


@router.post(
    "/api/v1/chat/conversations/{conversation_id}/files",
    status_code=201,
    tags=["chat"],
    summary="Upload a file to be sent with a message",
    responses=problems(400, 401, 404, 413, 422, 429, 503),
    openapi_extra=secured(*CONVERSATION) | MULTIPART,
)
async def upload_file(request: Request, services: ServicesOf, conversation_id: UUID) -> FileView:
    """A file that no message takes up is deleted after 24 hours."""
    loaded = await conversation_of(services, request.headers, str(conversation_id))
    within(services.engine.limits.posts, request.scope, loaded.conversation.int)
    place = Place(loaded.workspace, loaded.conversation, loaded.contact)
    return await taken_in(request, services, place, MOST_UNSENT)


class Place(NamedTuple):
    """Where an uploaded file belongs."""

    workspace: UUID
    conversation: UUID
    contact: UUID


async def taken_in(request: Request, services: Services, place: Place, most: int) -> FileView:
    """Keeps the file of a request, unless ``most`` wait there to be sent already.

    Raises `Problem` and `FileRefused`.
    """
    async with request.form(max_files=1, max_fields=0) as form:
        sent = form.get("file")
        if not isinstance(sent, UploadFile):
            raise Problem(422, "Send one file as the part `file` of `multipart/form-data`.")
        if (sent.size or 0) > FILES.size:
            raise Problem(413, f"The file is larger than {FILES.size // 1024 // 1024} MB.")
        return await run_in_threadpool(_keep, services, place, sent, most)


class FileLink(FileView):
    url: str = Field(description="On this server; good for ten minutes.")


@router.get(
    "/api/v1/chat/conversations/{conversation_id}/files/{file_id}",
    tags=["chat"],
    summary="A link to download a file of the conversation",
    responses=problems(401, 404, 503),
    openapi_extra=secured(*CONVERSATION),
)
async def link_to_file(
    request: Request, services: ServicesOf, conversation_id: UUID, file_id: UUID
) -> FileLink:
    loaded = await conversation_of(services, request.headers, str(conversation_id))
    where = (loaded.workspace, loaded.conversation)
    file, url = await run_in_threadpool(link_to, services, *where, file_id)
    return FileLink(id=file.id, name=file.name, type=file.type, size=file.size, url=url)


@router.get(
    "/files/{file_id}",
    tags=["files"],
    summary="Download a file by its signed link",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"*/*": {}}, "description": "The bytes, as what they are."},
        **problems(403, 404, 503),
    },
)
def download_file(
    services: ServicesOf, file_id: UUID, token: Annotated[str, Query(max_length=200)] = ""
) -> StreamingResponse:
    """Always as an attachment: nothing that was uploaded is ever shown as a page of ours."""
    secret, now = services.settings.secret_key, datetime.now(UTC)
    workspace_id = files.opened(secret, file_id, token, now)
    with services.database.workspace(workspace_id) as session:
        file = files.get(session, file_id)
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
        "content-length": str(file.size),
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "private, max-age=3600",
        "cross-origin-resource-policy": "cross-origin",  # the chat shows pictures in others' pages
    }
    content = files.content(services.files, file)
    return StreamingResponse(content, media_type=file.type, headers=headers)


def link_to(
    services: Services, workspace_id: UUID, conversation_id: UUID, file_id: UUID
) -> tuple[File, str]:
    """A file of this conversation, and its path for a while. Raises `NotFound`."""
    with services.database.workspace(workspace_id) as session:
        file = files.get(session, file_id)
    if file.conversation_id != conversation_id:
        raise NotFound(f"there is no file {file_id} in this conversation")
    expires = datetime.now(UTC) + _LINK_LASTS
    return file, files.link(services.settings.secret_key, workspace_id, file_id, expires)


def _keep(services: Services, place: Place, sent: UploadFile, most: int) -> FileView:
    with services.database.workspace(place.workspace) as session:
        if files.count_unsent(session, place.conversation) >= most:
            raise Problem(429, "Send the files that are uploaded already, then upload more.")
    kept = files.upload(
        services.database,
        services.files,
        sent.file,
        workspace_id=place.workspace,
        name=sent.filename or "file",
        conversation_id=place.conversation,
        contact_id=place.contact,
        limits=FILES,
    )
    return FileView.model_validate(kept)
