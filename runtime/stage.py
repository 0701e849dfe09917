"""What a turn needs around it, and what an event finds there."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec
from msgspec.structs import replace

from runtime import logs, records
from runtime.core import session as sessions
from runtime.core.contract import AnyEvent, Facts, Started, UserSaid
from runtime.core.interpreter import current_input, give_up
from runtime.core.release import Release
from runtime.core.session import Performed, Session, Turn
from runtime.recent import OVER, Recent
from runtime.records import Answer
from runtime.releases import Channel, Channels, NoBot, Releases
from runtime.streams.notices import Notices
from runtime.understanding import Understander
from storage.turns import Loaded, Turns, Where

log = logging.getLogger("flyt.turns")


class NoConversation(LookupError):
    """There is no such conversation, or its contact has been erased."""


class Revoked(PermissionError):
    """The token was made for an earlier epoch of the conversation."""


class Dispatch(Protocol):
    """Has effects performed, or undone, once the turn that says so is committed."""

    @property
    def performer(self) -> str | None:
        """Who performs interactive effects at once; None hands all of them on."""
        ...

    def begin(self, where: Where, turn: int, effects: Iterable[Performed]) -> None: ...

    def withdraw(self, where: Where, keys: Iterable[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class Fresh:
    """An event whose row is written by the turn that consumes it.

    ``epoch`` is that of the visitor's token; ``settled`` the effect whose result this is, ``draft``
    its key where the visitor may have seen words of it already.
    """

    dedupe: str
    event: AnyEvent
    epoch: int | None = None
    settled: dict[str, Any] | None = None
    draft: str | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A loaded conversation, ready to be stepped. No release: it cannot be."""

    loaded: Loaded
    session: Session
    facts: Facts
    release: Release | None

    def carries(self, turn: Turn) -> bool:
        """Whether what the turn says is sent to the visitor; on the web a browser reads it."""
        return bool(turn.messages or turn.spoken) and self.facts.channel.get("kind", "web") != "web"

    def deliveries(self, turn: Turn) -> dict[str, Any]:
        """What else a turn writes whose messages are sent; see ``turn_rest_1``."""
        if not self.carries(turn):
            return {}
        return {"deliveries": records.deliveries(self.loaded, self.session, turn)}

    def give_up(self, kind: str, error: Exception) -> Turn:
        """The turn of an event that cannot be stepped; the people of the workspace are told."""
        loaded = self.loaded
        with logs.about(conversation=loaded.conversation, workspace=loaded.workspace):
            log.error("a turn could not be taken", exc_info=error)
            logs.event("error", f"conversation {loaded.conversation}: {error}")
        try:
            if self.release:
                reason = str(error)
                return give_up(self.session, self.facts, self.release, loaded.now, kind, reason)
        except Exception:
            log.exception("the error flow of conversation %s fails too", loaded.conversation)
        return Turn(session=replace(self.session, frames=(), status="failed", idle=None))


@dataclass(frozen=True, slots=True)
class Stage:
    turns: Turns
    channels: Channels
    releases: Releases
    notices: Notices
    dispatch: Dispatch
    carry: Callable[[Where], None]  # has the messages of a committed turn sent
    recent: Recent = field(default_factory=Recent)
    understander: Understander | None = None

    async def scene(
        self, loaded: Loaded, event: AnyEvent | None, session: Session | None = None
    ) -> Scene:
        """What ``event`` finds: the session, or a new one where the old one is over.

        ``session`` is the loaded one, where it has been read already. Raises `NoBot`, and
        whatever makes the session or its release unreadable.
        """
        channel = await self.channels.of(loaded)
        session = session or sessions.load(loaded.data)
        if session.status in OVER and begins(event) and not opened_by(event, loaded.turn):
            channel = await self.channels.fresh(loaded)
            if channel is None:
                raise NoBot("this channel has been switched off")
            bot, number = channel.draw(loaded.contact)
            session = session.anew(str(bot), number)
        release = await self.releases.get(loaded.workspace, session.bot, session.release)
        return Scene(loaded, session, records.facts(loaded, channel), release)

    def wreck(self, loaded: Loaded, channel: Channel | None = None) -> Scene:
        """A conversation whose session or release cannot be read."""
        session = Session(bot=str(loaded.bot), release=0, status="failed")
        return Scene(loaded, session, records.facts(loaded, channel), None)

    def bare(self, loaded: Loaded) -> Scene:
        """A conversation that is over on a channel without a bot."""
        return Scene(loaded, sessions.load(loaded.data), records.facts(loaded, None), None)

    async def standing(self, where: Where) -> tuple[Loaded, Answer]:
        """How the conversation stands now. Raises `NoConversation`."""
        loaded = await self.load(where)
        return loaded, await self.now(loaded)

    async def load(self, where: Where) -> Loaded:
        """Raises `NoConversation`."""
        loaded = await self.turns.load(where)
        if loaded is None:
            raise NoConversation(f"there is no conversation {where.conversation}")
        self.recent.saw(loaded.now)
        return loaded

    async def now(self, loaded: Loaded) -> Answer:
        """What the visitor is told about a loaded conversation, without messages."""
        try:
            scene = await self.scene(loaded, None)
        except (LookupError, ValueError, msgspec.MsgspecError):
            return Answer(status=loaded.status, seq=loaded.seq)
        wanted = None
        if scene.release:
            wanted = current_input(scene.session, scene.facts, scene.release, loaded.now)
        return Answer(
            status=loaded.status,
            seq=loaded.seq,
            input=records.encode_input(wanted),
            open=loaded.pending is not None or not records.waits_for_visitor(scene.session),
            language=scene.session.language,
        )

    async def retell(self, where: Where, dedupe: str) -> Answer | None:
        """The answer that an earlier call with this key got; None where it has had no turn."""
        replayed = await self.turns.replay(where, dedupe)
        if replayed is None or replayed.state != "done" or replayed.answer is None:
            return None
        return records.retold(where.conversation, replayed)


def opened_by(event: AnyEvent | None, turn: int) -> bool:
    """Whether a conversation was opened by these words: a bot that then said all it has is heard
    once.
    """
    return turn == 1 and isinstance(event, UserSaid) and event.early


def begins(event: AnyEvent | None) -> bool:
    """Whether an event opens a new session where the last one is over."""
    return event is not None and (isinstance(event, Started) or records.is_visitors(event))
