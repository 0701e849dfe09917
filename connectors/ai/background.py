"""What stands behind a visitor's words: what was said before, and what is known of them.

It is read once for each effect, whoever needs it: who keeps answers and who makes them alike.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from connectors.ai import (
    Called,
    History,
    HouseRules,
    Houses,
    Line,
    Memory,
    Remembered,
    facts,
    recalling,
)
from connectors.llm import Models
from runtime.core.effects.ai import Hearing

log = logging.getLogger("flyt.ai")

REMEMBERED = 2.0  # seconds for what is known of the contact
FELT = 8  # messages that tell a mood


@dataclass(frozen=True)
class Archive:
    """Where all of it is read."""

    history: History
    memory: Memory
    houses: Houses

    def of(self, call: Called) -> Background:
        return Background(self, call)


class Background:
    """Of one effect. Whatever was read once is not read again."""

    def __init__(self, archive: Archive, call: Called) -> None:
        self._archive, self._call = archive, call
        self._house: HouseRules | None = None
        self._lines: Sequence[Line] | None = None
        self._known: Sequence[Remembered] | None = None
        self._about: str | None = None

    async def house(self, brand: str | None) -> HouseRules:
        if self._house is None:
            self._house = await self._archive.houses.rules(self._call.workspace)
        return self._house.of(brand)

    async def lines(self, count: int = recalling.READ) -> Sequence[Line]:
        """The last messages, the oldest first."""
        if self._lines is None:
            self._lines = await self._archive.history.last(
                self._call.workspace, self._call.conversation, recalling.READ
            )
        return self._lines[-count:]

    async def known(self, question: str) -> Sequence[Remembered] | None:
        """What is known of the contact, nearest to ``question``; None: it cannot be read now."""
        others = self._known is not None and len(self._known) >= facts.MOST  # may fit better
        if self._about is None or (others and question != self._about):
            self._known, self._about = await self._read(question), question
        return self._known

    async def _read(self, question: str) -> Sequence[Remembered] | None:
        call = self._call
        try:
            async with asyncio.timeout(REMEMBERED):
                return await self._archive.memory.of(
                    call.workspace, call.conversation, question, facts.MOST
                )
        except Exception as error:  # an answer without it is better than none
            log.warning("%s goes on without what is known: %s", call.conversation, error)
            return None

    async def heard(self, effect: Hearing, models: Models) -> tuple[Sequence[Line], bool]:
        """What was said, and whether only local models may be asked.

        What is confidential in it makes that so where there is such a model; else it is left out.
        """
        if not effect.memory and not effect.adapt_tone:
            return recalling.NOBODY, effect.confidential
        lines = await self.lines(recalling.READ if effect.memory else FELT)
        guarded = effect.discreet or any(line.confidential for line in lines)
        if effect.confidential or not guarded:
            return lines, effect.confidential
        if await models.ready(self._call.workspace, effect.strength, confidential=True):
            return lines, True
        free = () if effect.discreet else (one for one in lines if not one.confidential)
        return tuple(free), False
