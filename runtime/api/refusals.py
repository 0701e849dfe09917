"""Which status each expected failure of the layers below answers with."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from runtime.api.problem import ProblemResponse, from_http, from_validation
from runtime.core.document import DocumentError
from runtime.releases import NoBot
from runtime.stage import NoConversation
from storage.accounts.invitations import InvitationOver
from storage.accounts.people import AlreadySetUp, EmailTaken
from storage.accounts.sign_in import TooManyAttempts, WrongCredentials
from storage.accounts.workspaces import LastOwner
from storage.brands import BrandNameTaken
from storage.channels import ChannelChanged
from storage.connections import Unavailable
from storage.drafts import DraftChanged
from storage.errors import NotFound, Refused
from storage.files import BadLink
from storage.knowledge.collections import NameTaken
from storage.knowledge.documents import DocumentChanged
from storage.models import ProviderUsed
from storage.turns import Unstorable

log = logging.getLogger("flyt.http")

Answering = Callable[[Request, Any], Response]

# The first class that fits counts.
_STATUS: tuple[tuple[type[Refused], int], ...] = (
    (NotFound, 404),
    (BadLink, 403),
    (WrongCredentials, 401),
    (InvitationOver, 410),
    (AlreadySetUp, 409),
    (EmailTaken, 409),
    (LastOwner, 409),
    (ChannelChanged, 409),
    (BrandNameTaken, 409),
    (ProviderUsed, 409),
    (NameTaken, 409),
    (Refused, 422),
)


def install(app: FastAPI) -> None:
    """Has every expected failure answered as a problem; the rest is the edge's."""
    handlers: Iterable[tuple[type[Exception], Answering]] = (
        (HTTPException, from_http),
        (RequestValidationError, from_validation),
        (DocumentError, _document),
        (DraftChanged, _changed),
        (DocumentChanged, _changed),
        (TooManyAttempts, _too_many),
        (Refused, _refused),
        (DataError, _unstorable),
        (Unstorable, _unstorable),
        (NoConversation, _no_conversation),
        (NoBot, _no_bot),
        (Unavailable, _away),
        (OperationalError, _away),
        (PoolTimeout, _away),
    )
    for kind, handler in handlers:
        app.add_exception_handler(kind, _on_the_loop(handler))


def _on_the_loop(handler: Answering) -> Callable[[Any, Any], Awaitable[Response]]:
    """The framework would run a plain function in a thread."""

    async def answer(request: Request, error: Exception) -> Response:
        return handler(request, error)

    return answer


def _refused(request: Request, error: Refused) -> Response:
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    return ProblemResponse(status, sentence(error))


def sentence(error: Exception) -> str:
    """The message as a sentence: capital letter, full stop."""
    text = " ".join(str(error).split())
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def _document(request: Request, error: DocumentError) -> Response:
    return document_problem(error.errors)


def document_problem(errors: Iterable[Any]) -> Response:
    """422 with every place that is wrong; each error has ``path``, ``message`` and ``hint``."""
    items = [{"path": e.path, "message": e.message, "hint": e.hint or None} for e in errors]
    count = "an error" if len(items) == 1 else f"{len(items)} errors"
    return ProblemResponse(422, f"The bot document has {count}.", errors=items)


def _changed(request: Request, error: DraftChanged | DocumentChanged) -> Response:
    return ProblemResponse(409, sentence(error), version=error.version)


def _too_many(request: Request, error: TooManyAttempts) -> Response:
    headers = {"retry-after": str(error.seconds)}
    return ProblemResponse(429, sentence(error), headers=headers)


def _unstorable(request: Request, error: Exception) -> Response:
    log.warning("the database refused a value", exc_info=error)
    return ProblemResponse(422, "The request has a value that can't be stored.")


def _no_conversation(request: Request, error: NoConversation) -> Response:
    return ProblemResponse(404, sentence(error))


def _no_bot(request: Request, error: NoBot) -> Response:
    return ProblemResponse(409, sentence(error))


def _away(request: Request, error: Exception) -> Response:
    log.error("the database is away", exc_info=error)
    return ProblemResponse(
        503, "The database does not answer; try again soon.", headers={"retry-after": "2"}
    )
