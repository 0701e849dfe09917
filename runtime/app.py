"""The composition root of a web process: settings in, an ASGI application out."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from importlib.metadata import version
from typing import Any, cast

import anyio.to_thread
from fastapi import APIRouter, FastAPI
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from runtime import collector, services
from runtime.api import auth, chat, door, files, health, openapi, refusals, stream, widget
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
from runtime.api.cors import Origins
from runtime.api.edge import Edge
from runtime.services import Services
from runtime.settings import Settings

_ADMIN = (
    describing,  # before `bots`, for which "describe" would be the id of one
    bots, drafts, releases, simulations, channels, conversations, answering, attaching,
    inbox, events, logs, members, workspaces, catalogue, standard_flows, models, model_setup,
    knowledge, knowledge_sources, knowledge_documents, brands, understanding, contact_facts,
    contacts, learning, savings,
)  # fmt: skip


class Api(FastAPI):
    """A FastAPI application behind our edge and the doors of its busiest calls.

    They stand before Starlette's own layers, which would cost every turn of a chat a tenth of its
    time in this process and add nothing.
    """

    secure = False  # served under https

    def build_middleware_stack(self) -> ASGIApp:
        outermost = super().build_middleware_stack()
        # What it would answer to an unexpected error as plain text, the edge answers as a problem.
        framework = cast("ServerErrorMiddleware", outermost).app
        doors = stream.StreamDoor(door.ChatDoor(framework))
        return Edge(doors, _origins(self), services.FILES.size, self.secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.middleware_stack is None:
            self.middleware_stack = self.build_middleware_stack()
        scope["app"] = self
        await self.middleware_stack(scope, receive, send)


def create_api(settings: Settings | None = None) -> FastAPI:
    """The API without the builder; its services run within its lifespan."""
    settings = settings or Settings.from_env()
    api = Api(
        title="Flyt",
        version=version("flyt"),
        lifespan=_lifespan(settings),
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=openapi.operation_id,
        redirect_slashes=False,
    )
    api.secure = settings.public_url.startswith("https:")
    refusals.install(api)
    api.router.routes += chat.router.routes  # first, and flat: the router looks in this order
    admin = APIRouter(prefix="/api/v1", responses=openapi.problems(401, 403, 413, 422, 503))
    for module in _ADMIN:
        admin.include_router(module.router)
    for router in (admin, auth.router, files.router, health.router, widget.router):
        api.include_router(router, responses=openapi.problems(400, 422))
    api.openapi = lambda: openapi.describe(api, {stream.PATH: stream.DESCRIPTION})
    return api


def _origins(api: FastAPI) -> Origins:
    async def origins(key: str) -> Sequence[str] | None:
        running: Services = api.state.services
        return await running.engine.channels.origins(key)

    return origins


def _lifespan(settings: Settings) -> Callable[[FastAPI], Any]:
    @asynccontextmanager
    async def lifespan(api: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = services.THREADS
        async with services.running(settings) as api.state.services:
            collector.spare()
            with _told_to_stop(api.state.services.streams.close):
                yield

    return lifespan


@contextmanager
def _told_to_stop(call: Callable[[], None]) -> Iterator[None]:
    """Has ``call`` made at the first signal to stop.

    A server waits for its open connections before it ends the lifespan; streams never end by
    themselves, so they must hear of it earlier. Signals come to the main thread only.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    servers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def heard(number: int, frame: Any) -> None:
        loop.call_soon_threadsafe(call)
        server = servers[signal.Signals(number)]
        if callable(server):
            server(number, frame)

    for number in servers:
        signal.signal(number, heard)
    try:
        yield
    finally:
        for number, server in servers.items():
            signal.signal(number, server)
