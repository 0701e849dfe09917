"""Trying a draft out: a talk without side effects, and the tests inside its document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from connectors.channels.web import body as shown_message
from runtime.api.access import Access, may
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.api.problem import Problem
from runtime.api.refusals import sentence
from runtime.core.document import Document, Step, parse
from runtime.core.release import Release
from runtime.simulation import (
    Check,
    Observed,
    Seen,
    TooLong,
    Unknown,
    beginning_at,
    run_test,
    simulate,
)
from runtime.simulator import NeverRests
from storage import drafts

router = APIRouter(tags=["bots"], route_class=StrictRoute)

Reader = Annotated[Access, may("bot.read")]
Word = Annotated[str, Field(max_length=64)]
Result = TypeVar("Result")

# One at a time, so that simulations never take the processor from visitors' turns.
_ONE = CapacityLimiter(1)


class SimulationBody(BaseModel):
    """Without ``flow`` the main one is simulated; ``node`` begins elsewhere in it."""

    model_config = ConfigDict(extra="forbid")

    flow: Word | None = None
    node: Word | None = None
    variables: dict[str, Any] = {}
    channel: Word = "web"
    language: Word | None = None
    fakes: dict[str, Any] = Field({}, description="Answers to effects, as in a document's tests.")
    opening: bool = Field(
        False, description="Opens the conversation also where the talk begins with the visitor."
    )
    talk: list[Step] = Field(max_length=500, description="Lines as in a document's tests.")


Line = Annotated[
    int | None, Field(description="Of the talk (from 0) that caused it; null: the opening.")
]


class SaidView(BaseModel):
    model_config = ConfigDict(extra="allow", populate_by_name=True)

    by: str = Field(alias="from", examples=["bot", "visitor"])
    at: datetime
    line: Line
    type: str
    text: str


class VisitView(BaseModel):
    """A node ran or woke."""

    flow: str
    node: str
    type: str
    event: str | None = Field(description="What woke it; null: the conversation arrived.")
    heard: str | None = Field(description="The visitor's words, where they woke it.")
    outcome: str = Field(examples=["Next", "Wait", "Fail"])
    port: str | None = Field(description="The way out that was taken.")
    changed: dict[str, Any] = Field(description="Variables it set.")
    said: list[int] = Field(description="Places in `messages`.")
    performed: list[str] = Field(description="Kinds of effects it asked for.")
    note: str | None = Field(
        description="Why the interpreter itself stepped in, or what a colleague should know."
    )
    failed: bool = Field(description="Something went wrong; the note says what.")
    at: datetime = Field(description="By the simulation's own clock.")
    line: Line
    microseconds: int = Field(description="How long the node took.")


class WaitView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    on: str = Field(examples=["reply", "signal", "time", "effect", "person", "inactivity"])
    until: datetime | None = Field(description="When the clock ends this wait.")
    flow: str | None
    node: str | None
    name: str | None = Field(description="Of the event that is waited for.")


class EffectView(BaseModel):
    key: str
    kind: str
    node: str
    args: dict[str, Any]


class CheckView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    line: int = Field(description="Of the talk, from 0.")
    ok: bool
    expected: str
    got: str | None


class SimulationView(BaseModel):
    messages: list[SaidView]
    trace: list[VisitView] = Field(description="Each node that ran, in order.")
    effects: list[EffectView] = Field(description="What would have been done, with arguments.")
    variables: dict[str, Any]
    types: dict[str, str] = Field(description="Of the variables, as declared or as they are.")
    input: dict[str, Any] | None = Field(description="What the bot waits for.")
    waiting: list[WaitView] = Field(description="Replies, events and moments waited for.")
    now: datetime = Field(description="By the simulation's own clock.")
    status: str
    checks: list[CheckView]


class TestsBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    names: list[str] | None = Field(None, max_length=500, description="Only these; null: all.")


class TestView(BaseModel):
    name: str
    passed: bool
    checks: list[CheckView]
    problem: Annotated[
        str | None, Field(description="Why the test could not be played to its end.")
    ] = None


class TestsView(BaseModel):
    passed: int
    failed: int
    results: list[TestView]


@router.post("/bots/{bot_id}/simulate", summary="Simulate a talk", responses=problems(404, 422))
async def simulate_bot(access: Reader, bot_id: UUID, body: SimulationBody) -> SimulationView:
    """Plays the talk on the draft without side effects, for at most five seconds."""
    return await _apart(lambda: _simulation(_document(access, bot_id), body))


@router.post(
    "/bots/{bot_id}/tests/run", summary="Run the draft's own tests", responses=problems(404, 422)
)
async def run_bot_tests(access: Reader, bot_id: UUID, body: TestsBody | None = None) -> TestsView:
    names = body.names if body else None
    document = await to_thread.run_sync(_document, access, bot_id)
    release = await _apart(lambda: Release(document))
    results = [
        await _apart(lambda test=test: _tested(document, test, release))
        for test in document.tests
        if names is None or test.name in names
    ]
    passed = sum(result.passed for result in results)
    return TestsView(passed=passed, failed=len(results) - passed, results=results)


async def _apart(work: Callable[[], Result]) -> Result:
    return await to_thread.run_sync(work, limiter=_ONE)


def _document(access: Access, bot_id: UUID) -> Document:
    with access.transaction() as session:
        return parse(drafts.read(session, bot_id).document)


def _simulation(document: Document, body: SimulationBody) -> SimulationView:
    try:
        shown = beginning_at(document, body.flow, body.node)
        simulator = Observed(shown, fakes=body.fakes, channel=body.channel, locale=body.language)
        checks = simulate(simulator, body.talk, body.variables, opening=body.opening)
    except (Unknown, TooLong, NeverRests) as error:
        raise Problem(422, sentence(error)) from error
    return SimulationView(
        messages=[
            SaidView(
                **{"from": said.by, "at": said.at, "line": said.line, **shown_message(said.message)}
            )
            for said in simulator.transcript
        ],
        trace=[_visit(seen) for seen in simulator.seen],
        effects=[
            EffectView(
                key=one.key,
                kind=one.effect.kind,
                node=one.node,
                args=msgspec.to_builtins(one.effect),
            )
            for one in simulator.performed
        ],
        variables=simulator.variables,
        types=_types(document, simulator.variables),
        input=msgspec.to_builtins(simulator.drawn),
        waiting=[WaitView.model_validate(wait) for wait in simulator.waiting],
        now=simulator.now,
        status=simulator.status,
        checks=_shown(checks),
    )


def _visit(seen: Seen) -> VisitView:
    visit, watched = seen.watched.visit, seen.watched
    return VisitView(
        flow=visit.flow,
        node=visit.node,
        type=visit.type,
        event=visit.event,
        heard=seen.heard,
        outcome=visit.outcome,
        port=visit.port,
        changed=msgspec.to_builtins(visit.changed),
        said=list(seen.said),
        performed=list(watched.performed),
        note=visit.note,
        failed=visit.failed,
        at=seen.at,
        line=seen.line,
        microseconds=watched.microseconds,
    )


def _types(document: Document, variables: dict[str, Any]) -> dict[str, str]:
    declared = {variable.name: variable.type for variable in document.variables}
    return {name: declared.get(name) or _kind(value) for name, value in variables.items()}


def _kind(value: Any) -> str:
    """The type a variable would be declared with, told from its value."""
    kinds = {bool: "boolean", int: "number", float: "number", list: "list", dict: "object"}
    return kinds.get(type(value), "text")


def _tested(document: Document, test: Any, release: Release) -> TestView:
    try:
        checks = run_test(document, test, release)
    except (TooLong, NeverRests) as error:
        return TestView(name=test.name, passed=False, checks=[], problem=sentence(error))
    passed = all(check.ok for check in checks)
    return TestView(name=test.name, passed=passed, checks=_shown(checks))


def _shown(checks: Sequence[Check]) -> list[CheckView]:
    return [CheckView.model_validate(check) for check in checks]
