"""`flyt web`: one uvicorn process."""

from __future__ import annotations

import uvicorn

from runtime import logs
from runtime.settings import Settings

# Named as text, because the shell may not import the builder.
_WITH_BUILDER = "builder.front:create"
_API_ALONE = "runtime.app:create_api"
_PATIENCE = 5  # seconds that open requests and streams get at the end


def run(*, with_builder: bool) -> None:
    """Serves until told to stop."""
    settings = Settings.from_env()
    logs.configure(settings, "web")
    uvicorn.run(
        _WITH_BUILDER if with_builder else _API_ALONE,
        factory=True,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws="auto" if with_builder else "none",  # only the builder's pages speak it
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_PATIENCE,
    )
