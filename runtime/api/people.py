"""The calls of people and their programs: all but those that a conversation is made of."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from runtime.api import auth, openapi
from runtime.api.admin import (
    answering,
    attaching,
    bots,
    brands,
    catalogue,
    channels,
    contact_facts,
    contacts,
    conversations,
    describing,
    drafts,
    events,
    inbox,
    knowledge,
    knowledge_documents,
    knowledge_sources,
    learning,
    logs,
    members,
    model_setup,
    models,
    releases,
    savings,
    simulations,
    standard_flows,
    understanding,
    workspaces,
)

_ADMIN = (
    describing,  # before `bots`, for which "describe" would be the id of one
    bots, drafts, releases, simulations, channels, conversations, answering, attaching,
    inbox, events, logs, members, workspaces, catalogue, standard_flows, models, model_setup,
    knowledge, knowledge_sources, knowledge_documents, brands, understanding, contact_facts,
    contacts, learning, savings,
)  # fmt: skip


def include(api: FastAPI) -> None:
    admin = APIRouter(prefix="/api/v1", responses=openapi.problems(401, 403, 413, 422, 503))
    for module in _ADMIN:
        admin.include_router(module.router)
    for router in (admin, auth.router):
        api.include_router(router, responses=openapi.problems(400, 422))
