"""The published description of the API: complete enough for a generated client."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from runtime.api.problem import MEDIA_TYPE, ProblemDocument

DESCRIPTION = """\
Chat calls carry the conversation's token, admin calls an API key (`flyt_…`) of a workspace or the
builder's session cookie. Every refusal is `application/problem+json` (RFC 9457). Lists answer
`{items, next}`: give `next` back as `cursor` for the following page.
"""

TAGS = [
    {"name": "chat", "description": "Conversations, as the visitor's browser holds them."},
    {"name": "auth", "description": "People sign in, switch workspace and accept invitations."},
    {"name": "bots", "description": "Bot documents: drafts, releases, simulation, tests."},
    {"name": "channels", "description": "Where visitors meet a bot."},
    {"name": "brands", "description": "The shops of a workspace."},
    {"name": "conversations", "description": "What was said, and why."},
    {"name": "contacts", "description": "What is known of the people who write."},
    {"name": "models", "description": "Language models: providers, what for, what they cost."},
    {"name": "knowledge", "description": "What bots know: sources, documents, search."},
    {"name": "learning", "description": "What people teach bots: ratings, reviewed answers."},
    {"name": "workspaces", "description": "Workspaces, people, invitations, API keys."},
    {"name": "logs", "description": "What happened, as rows."},
    {"name": "files", "description": "Signed links to stored files."},
    {"name": "health", "description": "For whoever watches the process."},
]

_SCHEMES = {
    "apiKey": {"type": "http", "scheme": "bearer", "bearerFormat": "flyt_…"},
    "session": {"type": "apiKey", "in": "cookie", "name": "flyt_session"},
    "conversation": {"type": "http", "scheme": "bearer", "description": "A conversation's token."},
}

CONVERSATION = [{"conversation": []}]

_IN_PATH = re.compile(r"{(\w+)}")
_SCHEMA = {"schema": {"$ref": f"#/components/schemas/{ProblemDocument.__name__}"}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals a route may answer with, for its ``responses``."""
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: _SCHEMA}}
        for status in statuses
    }


def secured(*schemes: dict[str, list[str]]) -> dict[str, Any]:
    """What a route's ``openapi_extra`` says about who may call it; any one scheme is enough."""
    return {"security": list(schemes)}


def operation_id(route: APIRoute) -> str:
    """Handlers are named for what they do, and no two alike; see the test."""
    return route.name


def describe(app: FastAPI, more: Mapping[str, Any]) -> dict[str, Any]:
    """The OpenAPI document, made once; ``more`` are paths answered outside of the framework."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=DESCRIPTION,
            routes=app.routes,
            tags=TAGS,
        )
        document["paths"] |= more
        schemas: dict[str, Any] = document["components"]["schemas"]
        document["components"]["securitySchemes"] = _SCHEMES
        problem = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= problem.pop("$defs") | {ProblemDocument.__name__: problem}
        for schema in list(_handwritten(document)):
            for name, part in schema.pop("$defs", {}).items():
                schemas[f"{schema['title']}.{name}"] = part
        _name_path_parameters(document)
        app.openapi_schema = document
    return app.openapi_schema


def _handwritten(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Schemas of bodies that a route describes itself, see `runtime.api.chat`."""
    for methods in document["paths"].values():
        for operation in methods.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield content["schema"]


def _name_path_parameters(document: dict[str, Any]) -> None:
    """Routes that take the bare request declare none."""
    for path, methods in document["paths"].items():
        for operation in methods.values():
            parameters: list[dict[str, Any]] = operation.setdefault("parameters", [])
            declared = {one["name"] for one in parameters if one["in"] == "path"}
            for name in _IN_PATH.findall(path):
                if name not in declared:
                    schema = {"type": "string"} | ({"format": "uuid"} if "_id" in name else {})
                    parameters.append(
                        {"name": name, "in": "path", "required": True, "schema": schema}
                    )
