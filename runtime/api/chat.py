"""The visitor's calls: open a conversation, say something, catch up.

These routes are the hot path, so a handler is called with the bare request: bodies are read by
msgspec in the channel, answers are written by orjson, and the description is given by hand.
"""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from fastapi import APIRouter
from msgspec.structs import replace
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from connectors.channels.web import Misfit, Opening, event, parse_opening, parse_said
from runtime import guide, opening, records
from runtime.api import chat_models as models
from runtime.api.chat_requests import (
    LONGEST_WAIT,
    ChatRoute,
    body_of,
    channel_of,
    claimed,
    engine_of,
    files_of,
    number_of,
    read_body,
    seconds_of,
    visited,
)
from runtime.api.openapi import CONVERSATION, problems, secured
from runtime.api.problem import Problem, unauthorized
from runtime.api.visitor import HOW_TO_CALL, claim_of, conversation_of, within
from runtime.engine import Engine
from runtime.records import Answer
from runtime.releases import NoBot
from runtime.stage import Fresh
from runtime.tokens import Claim
from storage.turns import Outdated, Where

LOOK_AGAIN = 1.0  # seconds: another process may perform what is waited for
EVENTS = 200  # of one answer
LONGEST_TYPED = 200  # characters that suggestions are looked for by

router = APIRouter(prefix="/api/v1/chat", tags=["chat"], route_class=ChatRoute)


