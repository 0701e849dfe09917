"""The ASGI application of `flyt web`: public paths to the API, all else to the builder's pages.

The pages are served as `builder.build` left them; neither node nor a compile step is needed here.
"""

from __future__ import annotations

import logging
import os
import sys
from contextlib import AsyncExitStack
from typing import Any

from builder.build import build, fresh
from builder.gate import Pages, Receive, Scope, Send
from builder.paths import CLIENT, ROOT, WEB
from runtime.api import is_public
from runtime.app import create_api

RELOAD = "FLYT_RELOAD"
"""Set by `flyt run --reload`, which restarts this process when a source changes."""

# The names that `reflex run --env prod` itself sets before it imports an application; the first
# two are internal to Reflex, so its version is pinned and tests/browser proves that they work.
_PREBUILT = {
    "__REFLEX_SKIP_COMPILE": "true",
    "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
    "REFLEX_ENV_MODE": "prod",
    "REFLEX_BACKEND_ONLY": "true",
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_CHECK_LATEST_VERSION": "false",
    "REFLEX_WEB_WORKDIR": str(WEB),
    # A bot document of `design.islands.FILE_LIMIT` bytes, escaped, is one message.
    "REFLEX_SOCKET_MAX_HTTP_BUFFER_SIZE": "8000000",
}


class FrontMissing(RuntimeError):
    """The pages are not built, or not from these sources: run `python -m builder.build`."""


class Front:
    """Chooses by the first whole segment of the path."""

    def __init__(self, api: Any, pages: Pages) -> None:
        self._api = api
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif is_public(scope["path"]):
            await self._api(scope, receive, send)
        else:
            await self._pages(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Starts both applications and, when the server stops, ends them in reverse."""
        await receive()
        async with AsyncExitStack() as stack:
            try:
                for part in (self._api, self._pages.reflex):
                    await stack.enter_async_context(part.router.lifespan_context(part))
            except Exception as error:
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                raise
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


def create() -> Front:
    """The factory for uvicorn. Under `make dev` stale pages are built first.

    Raises FrontMissing where they are stale otherwise.
    """
    if not fresh():
        if RELOAD not in os.environ:
            raise FrontMissing("the pages are older than their sources: python -m builder.build")
        build()
    _keep_out_of_the_logs()
    os.environ.update(_PREBUILT)
    os.environ.pop("REFLEX_REDIS_URL", None)  # its state belongs into this process
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))  # Reflex imports `rxconfig` by name
    from builder.app import app  # noqa: PLC0415  # Reflex reads the names above when it is imported

    api = create_api()
    api.complete()  # whoever opens a page calls it next
    return Front(api, Pages(app(), CLIENT))


def _keep_out_of_the_logs() -> None:
    """The address of a socket holds the tab's token; Reflex's warnings quote what was sent."""
    logging.getLogger("uvicorn.error").addFilter(lambda line: "/_event" not in line.getMessage())
    for name in ("reflex", "reflex_base"):
        logging.getLogger(name).setLevel(logging.ERROR)
