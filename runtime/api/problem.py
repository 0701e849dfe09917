"""The one error shape: `application/problem+json` (RFC 9457), made from any exception."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


class ProblemItem(BaseModel):
    """One thing that is wrong, and where."""

    path: str = Field(examples=["flows[0].nodes[3].config.text"])
    message: str
    hint: str | None = None


class ProblemDocument(BaseModel):
    """Why a request was refused (RFC 9457)."""

    type: str = "about:blank"
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(description="A sentence a person understands.")
    errors: list[ProblemItem] | None = None
    request_id: str | None = Field(None, description="Quote it when reporting a 500.")


class Problem(HTTPException):
    """A refusal with a sentence for a person; ``more`` are further members of the document."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Sequence[Mapping[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(status, detail, headers)
        self.more = more if errors is None else {"errors": errors, **more}


def unauthorized(detail: str) -> Problem:
    return Problem(401, detail, headers={"www-authenticate": "Bearer"})


class ProblemResponse(Response):
    media_type = MEDIA_TYPE

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        title = HTTPStatus(status).phrase
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
        super().__init__(orjson.dumps(body, default=str), status, headers)


_PLAIN = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take that method; see `Allow`.",
}


def from_http(request: Request, error: HTTPException) -> Response:
    """A `Problem`, or the framework's own refusal in our words."""
    if isinstance(error, Problem):
        more = error.more
        return ProblemResponse(error.status_code, error.detail, headers=error.headers, **more)
    status = error.status_code
    generic = error.detail == HTTPStatus(status).phrase
    detail = _PLAIN.get(HTTPStatus(status), error.detail) if generic else error.detail
    return ProblemResponse(status, detail, headers=error.headers)


def from_validation(request: Request, error: RequestValidationError) -> Response:
    """400 for a body that is not JSON, 422 for one of another shape than asked for."""
    items = error.errors()
    if any(item["type"] == "json_invalid" for item in items):
        reason = items[0].get("ctx", {}).get("error", "it ends too early")
        return ProblemResponse(400, f"The body is not valid JSON: {reason}.")
    errors = [
        {
            "path": place(item["loc"]),
            "message": item["msg"].removeprefix("Value error, "),
            "hint": _hint(item),
        }
        for item in items
    ]
    first = errors[0]
    where = f"`{first['path']}`" if first["path"] else "the body"
    return ProblemResponse(
        422, f"The request does not fit: {where}: {first['message']}.", errors=errors
    )


def place(location: Sequence[str | int]) -> str:
    """`("body", "nodes", 3, "text")` as `nodes[3].text`; other places keep their name."""
    path = ""
    for part in location[1:] if location[:1] == ("body",) else location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _hint(item: Mapping[str, Any]) -> str | None:
    match item["type"]:
        case "extra_forbidden":
            return "remove this key, or correct its spelling"
        case "missing":
            return "add this value"
        case "model_attributes_type" | "dict_type" if item["loc"] == ("body",):
            return "send a JSON object with `Content-Type: application/json`"
        case _:
            return None