def _takes(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(
        ref_template=f"#/components/schemas/{model.__name__}.{{model}}"
    )
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


@router.get(
    "/{channel_key}/config",
    summary="Look, texts and capabilities of a web channel",
    response_model=models.ChannelConfig,
    responses=problems(400, 403, 404, 503),
)
async def chat_config(request: Request) -> Response:
    channel = await channel_of(request)
    brand, settings = orjson.loads(channel.row.look), channel.settings
    return _json(
        {
            "name": channel.row.name,
            "language": channel.row.language,
            "look": brand | (settings.get("look") or {}),
            "texts": settings.get("texts") or {},
            "capabilities": {"files": True, "stream": True, "typing": True, "rating": True},
        }
    )


@router.post(
    "/{channel_key}/conversations",
    status_code=201,
    summary="Start a conversation, or come back to it",
    response_model=models.OpenedConversation,
    responses=problems(400, 403, 404, 409, 413, 422, 429, 503),
    openapi_extra=_takes(models.OpenConversation),
)
async def open_conversation(request: Request) -> Response:
    wanted: Opening = parse_opening(await body_of(request))
    engine = engine_of(request)
    caller = (request.client and request.client.host, request.path_params["channel_key"])
    within(engine.limits.openings, request.scope, caller)
    try:
        channel = await channel_of(request, lately=True)
        entrance = await opening.enter(engine, channel, wanted)
    except (Outdated, NoBot, Misfit, Problem):  # perhaps only because what was kept is too old
        channel = await channel_of(request)
        entrance = await opening.enter(engine, channel, wanted)
    claim = Claim(channel.row.workspace, entrance.conversation, entrance.epoch)
    shown = entrance.answer.json(
        conversation_id=str(entrance.conversation),
        token=engine.tokens.conversation(claim),
        visitor_id=entrance.visitor_id,
        statuses=entrance.statuses,
    )
    return Response(shown, 201, media_type="application/json")


@router.post(
    "/conversations/{conversation_id}/messages",
    summary="Say something; answers what the bot says to it",
    response_model=models.TurnAnswer,
    responses=problems(400, 401, 404, 409, 413, 422, 429, 503),
    openapi_extra=_takes(models.SayInConversation)
    | secured(*CONVERSATION)
    | {
        "parameters": [
            {
                "name": "wait",
                "in": "query",
                "description": "Seconds to hold the answer until the bot waits for the visitor;"
                f" more than {LONGEST_WAIT:g} are {LONGEST_WAIT:g}.",
                "schema": {"type": "number", "minimum": 0, "default": 0},
            }
        ]
    },
)
async def send_message(request: Request) -> Response:
    claim, engine = claimed(request), engine_of(request)
    patience = (
        seconds_of(request.query_params.get("wait")) if request.scope["query_string"] else 0.0
    )
    said = parse_said(await body_of(request))
    where = Where(claim.workspace, claim.conversation)
    files = await files_of(engine, where, said) if said.files else ()
    fresh = Fresh(f"web:{said.client_id}", event(said, files), epoch=claim.epoch)
    answer = await engine.driver.take(where, fresh)
    if answer is None:  # too many processes at once: a sweep takes it within seconds
        _, answer = await engine.stage.standing(where)
    if patience and answer.open:
        answer = await _waited(engine, where, answer, patience)
    return Response(answer.json(), media_type="application/json")


@router.get(
    "/conversations/{conversation_id}/messages",
    summary="What was missed",
    response_model=models.MissedEvents,
    responses=problems(400, 401, 404, 422, 503),
    openapi_extra=secured(*CONVERSATION)
    | {
        "parameters": [
            {
                "name": "after",
                "in": "query",
                "schema": {"type": "integer", "minimum": 0, "default": 0},
            }
        ]
    },
)
async def missed_messages(request: Request) -> Response:
    after = number_of(request.query_params.get("after", "0"))
    engine, where = engine_of(request), await visited(request)
    rows = await engine.turns.events(where, after, EVENTS)
    events = [records.shown_event(where.conversation, row) for row in rows]
    return _json({"events": events, "seq": rows[-1].seq if rows else after})


@router.post(
    "/conversations/{conversation_id}/typing",
    status_code=204,
    summary="Say that the visitor is writing",
    responses=problems(400, 401, 413, 422, 429),
    openapi_extra=_takes(models.Typing) | secured(*CONVERSATION),
)
async def visitor_typing(request: Request) -> Response:
    claim = claimed(request)
    body = await read_body(request, models.Typing)
    told = {"from": "visitor", "typing": body.typing}
    engine_of(request).notices.tell(claim.conversation, "typing", told)
    return Response(status_code=204)


@router.post(
    "/conversations/{conversation_id}/read",
    status_code=204,
    summary="Say how far the visitor has read",
    responses=problems(400, 401, 404, 413, 422, 429, 503),
    openapi_extra=_takes(models.ReadUpTo) | secured(*CONVERSATION),
)
async def visitor_read(request: Request) -> Response:
    body = await read_body(request, models.ReadUpTo)
    engine, where = engine_of(request), await visited(request)
    if seq := await engine.turns.read(where, body.seq):
        engine.notices.moved(where.conversation, seq)
    return Response(status_code=204)


@router.post(
    "/conversations/{conversation_id}/rating",
    status_code=204,
    summary="Rate the conversation",
    responses=problems(400, 401, 404, 413, 422, 429, 503),
    openapi_extra=_takes(models.Rating) | secured(*CONVERSATION),
)
async def rate_conversation(request: Request) -> Response:
    body = await read_body(request, models.Rating)
    engine, where = engine_of(request), await visited(request)
    await engine.turns.count(where, "rating", body.model_dump_json())
    return Response(status_code=204)


@router.get(
    "/{channel_key}/suggest",
    summary="What a visitor who has typed this much may mean",
    response_model=models.Suggestions,
    responses=problems(400, 401, 403, 404, 409, 503),
    openapi_extra=secured(*CONVERSATION)
    | {"parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}]},
)
async def suggest(request: Request) -> Response:
    channel, engine = await channel_of(request), engine_of(request)
    claim = claim_of(engine, request.headers)
    if claim.workspace != channel.row.workspace:
        raise unauthorized(HOW_TO_CALL)
    if channel.row.bot is None or not channel.live:
        raise NoBot("no bot is published on this channel")
    loaded = await conversation_of(
        request.app.state.services, request.headers, str(claim.conversation)
    )
    workspace, bot = channel.row.workspace, str(channel.row.bot)
    release = await engine.releases.get(workspace, bot, channel.live[0].number)
    typed = request.query_params.get("q", "")[:LONGEST_TYPED]
    languages = guide.languages(release, loaded)
    found = await engine.guide.suggest(workspace, channel.row.brand, release, typed, languages)
    return _json({"suggestions": found})


# What they are told -----------------------------------------------------------


def _json(value: Any) -> Response:
    return Response(orjson.dumps(value), media_type="application/json")


async def _waited(engine: Engine, where: Where, answer: Answer, patience: float) -> Answer:
    """The answer once the bot waits for the visitor, with all that was said until then."""
    until = asyncio.get_running_loop().time() + patience
    while True:
        _, standing = await engine.stage.standing(where)
        left = until - asyncio.get_running_loop().time()
        if not standing.open or left <= 0:
            break
        await engine.notices.next(where.conversation, min(LOOK_AGAIN, left))
    messages = list(answer.messages)
    for row in await engine.turns.events(where, answer.seq, EVENTS):
        if row.sender == "visitor" and row.kind == "message":
            break  # what follows answers something else
        if row.kind == "message":
            messages.append(records.shown_row(where.conversation, row))
    return replace(standing, messages=tuple(messages))
