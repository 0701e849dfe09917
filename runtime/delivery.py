"""Messages out through channels other than the web: strictly in order, one sender a conversation.

Right before each sending one call claims the message and looks whether it may still be sent. The
lease lets another process take over after a death, which sends the message again with its key.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

import msgspec

from connectors.channels import Outgoing, Refused, Sender, TryAgain, kept_text
from connectors.channels.rendering import capabilities, rendered
from runtime import logs
from runtime.background import Background
from runtime.core.contract import Input, Message
from storage.connections import Unavailable
from storage.deliveries import Claimed, Deliveries
from storage.turns import Where

log = logging.getLogger("flyt.delivery")

LEASE = 10.0  # seconds
RENEWED = 3.0  # seconds
PATIENCE = 30.0  # seconds that a vendor has for one message
PAUSES = (1.0, 5.0, 30.0, 120.0, 600.0, 1800.0)  # seconds between attempts, then it is dead
DATABASE_PATIENCE = 60.0  # seconds that what a vendor answered waits for the database
LONGEST_ERROR = 500  # characters

HandOn = Callable[[Iterable[Where]], Awaitable[bool]]
"""Has workers deliver what waits in these conversations."""

_decode_message = msgspec.json.Decoder(Message).decode
_decode_input = msgspec.json.Decoder(Input).decode


class LostLease(Exception):
    """Another process sends this message by now."""


class Went(NamedTuple):
    """How a sending went; ``pause`` are the seconds until the next attempt."""

    state: str
    external_id: str | None = None
    error: str | None = None
    pause: float = 0.0


class Courier:
    """Sends what waits in conversations, by the senders of their channels' kinds."""

    def __init__(
        self,
        deliveries: Deliveries,
        senders: Mapping[str, Sender],
        hand_on: HandOn,
        background: Background,
    ) -> None:
        self._deliveries, self._senders = deliveries, senders
        self._hand_on, self._background = hand_on, background
        self._waiting: set[Where] = set()
        self._handing_on = False

    def soon(self, where: Where) -> None:
        """Has a worker send what a turn has just written."""
        self._waiting.add(where)
        if not self._handing_on:
            self._handing_on = True
            self._background.spawn(self._hand_all_on())

    async def _hand_all_on(self) -> None:
        """What comes while Redis is told of some goes together with the next."""
        try:
            while self._waiting:
                conversations, self._waiting = self._waiting, set()
                await self._hand_on(conversations)
        finally:
            self._handing_on = False

    async def deliver(self, workspace: UUID, conversations: Iterable[UUID]) -> None:
        """Sends what is due in these conversations."""
        await asyncio.gather(*(self._deliver(Where(workspace, each)) for each in conversations))

    async def _deliver(self, where: Where) -> None:
        name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        with logs.about(workspace=where.workspace, conversation=where.conversation):
            try:
                while claimed := await self._deliveries.claim(where, name, LEASE):
                    went = await self._send(where, claimed, name)
                    await self._settle(where, claimed, name, went)
            except (Unavailable, LostLease) as error:
                log.warning("a delivery is left to a sweep: %s", error)

    async def _send(self, where: Where, claimed: Claimed, name: str) -> Went:
        try:
            external = await self._under_lease(where, claimed, name)
            return Went("done", external_id=external and kept_text(external))
        except Refused as error:
            return Went("failed", error=_sentence(error))
        except TryAgain as error:
            return _again(claimed, error, error.after)
        except TimeoutError:
            return _again(claimed, TryAgain(reason=f"no answer within {PATIENCE:g} seconds"))
        except LostLease:
            raise
        except Exception as error:
            log.exception("a message could not be sent by %s", claimed.kind)
            return _again(claimed, error)

    async def _under_lease(self, where: Where, claimed: Claimed, name: str) -> str | None:
        """Sends a message; stops where the lease cannot be kept."""
        clock = asyncio.get_running_loop().time
        until = clock() + LEASE
        sending = asyncio.create_task(self._call(where, claimed))
        try:
            while not (await asyncio.wait({sending}, timeout=RENEWED))[0]:
                try:
                    kept = await self._deliveries.renew(where, claimed.seq, name, LEASE)
                    until = clock() + LEASE
                except Unavailable:
                    kept = clock() + RENEWED < until
                if not kept:
                    raise LostLease(f"message {claimed.seq} took too long")
            return sending.result()
        finally:
            sending.cancel()

    async def _call(self, where: Where, claimed: Claimed) -> str | None:
        sender = self._senders.get(claimed.kind)
        if sender is None:
            raise TryAgain(reason=f"nothing here sends by {claimed.kind!r}: is its plugin missing?")
        if claimed.recipient is None:
            raise Refused("the contact has no address on this channel")
        wanted = _decode_input(claimed.input) if claimed.input else None
        can = getattr(sender, "can", None) or capabilities(claimed.kind)
        message, left = rendered(_decode_message(claimed.body), wanted, can)
        outgoing = Outgoing(
            conversation=str(where.conversation),
            recipient=claimed.recipient,
            key=_key(where, claimed),
            message=message,
            input=left,
        )
        async with asyncio.timeout(PATIENCE):
            return await sender.send(msgspec.json.decode(claimed.settings), outgoing)

    async def _settle(self, where: Where, claimed: Claimed, name: str, went: Went) -> None:
        """Writes how it went; a database that is away is waited for."""
        if went.state in ("failed", "dead"):
            key = _key(where, claimed)
            logs.event("error", f"message {key} was not delivered ({went.state}): {went.error}")
        until = asyncio.get_running_loop().time() + DATABASE_PATIENCE
        while True:
            try:
                await self._deliveries.settle(where, claimed.seq, name, *went)
                return
            except Unavailable:
                if asyncio.get_running_loop().time() > until:
                    raise
                await asyncio.sleep(0.5)


def _key(where: Where, claimed: Claimed) -> str:
    return f"{where.conversation}:{claimed.seq}"


def _again(claimed: Claimed, error: Exception, after: float | None = None) -> Went:
    """The next attempt, not before a vendor allows it; none after the last pause."""
    if claimed.attempts > len(PAUSES):
        return Went("dead", error=_sentence(error))
    pause = max(PAUSES[claimed.attempts - 1], after or 0.0)
    return Went("todo", error=_sentence(error), pause=pause)


def _sentence(error: Exception) -> str:
    return kept_text(str(error) or type(error).__name__)[:LONGEST_ERROR]
