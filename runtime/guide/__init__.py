"""The input guide: what a visitor may mean who has typed this much.

Each process keeps an index for every bot it is asked about. It is made anew, beside the one that
serves, when what the bot knows has changed and every few minutes for what visitors have asked.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from uuid import UUID

import msgspec

from runtime.core import session as sessions
from runtime.core.phrases import base_language
from runtime.core.release import Release
from runtime.guide.index import Index
from runtime.guide.material import LONGEST, collections_of, known
from storage.guide import AskedBy, GuideRows, Question
from storage.turns import Loaded

log = logging.getLogger("flyt.guide")

MOST = 5  # suggestions
MOST_QUESTIONS = 20_000  # of what one bot knows
MOST_KEPT = 100_000  # texts in all indexes of a process
FRESH = 300.0  # seconds until what visitors have asked is read again

Key = tuple[UUID, UUID | None, str, int]  # workspace, brand, bot, release


@dataclass(frozen=True)
class _Kept:
    index: Index
    standing: str
    at: float = field(default_factory=monotonic)


def languages(release: Release, loaded: Loaded) -> tuple[str, ...]:
    """What a conversation is held in: what the bot speaks, and what its visitor does."""
    try:
        chosen = sessions.load(loaded.data).language
    except msgspec.MsgspecError:  # another turn will tell that it is unreadable
        chosen = None
    wanted = chosen or loaded.locale
    spoken = base_language(release.language(wanted))
    return (spoken, base_language(wanted)) if wanted else (spoken,)


class Guide:
    def __init__(self, rows: GuideRows) -> None:
        self._rows = rows
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._making: dict[Key, asyncio.Task[_Kept]] = {}

    async def suggest(
        self,
        workspace: UUID,
        brand: UUID | None,
        release: Release,
        typed: str,
        languages: Sequence[str],
    ) -> list[str]:
        """The best first, by a channel of ``brand``. Raises `storage.connections.Unavailable`."""
        collections = collections_of(release)
        key = workspace, brand, release.bot, release.number
        standing = await self._standing(workspace, collections, brand)
        kept = self._kept.get(key)
        if kept is None:
            kept = await asyncio.shield(self._make(key, release, collections, standing))
        elif kept.standing != standing or monotonic() - kept.at > FRESH:
            self._make(key, release, collections, standing)
        else:
            self._kept.move_to_end(key)
        return kept.index.suggest(typed, languages, MOST)

    async def _standing(
        self, workspace: UUID, collections: Sequence[str] | None, brand: UUID | None
    ) -> str:
        if collections is None:
            return ""
        return await self._rows.standing(workspace, collections, brand)

    async def settle_down(self) -> None:
        """Drops what is being made."""
        making = list(self._making.values())
        for task in making:
            task.cancel()
        await asyncio.gather(*making, return_exceptions=True)

    def _make(
        self, key: Key, release: Release, collections: Sequence[str] | None, standing: str
    ) -> asyncio.Task[_Kept]:
        """The one that is being made is joined."""
        if key not in self._making:
            task = asyncio.create_task(self._made(key, release, collections, standing))
            self._making[key] = task
            task.add_done_callback(lambda done: self._put(key, done))
        return self._making[key]

    def _put(self, key: Key, done: asyncio.Task[_Kept]) -> None:
        del self._making[key]
        if done.cancelled():
            return
        if error := done.exception():
            log.warning("suggestions could not be put together: %s", error)
            return
        self._kept[key] = done.result()
        self._kept.move_to_end(key)
        while (
            len(self._kept) > 1 and sum(len(one.index) for one in self._kept.values()) > MOST_KEPT
        ):
            self._kept.popitem(last=False)

    async def _made(
        self, key: Key, release: Release, collections: Sequence[str] | None, standing: str
    ) -> _Kept:
        workspace, brand = key[:2]
        questions: Sequence[Question] = ()
        asked: Sequence[AskedBy] = ()
        refused: Sequence[str] = ()
        if collections is not None:
            questions = await self._rows.questions(workspace, collections, brand, MOST_QUESTIONS)
            asked = await self._rows.asked(workspace, UUID(release.bot), brand, LONGEST)
            refused = await self._rows.refused(workspace)
        texts = known(release, questions, asked, refused)
        return _Kept(await asyncio.to_thread(Index, texts), standing)
