"""Bots out of descriptions: asked for here, drafted by workers, found again by whoever asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks
from pydantic import BaseModel, ConfigDict, Field
from redis import RedisError

from connectors.ai.drafting import LONGEST, SHORTEST, Description, Kind
from runtime.api.access import Access, ServicesOf, may
from runtime.api.body import StrictRoute
from runtime.api.openapi import problems
from runtime.api.problem import Problem
from runtime.api.refusals import sentence
from runtime.core.document.parts import Language
from runtime.describing import Kept, Progress, State, TooMany
from runtime.services import Services
from storage.errors import NotFound
from storage.identifiers import uuid7

router = APIRouter(tags=["bots"], route_class=StrictRoute)

Editor = Annotated[Access, may("bot.edit")]

MODELS_PAGE = "/settings/models"

STAGES: Final[Mapping[Progress, str]] = {
    "": "",
    "reading": "Reading what you wrote",
    "planning": "Planning the bot",
    "building": "Building its steps",
    "mending": "Mending what does not fit yet",
    "trying": "Trying it out",
    "saving": "Putting it on the canvas",
}


class DescriptionBody(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    text: str = Field(
        min_length=SHORTEST,
        max_length=LONGEST,
        description="What the bot is to do, or the procedure it is to lead through.",
    )
    language: Language = Field("en", description="That the bot speaks.", examples=["en", "nb"])
    kind: Kind = "description"


class DescriptionId(BaseModel):
    id: UUID


class DescriptionView(BaseModel):
    id: UUID
    kind: Kind
    language: str
    text: str
    state: State
    stage: str = Field(description="What is being done, in words; empty before and after.")
    progress: float = Field(ge=0, le=1)
    bot_id: UUID | None = Field(description="The bot, once it is there as a draft.")
    notes: list[str] = Field(description="What was left out, a sentence each.")
    message: str | None = Field(description="Why there is no bot, where the state is `failed`.")


class DescriptionList(BaseModel):
    items: list[DescriptionView] = Field(description="The caller's own of a day, newest first.")
    problem: str | None = Field(description="Why no bot can be drafted now; null: one can.")


@router.post(
    "/bots/describe",
    status_code=202,
    summary="Have a bot drafted from a description",
    responses=problems(409, 429),
)
async def describe_bot(
    access: Editor, services: ServicesOf, background: BackgroundTasks, body: DescriptionBody
) -> DescriptionId:
    """A language model plans it in the background; the bot is there as a draft when it is ready."""
    refusal = await services.models.asked.refusal(access.workspace_id)
    if refusal is not None:
        raise Problem(409, sentence(refusal), kind=refusal.kind, link=MODELS_PAGE)
    asked = Description(uuid7(), access.workspace_id, body.text, body.language, body.kind)
    try:
        await services.engine.descriptions.add(Kept(asked, access.actor))
    except TooMany:
        raise Problem(
            429,
            "Several bots are being drafted in this workspace already; wait for one of them.",
            headers={"retry-after": "30"},
        ) from None
    except (RedisError, OSError):
        raise _away() from None
    background.add_task(services.engine.jobs.descriptions, [(access.workspace_id, asked.id)])
    return DescriptionId(id=asked.id)


@router.get("/bots/describe", summary="List your descriptions, newest first")
async def list_descriptions(access: Editor, services: ServicesOf) -> DescriptionList:
    refusal = await services.models.asked.refusal(access.workspace_id)
    try:
        found = await services.engine.descriptions.of(access.workspace_id, access.actor)
    except (RedisError, OSError):
        raise _away() from None
    problem = None if refusal is None else sentence(refusal)
    return DescriptionList(items=[_view(one) for one in found], problem=problem)


@router.get(
    "/bots/describe/{description_id}",
    summary="How far a described bot is",
    responses=problems(404),
)
async def get_description(
    access: Editor, services: ServicesOf, description_id: UUID
) -> DescriptionView:
    """Kept for a day after it was last worked at."""
    return _view(await _found(services, access.workspace_id, description_id))


async def _found(services: Services, workspace: UUID, id_: UUID) -> Kept:
    try:
        kept = await services.engine.descriptions.get(workspace, id_)
    except (RedisError, OSError):
        raise _away() from None
    if kept is None:
        raise NotFound(f"there is no description {id_}, or it is older than a day")
    return kept


def _away() -> Problem:
    return Problem(
        503,
        "What carries the work to its workers does not answer; try again soon.",
        headers={"retry-after": "2"},
    )


def _view(kept: Kept) -> DescriptionView:
    asked = kept.asked
    return DescriptionView(
        id=asked.id,
        kind=asked.kind,
        language=asked.language,
        text=asked.text,
        state=kept.state,
        stage=STAGES[kept.stage],
        progress=kept.progress,
        bot_id=kept.bot_id,
        notes=list(kept.notes),
        message=kept.message,
    )
