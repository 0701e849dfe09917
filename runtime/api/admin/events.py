"""What people and programs make happen in a running conversation."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from runtime import ingest
from runtime.api.access import Access, ServicesOf, may
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.api.problem import Problem
from runtime.core.contract import Started
from runtime.core.document import Flow
from runtime.records import Answer
from runtime.services import Services
from storage.turns import Where

router = APIRouter(tags=["conversations"], route_class=StrictRoute)

Agent = Annotated[Access, may("conversation.answer")]
Key = Annotated[
    str | None, Field(min_length=1, max_length=128, description="Sent twice it counts once.")
]


class EventBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=500, examples=["cart_abandoned"])
    conversation_id: UUID
    data: Any = None
    id: Key = None


class StartBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    flow: str = Field(min_length=1, max_length=71, description="One with the trigger `manual`.")
    inputs: dict[str, Any] = {}
    id: Key = None


class Happened(BaseModel):
    taken: bool = Field(description="False where it came too late to change anything.")
    status: str | None = None
    seq: int | None = None


@router.post("/events", summary="Report an event to a conversation", responses=problems(404))
async def report_event(access: Agent, services: ServicesOf, body: EventBody) -> Happened:
    """A flow may wait for it, or be started by it."""
    answer = await ingest.event(
        services.engine.driver,
        access.workspace_id,
        body.conversation_id,
        body.name,
        body.data,
        key=body.id or str(uuid4()),
    )
    return _happened(answer)


@router.post(
    "/conversations/{conversation_id}/start",
    summary="Start a flow by hand",
    responses=problems(404, 409),
)
async def start_flow(
    access: Agent, services: ServicesOf, conversation_id: UUID, body: StartBody
) -> Happened:
    await _check(services, Where(access.workspace_id, conversation_id), body)
    answer = await ingest.start(
        services.engine.driver,
        access.workspace_id,
        conversation_id,
        body.flow,
        body.inputs,
        key=body.id or str(uuid4()),
    )
    return _happened(answer)


async def _check(services: Services, where: Where, body: StartBody) -> None:
    """Raises `Problem` for a flow or an input that the conversation's release does not offer."""
    stage = services.engine.stage
    scene = await stage.scene(await stage.load(where), Started())
    flows = scene.release.flows if scene.release else {}
    offered = {id_: flow for id_, flow in flows.items() if _by_hand(flow)}
    if body.flow not in offered:
        there = ", ".join(sorted(offered)) or "none"
        raise Problem(
            422, f"No flow `{body.flow}` can be started by hand here; there are: {there}."
        )
    inputs = {parameter.name for parameter in offered[body.flow].inputs}
    if strange := sorted(body.inputs.keys() - inputs):
        raise Problem(422, f"The flow `{body.flow}` has no input `{strange[0]}`.")


def _by_hand(flow: Flow) -> bool:
    return flow.enabled and any(trigger.kind == "manual" for trigger in flow.triggers)


def _happened(answer: Answer | None) -> Happened:
    if answer is None:
        return Happened(taken=False)
    return Happened(taken=True, status=answer.status, seq=answer.seq)
