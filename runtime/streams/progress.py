"""What a visitor sees of an effect that is awaited: that the bot is typing, then the words so far.

All of it is passing: the message of the turn that follows is the answer, and losing Redis loses
only the preview.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from runtime.streams.notices import Notices

SOON = 0.2  # seconds that an effect may take before the bot is seen to type
AGAIN = 2.0  # seconds; a client that has come meanwhile learns of it, and signs of typing fade
STREAMS = 1000  # attempts that one call of a handler can number

_BLOCK = re.compile(r" {0,3}(?:[-*+]\s|\d{1,9}[.)]\s|>|#{1,6}\s)")


@dataclass
class _Effect:
    conversation: UUID
    calls: int = 0  # of its handler, in all processes
    last: int = -1  # the last attempt that was told
    typing: bool = False
    timer: asyncio.TimerHandle | None = None


class Progress:
    """The effects of this process that visitors wait for."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self._under_way: dict[str, _Effect] = {}

    def begin(self, key: str, conversation: UUID, calls: int) -> None:
        """``calls``: so often its handler may have been called before."""
        effect = self._under_way[key] = _Effect(conversation, calls)
        effect.timer = asyncio.get_running_loop().call_later(SOON, self._type, effect)

    def call(self, key: str, calls: int) -> None:
        """The handler is called; ``calls`` counts it, in whatever process."""
        if effect := self._under_way.get(key):
            effect.calls = calls

    async def token(self, key: str, attempt: int, i: int, text: str) -> None:
        """Sentence ``i`` (from 0) of the words so far, as Markdown.

        A higher ``attempt`` of the same call begins anew, and so does every call. ``key`` is the
        effect's, as its handler got it; what comes after the effect has ended is dropped.
        """
        effect = self._under_way.get(key)
        if effect is None:
            return
        effect.last = effect.calls * STREAMS + min(attempt, STREAMS - 1)
        words = f"{_before(text) if i else ''}{text}"
        self._tell(effect, "token", {"key": key, "attempt": effect.last, "i": i, "text": words})

    def streamed(self, key: str) -> bool:
        """Whether a draft of it may be seen; one of a process that died counts."""
        effect = self._under_way.get(key)
        return effect is not None and (effect.last >= 0 or effect.calls > 1)

    def end(self, key: str, *, said: bool, more: bool) -> None:
        """``said``: a message has taken the draft's place. ``more``: the bot goes on working."""
        effect = self._under_way.pop(key, None)
        if effect is None:
            return
        if effect.timer:
            effect.timer.cancel()
        if said:
            return
        if effect.last >= 0 or effect.calls > 1:
            attempt = (effect.calls + 1) * STREAMS
            self._tell(effect, "token", {"key": key, "attempt": attempt, "i": 0, "text": ""})
        if effect.typing and not more:
            self._tell(effect, "typing", {"from": "bot", "typing": False})

    def _type(self, effect: _Effect) -> None:
        effect.typing = True
        self._tell(effect, "typing", {"from": "bot", "typing": True})
        effect.timer = asyncio.get_running_loop().call_later(AGAIN, self._type, effect)

    def _tell(self, effect: _Effect, event: str, data: dict[str, Any]) -> None:
        self._notices.tell(effect.conversation, event, data)


def _before(sentence: str) -> str:
    """What stands between a sentence and the one before it."""
    if sentence[:1].isspace():
        return ""
    return "\n" if _BLOCK.match(sentence) else " "
