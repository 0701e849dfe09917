"""The floor: the plainest durable chat server for the talk, FastAPI and asyncpg.

One SELECT and one writing CTE a turn. No accounts, no row-level security, no trace, no inbox, no
repeated requests, no second process: what any of them costs shows as a distance from this.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID, uuid4

import asyncpg
import orjson
from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel

from benchmarks.floor.interpreter import Flow, advance
from benchmarks.talk import document

SCHEMA = """
create table if not exists conversation(
    id uuid primary key, token text not null, state text not null, seq int not null,
    status text not null, at timestamptz not null default now());
create table if not exists message(
    conversation_id uuid not null references conversation, seq int not null, sender text not null,
    text text not null, at timestamptz not null default now(), primary key (conversation_id, seq));
"""
LOAD = "select token, state, seq from conversation where id = $1"
OPEN = """
with opened as (
    insert into conversation(id, token, state, seq, status)
    values ($1, $2, $3, cardinality($5::text[]), $4) returning id)
insert into message(conversation_id, seq, sender, text)
select id, said.n, 'bot', said.text from opened, unnest($5::text[]) with ordinality said(text, n)
"""
SAVE = """
with saved as (
    update conversation set state = $2, seq = seq + cardinality($4::text[]), status = $3
    where id = $1 returning id, seq)
insert into message(conversation_id, seq, sender, text)
select id, saved.seq - cardinality($4::text[]) + said.n,
       case when said.n = 1 then 'visitor' else 'bot' end, said.text
from saved, unnest($4::text[]) with ordinality said(text, n)
"""
FLOW = Flow(document())


class Opening(BaseModel):
    client_id: str


class Post(BaseModel):
    client_id: str
    text: str | None = None
    choice: str | None = None


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=16, max_size=16) as pool:
        await pool.execute(SCHEMA)
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/api/v1/chat/{channel}/conversations", status_code=201)
async def open_conversation(channel: str, opening: Opening) -> dict[str, Any]:
    conversation, token, state = uuid4(), secrets.token_urlsafe(24), {}
    said, ended = advance(FLOW, state, None)
    stored = orjson.dumps(state).decode()
    await app.state.pool.execute(OPEN, conversation, token, stored, _status(ended), said)
    answer = _answer(said, ended, len(said))
    return {"conversation_id": str(conversation), "token": token, **answer}


@app.post("/api/v1/chat/conversations/{conversation}/messages")
async def take_turn(
    conversation: UUID, post: Post, authorization: Annotated[str, Header()]
) -> dict[str, Any]:
    async with app.state.pool.acquire() as connection:
        row = await connection.fetchrow(LOAD, conversation)
        if row is None or not secrets.compare_digest(authorization, f"Bearer {row['token']}"):
            raise HTTPException(401)
        state, heard = orjson.loads(row["state"]), post.choice or post.text or ""
        said, ended = advance(FLOW, state, heard)
        stored = orjson.dumps(state).decode()
        await connection.execute(SAVE, conversation, stored, _status(ended), [heard, *said])
    return _answer(said, ended, row["seq"] + 1 + len(said))


def _answer(said: list[str], ended: bool, seq: int) -> dict[str, Any]:
    first = seq - len(said) + 1
    messages = [
        {"seq": first + place, "from": "bot", "type": "text", "text": text}
        for place, text in enumerate(said)
    ]
    return {"status": _status(ended), "seq": seq, "messages": messages}


def _status(ended: bool) -> str:
    return "ended" if ended else "bot"
