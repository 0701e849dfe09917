"""Sources that wait for a worker, of all workspaces: ``sql/75_sources.sql``, called by name."""

from __future__ import annotations

from uuid import UUID

from storage.connections import Connections


class WaitingSources:
    """Raises `Unavailable` while the database is away."""

    def __init__(self, connections: Connections) -> None:
        self._fetch = connections.fetch

    async def found(self, limit: int, lease: float) -> list[tuple[UUID, UUID]]:
        """(workspace, source) of those that nobody reads though they should be; leased for
        handing on.
        """
        rows = await self._fetch("select * from flyt.waiting_sources_1($1, $2)", limit, lease)
        return [(workspace, source) for workspace, source in map(tuple, rows)]
