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
from fastapi import FastAPI
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from runtime import collector, services
from runtime.api import chat, door, files, health, openapi, refusals, stream, widget
from runtime.api.cors import Origins
from runtime.api.edge import Edge
from runtime.services import Services
from runtime.settings import Settings


class Api(FastAPI):
    """A FastAPI application behind our edge and the doors of its busiest calls.

    They stand before Starlette's own layers, which would cost every turn of a chat a tenth of its
    time in this process and add nothing. It begins with the calls of visitors; `complete` adds
    those of people, a quarter of what a process takes, when the first of them is called.
    """

    secure = False  # served under https

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._completing = threading.Lock()
        self._complete = False

    def complete(self) -> None:
        """May be called from several threads, and again."""
        with self._completing:
            if not self._complete:
                from runtime.api import people  # noqa: PLC0415  # what it loads takes 15 MB

                people.include(self)
                self._complete = True

    def openapi(self) -> dict[str, Any]:
        self.complete()
        return openapi.describe(self, {stream.PATH: stream.DESCRIPTION})

    def build_middleware_stack(self) -> ASGIApp:
        outermost = super().build_middleware_stack()
        # What it would answer to an unexpected error as plain text, the edge answers as a problem.
        framework = cast("ServerErrorMiddleware", outermost).app
        doors = stream.StreamDoor(door.ChatDoor(door.PeopleDoor(framework, self.complete)))
        return Edge(doors, _origins(self), services.FILES.size, self.secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.middleware_stack is None:
            self.middleware_stack = self.build_middleware_stack()
        scope["app"] = self
        await self.middleware_stack(scope, receive, send)


def create_api(settings: Settings | None = None) -> Api:
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
    for router in (files.router, health.router, widget.router):
        api.include_router(router, responses=openapi.problems(400, 422))
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
