"""A list of asyncpg connections for the hot path: last in, first out, statements prepared once.

asyncpg's own pool resets a connection each time it comes back. Nothing is left on ours, because
every function they call sets its workspace for its own transaction only.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import asyncpg

from storage.timing import Told, nothing

_SERVER_SETTINGS = {
    "application_name": "flyt turns",
    "enable_seqscan": "off",  # every statement has its index; a table that was never analyzed lies
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    "search_path": "flyt",
    "statement_timeout": "15000",
    "timezone": "UTC",
}
_AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server has said farewell while nobody listened
    asyncpg.exceptions.OperatorInterventionError,  # shutting down, starting up, query cancelled
    asyncpg.TooManyConnectionsError,
)


class Unavailable(Exception):
    """The database is away; a call that was under way may or may not have been committed."""


@dataclass(slots=True)
class _Connection:
    raw: asyncpg.Connection
    prepared: dict[str, Any] = field(default_factory=dict[str, Any])

    async def fetch(self, statement: str, args: tuple[Any, ...]) -> list[asyncpg.Record]:
        ready = self.prepared.get(statement)
        if ready is None:
            ready = self.prepared[statement] = await self.raw.prepare(statement)
        return await ready.fetch(*args)


class Connections:
    """At most ``size`` connections, opened when first needed and replaced when they break.

    ``told`` hears of every statement that has answered.
    """

    def __init__(self, url: str, size: int = 16, told: Told = nothing) -> None:
        self._url, self._told = url, told
        self._free: list[_Connection] = []
        self._places = asyncio.Semaphore(size)

    async def read(self, statement: str, *args: Any) -> list[asyncpg.Record]:
        """The rows of a statement that may be sent twice, as after a restart of the server."""
        try:
            return await self.fetch(statement, *args)
        except Unavailable:
            return await self.fetch(statement, *args)

    async def fetch(self, statement: str, *args: Any) -> list[asyncpg.Record]:
        """The rows of one statement, which is a transaction of its own. Raises `Unavailable`."""
        async with self._places:
            connection = await self._take()
            began = perf_counter()
            try:
                rows = await connection.fetch(statement, args)
            except _AWAY as error:
                connection.raw.terminate()
                self._drop_free()
                raise Unavailable(str(error)) from error
            except asyncpg.PostgresError:
                self._free.append(connection)
                raise
            except BaseException:  # cancelled half-way: what it would answer is nobody's
                connection.raw.terminate()
                raise
            self._free.append(connection)
            self._told(statement, perf_counter() - began)
            return rows

    def _drop_free(self) -> None:
        """Where one connection has broken the others have too, and would fail one by one."""
        while self._free:
            self._free.pop().raw.terminate()

    async def _take(self) -> _Connection:
        while self._free:
            connection = self._free.pop()
            if not connection.raw.is_closed():
                return connection
        try:
            raw = await asyncpg.connect(self._url, timeout=5, server_settings=_SERVER_SETTINGS)
        except (*_AWAY, TimeoutError) as error:
            raise Unavailable(str(error)) from error
        return _Connection(raw)

    async def close(self) -> None:
        while self._free:
            connection = self._free.pop()
            try:
                await connection.raw.close(timeout=2)
            except (*_AWAY, TimeoutError):
                connection.raw.terminate()
