"""The talk as a LangGraph graph with its PostgreSQL checkpointer, over the same HTTP contract.

Written as LangGraph's documentation teaches: `interrupt` asks, `Command(resume=…)` answers, the
state carries the transcript, and `durability="exit"` is its cheapest durable setting (one
checkpoint when the turn ends). Runs in a virtual environment of its own.
"""

from __future__ import annotations

import operator
import os
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any, Literal, TypedDict

from fastapi import FastAPI
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[a-z]+")
RETRY = "That does not look like an e-mail address. Please try again."
OPTIONS = ("demo", "call", "visit")
Line = tuple[str, str]  # who and what


class Talk(TypedDict, total=False):
    transcript: Annotated[list[Line], operator.add]
    question: str
    name: str
    email: str
    kind: str
    minutes: int
    agreed: bool


def hello(state: Talk) -> Talk:
    return {"transcript": [("bot", "Hello! Let us book you in.")]}


def ask_name(state: Talk) -> Talk:
    question = "What is your name?"
    answer = interrupt(question)
    return {
        "name": answer,
        "question": f"Thanks, {answer}. Which e-mail address may we use?",
        "transcript": [("bot", question), ("visitor", answer)],
    }


def ask_email(state: Talk) -> Command[Literal["ask_email", "ask_kind"]]:
    answer = interrupt(state["question"])
    lines = [("bot", state["question"]), ("visitor", answer)]
    if not EMAIL.fullmatch(answer):
        return Command(update={"question": RETRY, "transcript": lines}, goto="ask_email")
    return Command(update={"email": answer, "transcript": lines}, goto="ask_kind")


def ask_kind(state: Talk) -> Command[Literal["ask_kind", "long", "middle", "short"]]:
    question = "What would you like?"
    answer = interrupt(question)
    lines = [("bot", question), ("visitor", answer)]
    if answer not in OPTIONS:
        return Command(update={"transcript": lines}, goto="ask_kind")
    target = {"visit": "long", "demo": "middle"}.get(answer, "short")
    return Command(update={"kind": answer, "transcript": lines}, goto=target)


def long(state: Talk) -> Talk:
    return {"minutes": 60}


def middle(state: Talk) -> Talk:
    return {"minutes": 30}


def short(state: Talk) -> Talk:
    return {"minutes": 10}


def confirm(state: Talk) -> Talk:
    kind, minutes, name = state["kind"], state["minutes"], state["name"]
    question = f"A {kind} of {minutes} minutes for {name}, is that right?"
    answer = interrupt(question)
    lines = [("bot", question), ("visitor", answer)]
    return {"agreed": answer == "yes", "transcript": lines}


def booked(state: Talk) -> Talk:
    kind, name, email = state["kind"], state["name"], state["email"]
    said = f"Booked! The {kind} is yours, {name}. We write to {email}."
    return {"transcript": [("bot", said)]}


def build() -> StateGraph[Talk]:
    graph = StateGraph(Talk)
    for node in (hello, ask_name, ask_email, ask_kind, long, middle, short, confirm, booked):
        graph.add_node(node)
    graph.add_edge(START, "hello")
    graph.add_edge("hello", "ask_name")
    graph.add_edge("ask_name", "ask_email")
    for length in ("long", "middle", "short"):
        graph.add_edge(length, "confirm")
    graph.add_edge("confirm", "booked")
    graph.add_edge("booked", END)
    return graph


class Opening(BaseModel):
    client_id: str


class Post(BaseModel):
    client_id: str
    text: str | None = None
    choice: str | None = None


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    url = os.environ["DATABASE_URL"]
    async with AsyncConnectionPool(url, min_size=16, max_size=16, kwargs=settings) as pool:
        saver = AsyncPostgresSaver(pool)
        await saver.setup()
        app.state.graph = build().compile(checkpointer=saver)
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/api/v1/chat/{channel}/conversations", status_code=201)
async def open_conversation(channel: str, opening: Opening) -> dict[str, Any]:
    conversation = str(uuid.uuid4())
    answer = await _advance(conversation, {"transcript": []})
    return {"conversation_id": conversation, "token": "none", **answer}


@app.post("/api/v1/chat/conversations/{conversation}/messages")
async def take_turn(conversation: str, post: Post) -> dict[str, Any]:
    return await _advance(conversation, Command(resume=post.choice or post.text))


async def _advance(conversation: str, given: Any) -> dict[str, Any]:
    config = {"configurable": {"thread_id": conversation}}
    state = await app.state.graph.ainvoke(given, config, durability="exit")
    said: list[str] = []
    for who, text in reversed(state["transcript"]):
        if who == "visitor":
            break
        said.insert(0, text)
    asked = state.get("__interrupt__", ())
    said += [question.value for question in asked]
    messages = [{"from": "bot", "type": "text", "text": text} for text in said]
    return {"status": "bot" if asked else "ended", "messages": messages}
